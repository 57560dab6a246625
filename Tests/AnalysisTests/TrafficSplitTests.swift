import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

@Suite struct TrafficSplitTests {
  private let policy = Policy.demanding(.errors, .trafficSplit)

  private func split(_ judged: Judgement) throws -> CheckResult {
    try #require(judged.checks.first { $0.name == "traffic-split" })
  }

  @Test func `a mismatch holds, with both shares, where errors alone would block`() throws {
    let counts = Array(repeating: Counts(canary: (500, 100), baseline: (9500, 95)), count: 60)
    #expect(Judge.judgement(.sample(counts), .demanding(.errors)).verdict == .block)
    let judged = Judge.judgement(.sample(counts), policy)
    #expect(judged.verdict == .hold)
    #expect(
      judged.reasons == [
        """
        the requests are not divided as configured: v2 got 5 % of the 600,000 requests to it and \
        v1, configured is 10 %; look for other routes, mirrored or sticky requests, or sidecars \
        that have not taken the weights, before you trust any figure
        """
      ])
    let check = try split(judged)
    #expect(check.verdict == .hold)
    #expect(abs(check.requiredEvidence - log(1000)) < 1e-12)
  }

  @Test func `a mismatch does not let a good canary through either`() {
    let counts = Array(repeating: Counts(canary: (2000, 1), baseline: (8000, 80)), count: 60)
    #expect(Judge.judgement(.sample(counts), policy).verdict == .hold)
  }

  @Test func `a canary that was blocked stays so when its share of the requests falls later`() {
    let failing = Array(repeating: Counts(canary: (100, 20), baseline: (900, 9)), count: 40)
    // Outlier ejection takes most of the failing pods out.
    let ejected = Array(repeating: Counts(canary: (14, 3), baseline: (950, 9)), count: 40)
    let evidence = RolloutEvidence.sample(failing + ejected)
    let judged = Judge.judgement(evidence, policy)
    #expect(judged.verdict == .block)
    #expect(judged.checks.map(\.verdict) == [.block, .hold])
    #expect(judged.reasons == [judged.checks[0].explanation])
    #expect(
      judged.notes.first { $0.contains("divided") } == """
        the requests were shown not to be divided as configured by 2026-11-24T08:14:15Z; the block \
        was shown before, and stands
        """)
    // What is shown after the mismatch is no evidence.
    let reversed = RolloutEvidence.sample(
      ejected.map { Counts(canary: ($0.canary.requests, 0), baseline: $0.baseline) } + failing)
    let held = Judge.judgement(reversed, policy)
    #expect(held.checks.map(\.verdict) == [.block, .hold])
    #expect(held.verdict == .hold)
  }

  @Test func `all checks together block for good only if they did before the mismatch`() {
    let checks = ["a", "b", "c"].map { name in PolicyCheck.errors.with { $0.name = name } }
    let policy = Policy(retries: 0, checks: checks + [.trafficSplit])
    let worse = Array(repeating: Counts(canary: (100, 2), baseline: (900, 9)), count: 300)
    let evidence = RolloutEvidence.sample(
      worse + Array(repeating: Counts(canary: (10, 0), baseline: (990, 9)), count: 40))
    let together = (2...300).first { intervals in
      let judged = Judge.judgement(evidence.prefix(intervals), policy)
      return judged.verdict == .block && !judged.checks.contains { $0.verdict == .block }
    }
    guard let together else {
      Issue.record("the checks never block together")
      return
    }
    let cut = Array(worse.prefix(together))
    let mismatch = Array(repeating: Counts(canary: (10, 0), baseline: (990, 9)), count: 5)
    #expect(Judge.judgement(.sample(cut + mismatch), policy).verdict == .block)
    #expect(Judge.judgement(.sample(cut.dropLast() + mismatch), policy).verdict == .hold)
  }

  @Test func `a mismatch of a check that is only shown changes nothing`() {
    let counts = Array(repeating: Counts(canary: (500, 100), baseline: (9500, 95)), count: 60)
    let shown = PolicyCheck.trafficSplit.with { $0.requirement = .informative }
    #expect(Judge.judgement(.sample(counts), .demanding(.errors, shown)).verdict == .block)
  }

  @Test func `a split as configured shows no mismatch`() throws {
    let counts = Array(repeating: Counts(canary: (1000, 1), baseline: (9000, 90)), count: 60)
    let judged = Judge.judgement(.sample(counts), policy)
    #expect(judged.verdict == .promote)
    #expect(
      try split(judged).explanation == """
        no mismatch shown: v2 got 10 % of the 600,000 requests to it and v1, configured is 10 %
        """)
  }

  @Test func `odds within the tolerance are no mismatch, however many requests there are`() throws {
    // Odds of 10.4 to 90 instead of 10 to 90.
    let counts = Array(
      repeating: Counts(canary: (104_000, 0), baseline: (900_000, 0)), count: 200)
    #expect(try split(Judge.judgement(.sample(counts), policy)).verdict == .promote)
    let exact = PolicyCheck(name: "traffic-split", demand: .trafficSplit(oddsTolerance: 0))
    #expect(
      try split(Judge.judgement(.sample(counts), .demanding(.errors, exact))).verdict == .hold)
  }

  @Test func `requests that come in sessions are no mismatch`() throws {
    var generator = SplitMix64(seed: 21)
    let mismatches = try (0..<20).count { _ in
      let counts = (0..<120).map { _ in
        // Fifty sessions of twenty requests each, every session with one version.
        let sessions = Int.binomial(50, 0.1, using: &generator)
        return Counts(canary: (sessions * 20, 0), baseline: ((50 - sessions) * 20, 0))
      }
      return try split(Judge.judgement(.sample(counts), policy)).verdict == .hold
    }
    #expect(mismatches <= 2)
  }

  @Test func `a mismatch that was shown does not vanish, whatever is counted later`() throws {
    let mismatched = Array(repeating: Counts(canary: (500, 0), baseline: (9500, 0)), count: 40)
    let scattered = (0..<80).map { index in
      let canary = index.isMultiple(of: 2) ? 0 : 2000
      return Counts(canary: (canary, 0), baseline: (10_000 - canary, 0))
    }
    var largest = -Double.infinity
    for intervals in stride(from: 10, through: 120, by: 10) {
      let counts = Array((mismatched + scattered).prefix(intervals))
      let check = try split(Judge.judgement(.sample(counts), policy))
      let evidence = try #require(check.evidenceToBlock)
      #expect(evidence >= largest)
      #expect(check.verdict == .hold)
      largest = evidence
    }
  }

  @Test func `of three versions each canary is compared with the baseline by their two weights`()
    throws
  {
    func judged(third: Int) -> Judgement {
      let counts = Array(repeating: Counts(canary: (1000, 0), baseline: (7000, 0)), count: 60)
      let others = (0..<60).map { Observation.sample($0, "v3", requests: third) }
      return Judge.judgement(
        .sample(counts, others: others, weights: ["v1": 70, "v2": 10, "v3": 20]), policy)
    }
    let fair = judged(third: 2000)
    #expect(fair.verdict == .promote)
    #expect(
      fair.checks.map { "\($0.name) \($0.canary)" }
        == ["errors v2", "traffic-split v2", "errors v3", "traffic-split v3"])
    let unfair = judged(third: 500)
    #expect(unfair.verdict == .hold)
    #expect(unfair.reasons.count == 1 && unfair.reasons[0].contains("v3 got 6.67 %"))
  }

  @Test func `a change of the weights is followed`() throws {
    let counts =
      Array(repeating: Counts(canary: (1000, 0), baseline: (9000, 0)), count: 40)
      + Array(repeating: Counts(canary: (5000, 0), baseline: (5000, 0)), count: 40)
    var evidence = RolloutEvidence.sample(counts)
    evidence.rollout = .sample(steps: [
      span(1, ["v1": 90, "v2": 10], from: -600, until: 600),
      span(2, ["v1": 50, "v2": 50], from: 600, until: 1200),
    ])
    #expect(try split(Judge.judgement(evidence, policy)).verdict == .promote)
  }

  @Test func `without requests there is nothing to compare`() throws {
    let others = [Observation.sample(0, "v9", requests: 1)]
    let none = RolloutEvidence.sample(others, intervals: 5)
    #expect(
      try split(Judge.judgement(none, policy)).explanation
        == "no mismatch shown: no requests to compare with the weights yet")
  }
}
