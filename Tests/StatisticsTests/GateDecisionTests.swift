import Foundation
import Statistics
import Testing

struct GateDecisionTests {
  /// The definition, with everything computed by itself at each interval that compares anything.
  private static func reference(
    _ all: [Stratum], margin: Margin, alpha: Double, declared: Double?, strict: Bool
  ) -> GateDecision {
    let places = all.indices.filter { all[$0].isComparable }
    let strata = places.map { all[$0] }
    let dispersions = strata.indices.map {
      Dispersion.inUse(
        estimate: Dispersion.estimate(Array(strata[...$0])), intervals: $0 + 1, declared: declared)
    }
    func legs(_ direction: Direction) -> [Double] {
      zip(
        AffineMarginProcess.logEvidence(strata, margin: margin, direction: direction),
        AffineMarginProcess.logEvidence(
          strata, margin: margin, direction: direction, dispersions: dispersions)
      ).map { min($0, $1) }
    }
    let swap = SwapProcess.logEvidence(strata, direction: .worse)
    let required = log(1 / alpha)
    let worse = legs(.worse)
    let better = legs(.better)
    for index in strata.indices.dropFirst() {
      if worse[index] >= required, !strict || swap[index] >= required {
        return GateDecision(
          outcome: .block, intervals: places[index] + 1, dispersion: dispersions[index])
      }
      if better[index] >= required {
        return GateDecision(
          outcome: .promote, intervals: places[index] + 1, dispersion: dispersions[index])
      }
    }
    return GateDecision(outcome: .hold, intervals: all.count, dispersion: nil)
  }

  @Test(arguments: UInt64(1)...30, [false, true])
  func `it is the first interval at which all legs reach the threshold`(
    seed: UInt64, strict: Bool
  ) {
    var sampler = Sampler(seed: seed)
    // Canaries from much better to much worse, some of them with rates that jump about.
    let canaryRate = [0.02, 0.1, 0.2, 0.3, 0.5][Int(seed % 5)]
    let strata = (0..<40).flatMap { _ in
      let factor = seed.isMultiple(of: 2) ? 1 : 2 * sampler.fraction()
      return sampler.strata(1, canaryRate: min(1, canaryRate * factor), baselineRate: 0.1)
    }
    for declared in [nil, 1, 3] as [Double?] {
      let decision = GateDecision.evaluate(
        strata, margin: .errorDefault, declaredDispersion: declared, strict: strict)
      let expected = Self.reference(
        strata, margin: .errorDefault, alpha: 0.05, declared: declared, strict: strict)
      #expect(decision.outcome == expected.outcome)
      #expect(decision.intervals == expected.intervals)
      #expect(
        abs((decision.dispersion ?? 0) - (expected.dispersion ?? 0))
          <= 1e-12 * (expected.dispersion ?? 1))
    }
  }

  @Test func `one interval is never enough`() {
    let overwhelming = stratum(900, of: 1_000, 0, of: 9_000)
    let one = GateDecision.evaluate(
      [overwhelming], margin: .errorDefault, declaredDispersion: 1)
    #expect(one == GateDecision(outcome: .hold, intervals: 1, dispersion: nil))
    let two = GateDecision.evaluate(
      [overwhelming, overwhelming], margin: .errorDefault, declaredDispersion: 1)
    #expect(two.outcome == .block)
    #expect(two.intervals == 2)
  }

  @Test func `a strict gate waits for the swap process`() {
    let strata = Array(repeating: stratum(900, of: 1_000, 0, of: 9_000), count: 20)
    let strict = GateDecision.evaluate(strata, margin: .errorDefault, strict: true)
    #expect(strict.outcome == .block)
    #expect(strict.intervals == 5)
    #expect(GateDecision.evaluate(strata, margin: .errorDefault).intervals < 5)
  }

  @Test func `the first verdict stays whatever comes later`() {
    let bad = Array(repeating: stratum(30, of: 100, 5, of: 100), count: 20)
    let good = Array(repeating: stratum(0, of: 1_000, 50, of: 1_000), count: 200)
    let early = GateDecision.evaluate(bad, margin: .errorDefault)
    #expect(early.outcome == .block)
    #expect(GateDecision.evaluate(bad + good, margin: .errorDefault) == early)
  }

  @Test func `a smaller alpha never decides sooner`() {
    let strata = Array(repeating: stratum(4, of: 100, 10, of: 1_000), count: 60)
    let lax = GateDecision.evaluate(strata, margin: .errorDefault, alphaToBlock: 0.05)
    let careful = GateDecision.evaluate(strata, margin: .errorDefault, alphaToBlock: 0.001)
    #expect(lax.outcome == .block)
    #expect(careful.outcome == .block)
    #expect(careful.intervals > lax.intervals)
  }

  @Test func `latency is decided like a rate, with the largest dispersion of any bound`() {
    var sampler = Sampler(seed: 8)
    var counts = LatencyCounts(boundCount: 2)
    for _ in 0..<60 {
      let slow = sampler.tally(requests: 100...100, rate: 0.4).badEvents
      let baselineSlow = sampler.tally(requests: 300...300, rate: 0.2).badEvents
      counts.append(
        canaryRequests: 100, canarySlow: [slow, slow / 2], baselineRequests: 300,
        baselineSlow: [baselineSlow, baselineSlow / 2])
    }
    let decision = GateDecision.evaluate(counts, margin: .latencyDefault)
    let running = LatencyProcess.logEvidence(counts, margin: .latencyDefault, direction: .worse)
    let expected = (2...60).first { intervals in
      let prefix = counts.prefix(intervals: intervals)
      let dispersion = Dispersion.inUse(
        estimate: Dispersion.estimate(prefix), intervals: intervals, declared: nil)
      let tempered = LatencyProcess.finalLogEvidence(
        prefix, margin: .latencyDefault, direction: .worse, dispersion: dispersion)
      return min(tempered, running[intervals - 1]) >= log(20)
    }
    #expect(decision.outcome == .block)
    #expect(decision.intervals == expected)
  }

  @Test func `nothing observed is held`() {
    #expect(
      GateDecision.evaluate([], margin: .errorDefault)
        == GateDecision(outcome: .hold, intervals: 0, dispersion: nil))
    let silent = Array(repeating: stratum(0, of: 0, 0, of: 0), count: 5)
    #expect(
      GateDecision.evaluate(silent, margin: .errorDefault, strict: true)
        == GateDecision(outcome: .hold, intervals: 5, dispersion: nil))
  }
}
