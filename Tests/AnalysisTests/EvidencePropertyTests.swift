import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

/// What holds of evidence whatever the counts are.
@Suite struct EvidencePropertyTests {
  /// A dispersion so large that no estimate exceeds it, so that only the counts move the evidence.
  private let fixedDispersion = Policy(retries: 9, checks: [.errors])

  private func random(
    _ intervals: Int, canary: Double = 0.03, requests: (canary: Int, baseline: Int) = (100, 400),
    using generator: inout SplitMix64
  ) -> [Counts] {
    (0..<intervals).map { _ in
      Counts.random(
        canary: (requests.canary, canary), baseline: (requests.baseline, 0.02), using: &generator)
    }
  }

  private func history(
    _ evidence: RolloutEvidence, _ policy: Policy
  ) throws -> EvidenceHistory {
    let histories = Judge(policy: policy).histories(of: evidence)
    try #require(histories.count == 1)
    return histories[0]
  }

  private func isNear(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-9 * max(1, abs(left))
  }

  @Test func `the same evidence gives the same judgement to the last bit, in whatever order`()
    throws
  {
    var generator = SplitMix64(seed: 41)
    for _ in 0..<5 {
      var evidence = RolloutEvidence.sample(random(60, using: &generator))
      let judged = Judge.judgement(evidence, .standard)
      #expect(Judge.judgement(evidence, .standard) == judged)
      evidence.observations.shuffle(using: &generator)
      #expect(Judge.judgement(evidence, .standard) == judged)
    }
  }

