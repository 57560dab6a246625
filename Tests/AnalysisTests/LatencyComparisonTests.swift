import Analysis
import Rollouts
import TestSupport
import Testing

@Suite struct LatencyComparisonTests {
  private static let bounds: [Double] = [5, 10, 20, 40, .infinity]

  /// Two versions with as many requests of each duration in every interval.
  private func evidence(
    _ intervals: Int, canary: [Double: Int], baseline: [Double: Int]
  ) -> RolloutEvidence {
    var evidence = RolloutEvidence.sample(
      (0..<intervals).flatMap { number in
        [("v1", baseline), ("v2", canary)].map { version, durations in
          Observation.sample(
            number, version, requests: durations.values.reduce(0, +), durations: durations)
        }
      }, intervals: intervals)
    evidence.durationBounds = ["v1": Self.bounds, "v2": Self.bounds]
    return evidence
  }

  private func ratios(_ evidence: RolloutEvidence) -> [Estimate] {
    LatencyComparison(JudgedCounts(evidence, policy: .standard), canary: "v2").ratios
  }

  @Test func `of a canary twice as slow every quantile is twice the baseline's`() {
    let ratios = ratios(evidence(20, canary: [20: 100], baseline: [10: 100]))
    #expect(ratios.count == LatencyComparison.quantiles.count)
    for ratio in ratios.dropLast() {
      #expect(ratio.reason == nil)
      // The canary's is shown to lie in 10…20 ms, the baseline's in 5…10 ms.
      #expect(ratio.lower == 1)
      #expect(ratio.upper == 4)
    }
    #expect(ratios[0].estimate == 15 / 7.5)
    #expect(ratios[3].estimate == (10 + 9.9) / (5 + 4.95))
  }

  @Test func `of few requests there is an estimate, but no bounds`() {
    let ratio = ratios(evidence(1, canary: [20: 2], baseline: [10: 2]))[3]
    #expect(ratio.estimate != nil)
    #expect(ratio.lower == nil)
    #expect(ratio.upper == nil)
    #expect(
      ratio.reason
        == "not bounded on both sides yet: too few requests, or a quantile in the first or last bucket"
    )
  }

  @Test func `a quantile beyond the last bucket leaves a lower bound`() {
    let ratio = ratios(evidence(50, canary: [.infinity: 100], baseline: [10: 100]))[0]
    #expect(ratio.estimate == nil)
    #expect(ratio.lower == 4.0)
    #expect(ratio.upper == nil)
    #expect(ratio.reason == "a quantile lies beyond the last bucket")
  }

  @Test func `a quantile in the first bucket has no ratio that it cannot exceed`() {
    let ratio = ratios(evidence(50, canary: [20: 100], baseline: [5: 100]))[0]
    #expect(ratio.lower == 2.0)
    #expect(ratio.upper == nil)
  }

  @Test func `intervals in which one version had no request do not enter`() {
    let compared = evidence(20, canary: [20: 100], baseline: [10: 100])
    var alone = compared
    for number in 20..<40 {
      alone.intervals.append(interval(number))
      alone.observations.append(.sample(number, "v1", requests: 900, durations: [40: 900]))
    }
    #expect(ratios(alone) == ratios(compared))
    alone.observations.removeAll { $0.version == "v2" }
    #expect(
      ratios(alone)
        == LatencyComparison.quantiles.map { _ in
          .missing("no judged interval in which durations of both versions were counted")
        })
  }

  @Test(arguments: 0..<10)
  func `bounds of two equal versions hold the true ratio at every look`(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func durations(_ requests: Int) -> [Double: Int] {
      // Exponential with a median of 10 ms.
      var counts: [Double: Int] = [:]
      var rest = requests
      for (bound, share) in zip(Self.bounds, [0.293, 0.293, 0.5, 0.75, 1]) {
        let count =
          share < 1
          ? Int.binomial(rest, bound == 10 ? 0.293 : share, using: &generator) : rest
        counts[bound] = count
        rest -= count
      }
      return counts
    }
    var whole = evidence(0, canary: [:], baseline: [:])
    whole = RolloutEvidence.sample(
      (0..<60).flatMap { number in
        [
          Observation.sample(number, "v1", requests: 90, durations: durations(90)),
          .sample(number, "v2", requests: 30, durations: durations(30)),
        ]
      }, intervals: 60)
    whole.durationBounds = ["v1": Self.bounds, "v2": Self.bounds]
    for look in stride(from: 3, through: 60, by: 3) {
      for ratio in ratios(whole.prefix(look)) {
        #expect((ratio.lower ?? 0) <= 1)
        #expect((ratio.upper ?? 1) >= 1)
      }
    }
  }
}
