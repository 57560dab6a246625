import Foundation
import Statistics
import Testing

struct LatencyProcessTests {
  private static func counts(
    seed: UInt64, intervals: Int, bounds: Int, canaryFactor: Double
  ) -> LatencyCounts {
    var sampler = Sampler(seed: seed)
    var counts = LatencyCounts(boundCount: bounds)
    for _ in 0..<intervals {
      let canary = (0..<bounds).map { bound in
        sampler.tally(requests: 40...40, rate: min(1, canaryFactor * 0.4 / Double(1 << bound)))
      }
      let baseline = (0..<bounds).map { bound in
        sampler.tally(requests: 90...90, rate: 0.4 / Double(1 << bound))
      }
      counts.append(
        canaryRequests: 40, canarySlow: canary.map(\.badEvents), baselineRequests: 90,
        baselineSlow: baseline.map(\.badEvents))
    }
    return counts
  }

  @Test(arguments: Direction.allCases)
  func `it is the mean over the bounds to block and the least to promote`(direction: Direction) {
    let counts = Self.counts(seed: 1, intervals: 12, bounds: 4, canaryFactor: 1.3)
    let byBound = (0..<4).map {
      AffineMarginProcess.logEvidence(
        counts.strata(boundIndex: $0), margin: .latencyDefault, direction: direction,
        dispersion: 1.3)
    }
    let combined = LatencyProcess.logEvidence(
      counts, margin: .latencyDefault, direction: direction, dispersion: 1.3)
    for interval in 0..<12 {
      let values = byBound.map { $0[interval] }
      let expected =
        direction == .worse
        ? log(values.reduce(0) { $0 + exp($1) } / 4) : values.min() ?? .nan
      #expect(abs(combined[interval] - expected) < 1e-12)
    }
    #expect(
      combined.last
        == LatencyProcess.finalLogEvidence(
          counts, margin: .latencyDefault, direction: direction, dispersion: 1.3))
    #expect(
      byBound.map { $0[11] }
        == LatencyProcess.finalLogEvidenceByBound(
          counts, margin: .latencyDefault, direction: direction, dispersion: 1.3))
  }

  @Test func `the mean of E is at most 1 although the bounds depend on each other`() {
    // Every request is fast, slower than the first bound, or slower than both.
    let margin = Margin.latencyDefault
    let baselineTails = [0.3, 0.1]
    let canaryTails = baselineTails.map { margin.toleratedRate(besideBaselineRate: $0) }
    var mean = 0.0
    visitOutcomes(requests: 3, tails: canaryTails) { canarySlow, canaryProbability in
      visitOutcomes(requests: 4, tails: baselineTails) { baselineSlow, baselineProbability in
        var counts = LatencyCounts(boundCount: 2)
        counts.append(
          canaryRequests: 3, canarySlow: canarySlow, baselineRequests: 4,
          baselineSlow: baselineSlow)
        mean +=
          canaryProbability * baselineProbability
          * exp(LatencyProcess.finalLogEvidence(counts, margin: margin, direction: .worse))
      }
    }
    #expect(mean <= 1 + 1e-12)
    #expect(mean > 0.9)
  }

  private func visitOutcomes(
    requests: Int, tails: [Double], visit: ([Int], Double) -> Void
  ) {
    for slow in 0...requests {
      for slower in 0...slow {
        let probability =
          binomial(slow, of: requests, rate: tails[0])
          * binomial(slower, of: slow, rate: tails[1] / tails[0])
        visit([slow, slower], probability)
      }
    }
  }

  @Test func `a single bound is the affine-margin process`() {
    let counts = Self.counts(seed: 2, intervals: 9, bounds: 1, canaryFactor: 2)
    for direction in Direction.allCases {
      let latency = LatencyProcess.logEvidence(
        counts, margin: .latencyDefault, direction: direction)
      let affine = AffineMarginProcess.logEvidence(
        counts.strata(boundIndex: 0), margin: .latencyDefault, direction: direction)
      for (latency, affine) in zip(latency, affine) { #expect(abs(latency - affine) < 1e-12) }
    }
  }

  @Test func `without bounds or intervals there is no evidence`() {
    var counts = LatencyCounts(boundCount: 0)
    for direction in Direction.allCases {
      #expect(
        LatencyProcess.logEvidence(counts, margin: .latencyDefault, direction: direction).isEmpty)
      #expect(
        LatencyProcess.finalLogEvidence(counts, margin: .latencyDefault, direction: direction) == 0)
    }
    counts.append(canaryRequests: 5, canarySlow: [], baselineRequests: 9, baselineSlow: [])
    for direction in Direction.allCases {
      #expect(
        LatencyProcess.logEvidence(counts, margin: .latencyDefault, direction: direction) == [0])
    }
    #expect(GateDecision.evaluate(counts, margin: .latencyDefault).outcome == .hold)
  }

  @Test func `a prefix holds the first intervals of every bound`() {
    let counts = Self.counts(seed: 4, intervals: 7, bounds: 3, canaryFactor: 1)
    let prefix = counts.prefix(intervals: 4)
    #expect(prefix.intervalCount == 4)
    for bound in 0..<3 {
      #expect(
        prefix.strata(boundIndex: bound) == Array(counts.strata(boundIndex: bound).prefix(4)))
    }
  }
}