  @Test func `a check reports the largest evidence to block, and the present to promote`() throws {
    var generator = SplitMix64(seed: 42)
    for strict in [false, true] {
      let evidence = RolloutEvidence.sample(random(60, using: &generator))
      let policy = Policy(isStrict: strict, checks: [.errors])
      let points = try history(evidence, policy).points
      let found = try Judge.result(evidence, policy)
      #expect(points.map(\.at) == evidence.intervals.map(\.end))
      #expect(found.evidenceToBlock == points.dropFirst().map(\.toBlock).max())
      #expect(
        isNear(try #require(found.evidenceToPromote), try #require(points.last).toPromote))
    }
  }

  @Test func `more errors of the canary never speak for it`() throws {
    var generator = SplitMix64(seed: 43)
    for _ in 0..<10 {
      var counts = random(30, using: &generator)
      let before = try history(.sample(counts), fixedDispersion)
      counts[Int.random(in: 0..<30, using: &generator)].canary.errors += 5
      let after = try history(.sample(counts), fixedDispersion)
      for (less, more) in zip(before.points, after.points) {
        #expect(more.toBlock >= less.toBlock - 1e-9)
        #expect(more.toPromote <= less.toPromote + 1e-9)
      }
    }
  }

  @Test func `an interval split in two with the same shares leaves the evidence as it is`() throws {
    var generator = SplitMix64(seed: 44)
    for _ in 0..<10 {
      let halves = random(60, using: &generator)
      let wholes = stride(from: 0, to: 60, by: 2).map { index in
        let (first, second) = (halves[index], halves[index + 1])
        return Counts(
          canary: (200, first.canary.errors + second.canary.errors),
          baseline: (800, first.baseline.errors + second.baseline.errors))
      }
      let split = try history(.sample(halves), fixedDispersion).points
      let whole = try history(.sample(wholes), fixedDispersion).points
      // The first interval is never enough, and its evidence not shown.
      for index in whole.indices.dropFirst() {
        #expect(isNear(whole[index].toBlock, split[2 * index + 1].toBlock))
        #expect(isNear(whole[index].toPromote, split[2 * index + 1].toPromote))
      }
    }
  }

  @Test func `with an estimated dispersion splitting changes little`() throws {
    var generator = SplitMix64(seed: 45)
    let policy = Policy.demanding(.errors)
    for rate in [0.002, 0.06] {
      let halves = random(120, canary: rate, using: &generator)
      let wholes = stride(from: 0, to: 120, by: 2).map { index in
        let (first, second) = (halves[index], halves[index + 1])
        return Counts(
          canary: (200, first.canary.errors + second.canary.errors),
          baseline: (800, first.baseline.errors + second.baseline.errors))
      }
      let split = try #require(try history(.sample(halves), policy).points.last)
      let whole = try #require(try history(.sample(wholes), policy).points.last)
      let larger = max(split.toBlock, split.toPromote)
      #expect(larger > 1)
      #expect(abs(larger - max(whole.toBlock, whole.toPromote)) < 0.5 * larger)
    }
  }

  @Test func `with versions swapped and no margin, worse and better change places`() throws {
    var generator = SplitMix64(seed: 46)
    let policy = Policy(retries: 9, checks: [.errors(ratio: 1, points: 0)])
    for _ in 0..<10 {
      let counts = random(30, using: &generator)
      let swapped = counts.map { Counts(canary: $0.baseline, baseline: $0.canary) }
      let ahead = try history(.sample(counts), policy).points
      let mirrored = try history(.sample(swapped), policy).points
      // Both bet on the same ratios, but not with the same stakes: log(48 w) lies in this range.
      for (one, other) in zip(ahead, mirrored) {
        #expect((-2.7...1.45).contains(one.toBlock - other.toPromote))
        #expect((-2.7...1.45).contains(other.toBlock - one.toPromote))
      }
    }
  }

  @Test func `with versions swapped the ratio is inverted and the difference negated`() throws {
    var generator = SplitMix64(seed: 47)
    let counts = random(60, using: &generator)
    let swapped = counts.map { Counts(canary: $0.baseline, baseline: $0.canary) }
    let one = ErrorComparison(JudgedCounts(.sample(counts), policy: .standard), canary: "v2")
    let other = ErrorComparison(JudgedCounts(.sample(swapped), policy: .standard), canary: "v2")
    let (lower, upper) = (try #require(one.ratio.lower), try #require(one.ratio.upper))
    let (otherLower, otherUpper) = (
      try #require(other.ratio.lower), try #require(other.ratio.upper)
    )
    #expect(abs(lower * otherUpper - 1) < 1e-6 && abs(upper * otherLower - 1) < 1e-6)
    for (bound, mirrored) in [
      (one.difference.lower, other.difference.upper),
      (one.difference.upper, other.difference.lower),
      (one.difference.estimate, other.difference.estimate),
    ] {
      let sum = try #require(bound) + #require(mirrored)
      #expect(abs(sum) < 1e-9)
    }
  }

  @Test func `with versions and weights swapped a split is as much of a mismatch`() throws {
    func evidence(_ counts: Counts, _ weights: KeyValuePairs<String, Int>) throws -> Double {
      let sample = RolloutEvidence.sample(Array(repeating: counts, count: 20), weights: weights)
      let results = Judge.judgement(sample, .demanding(.trafficSplit)).checks
      return try #require(results.first?.evidenceToBlock)
    }
    let one = try evidence(
      Counts(canary: (120, 0), baseline: (880, 0)), ["v1": 90, "v2": 10])
    let other = try evidence(
      Counts(canary: (880, 0), baseline: (120, 0)), ["v1": 10, "v2": 90])
    #expect(one > 1)
    #expect(isNear(one, other))
  }

  @Test func `an incident that hits both versions moves neither verdict`() throws {
    var generator = SplitMix64(seed: 48)
    var blocks = 0
    for _ in 0..<40 {
      // Five of sixty intervals with ten times the errors, of both alike.
      let counts = (0..<60).map { index in
        let rate = (20..<25).contains(index) ? 0.2 : 0.02
        return Counts.random(canary: (100, rate), baseline: (900, rate), using: &generator)
      }
      let found = try Judge.result(.sample(counts), .demanding(.errors))
      blocks += found.verdict == .block ? 1 : 0
      #expect((found.dispersion ?? 0) < 3)
    }
    #expect(blocks <= .mostSuccesses(of: 40, rate: 0.05, unlikelierThan: 1e-6))
  }

  @Test func `once the whole gate has blocked, it blocks at every later look`() {
    var generator = SplitMix64(seed: 49)
    for _ in 0..<6 {
      // Later the canary recovers, and loses most of its share.
      let counts = (0..<60).map { index in
        Counts.random(
          canary: (index < 40 ? 100 : 15, index < 30 ? 0.1 : 0.005), baseline: (900, 0.02),
          using: &generator)
      }
      let evidence = RolloutEvidence.sample(counts)
      let policy = Policy.demanding(.errors, .limit(errorRate: 0.05), .trafficSplit)
      #expect(Judge.judgement(evidence, policy).checks.last?.verdict == .hold)
      let verdicts = (1...60).map { Judge.judgement(evidence.prefix($0), policy).verdict }
      #expect(verdicts.contains(.block))
      #expect(verdicts.drop { $0 != .block }.allSatisfy { $0 == .block })
    }
  }
}
