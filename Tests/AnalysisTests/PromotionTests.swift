import Analysis
import Rollouts
import TestSupport
import Testing

/// A canary is promoted for what stands now.
@Suite struct PromotionTests {
  private let equal = Counts(canary: (100, 1), baseline: (900, 9))
  private let incident = Counts(canary: (100, 12), baseline: (900, 108))
  private let worse = Counts(canary: (100, 4), baseline: (900, 9))

  @Test func `a canary found good is held at its limit once an incident hits both`() throws {
    let calm = Array(repeating: equal, count: 240)
    let before = Judge.judgement(.sample(calm), .demanding(.errors, .limit(errorRate: 0.05)))
    #expect(before.verdict == .promote)
    let evidence = RolloutEvidence.sample(calm + Array(repeating: incident, count: 200))
    let policy = Policy.demanding(.errors, .limit(errorRate: 0.05))
    let after = Judge.judgement(evidence, policy)
    #expect(after.verdict == .hold)
    #expect(after.checks.map(\.verdict) == [.promote, .hold])
    // Long before the rate of all intervals is above the limit.
    let soon = Judge.judgement(evidence.prefix(250), policy)
    #expect(soon.verdict == .hold)
    #expect(
      soon.reasons == [
        """
        shown to meet the limit over all, but to exceed the limit in the last 10 intervals: error \
        rate of v2 1.44 % (360 of 25,000 requests); the limit is 5 %
        """
      ])
    // What the last intervals say over and over tells nothing of how much longer it takes.
    #expect(soon.checks[1].requestsNeeded == nil)
  }

  @Test func `a canary that fails after hours without a fault is held within ten intervals`() throws
  {
    let counts = Array(repeating: equal, count: 960) + Array(repeating: worse, count: 40)
    let evidence = RolloutEvidence.sample(counts)
    let looks = try (950...1000).map {
      try Judge.result(evidence.prefix($0), .demanding(.errors))
    }
    let failing = looks.map(\.verdict).dropFirst(11)
    #expect(looks[10].verdict == .promote)
    #expect(failing.prefix { $0 == .promote }.count < 10)
    #expect(failing.drop { $0 == .promote }.allSatisfy { $0 == .hold })
    #expect(
      looks[20].explanation.hasPrefix(
        "shown to be no worse than tolerated over all, but to be worse in the last 10 intervals: "))
  }

  @Test func `what was shown once and is not any more is held, and said to be so`() throws {
    var generator = SplitMix64(seed: 31)
    // Worse by so little that no short stretch shows it.
    let counts =
      (0..<60).map { _ in
        Counts.random(canary: (100, 0.002), baseline: (900, 0.01), using: &generator)
      }
      + (0..<600).map { _ in
        Counts.random(canary: (100, 0.016), baseline: (900, 0.01), using: &generator)
      }
    let evidence = RolloutEvidence.sample(counts)
    #expect(try Judge.result(evidence.prefix(60), .demanding(.errors)).verdict == .promote)
    let late = try Judge.result(evidence, .demanding(.errors))
    #expect(late.verdict == .hold)
    #expect(
      late.explanation.hasPrefix(
        "shown to be no worse than tolerated earlier, but not any more: error rate of v2 "))
    #expect(try #require(late.evidenceToPromote) < #require(late.requiredEvidenceToPromote))
  }

  @Test func `a canary as good as the baseline stays promoted at nearly every look`() throws {
    var generator = SplitMix64(seed: 32)
    var (looks, held) = (0, 0)
    for _ in 0..<6 {
      let counts = (0..<400).map { _ in
        Counts.random(canary: (100, 0.01), baseline: (900, 0.01), using: &generator)
      }
      let evidence = RolloutEvidence.sample(counts)
      var wasPromoted = false
      for intervals in stride(from: 100, through: 400, by: 10) {
        let verdict = try Judge.result(evidence.prefix(intervals), .demanding(.errors)).verdict
        wasPromoted = wasPromoted || verdict == .promote
        guard wasPromoted else { continue }
        looks += 1
        held += verdict == .promote ? 0 : 1
      }
    }
    #expect(looks > 50)
    #expect(Double(held) < 0.2 * Double(looks))
  }
}
