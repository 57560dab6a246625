import Foundation
import Statistics
import Testing

struct ConfidenceSequenceTests {
  @Test(arguments: UInt64(1)...10)
  func `exchanging the versions inverts the ratio and negates the difference`(seed: UInt64) {
    var sampler = Sampler(seed: seed)
    let strata = sampler.strata(10, canaryRate: 0.3, baselineRate: 0.1)
    let ratio = RatioConfidenceSequence.bounds(strata, alpha: 0.05, dispersion: 1.5)
    let inverse = RatioConfidenceSequence.bounds(exchanged(strata), alpha: 0.05, dispersion: 1.5)
    #expect(abs(ratio.lower * inverse.upper - 1) < 1e-9)
    #expect(abs(ratio.upper * inverse.lower - 1) < 1e-9)
    let difference = DifferenceConfidenceSequence.bounds(strata, alpha: 0.05)
    let negated = DifferenceConfidenceSequence.bounds(exchanged(strata), alpha: 0.05)
    #expect(abs(difference.lower + negated.upper) < 1e-12)
    #expect(abs(difference.upper + negated.lower) < 1e-12)
  }

  @Test(arguments: UInt64(1)...10)
  func `the bounds hold the estimate, and widen with confidence and dispersion`(
    seed: UInt64
  ) throws {
    var sampler = Sampler(seed: seed)
    let strata = sampler.strata(20, canaryRate: 0.3, baselineRate: 0.2)
    func bounds(_ alpha: Double, _ dispersion: Double) -> [Bounds] {
      [
        RatioConfidenceSequence.bounds(strata, alpha: alpha, dispersion: dispersion),
        DifferenceConfidenceSequence.bounds(strata, alpha: alpha, dispersion: dispersion),
      ]
    }
    let estimates = [
      try #require(MantelHaenszel.ratio(strata)), try #require(MantelHaenszel.difference(strata)),
    ]
    for index in 0...1 {
      let plain = bounds(0.05, 1)[index]
      #expect(plain.contains(estimates[index]))
      for wider in [bounds(0.01, 1)[index], bounds(0.05, 2)[index]] {
        #expect(wider.lower < plain.lower)
        #expect(wider.upper > plain.upper)
      }
    }
  }

  @Test func `the chance of missing the true ratio or difference is at most alpha`() {
    var ratioMisses = 0.0
    var differenceMisses = 0.0
    for canaryBad in 0...15 {
      for baselineBad in 0...20 {
        let probability =
          binomial(canaryBad, of: 15, rate: 0.3) * binomial(baselineBad, of: 20, rate: 0.15)
        let strata = [stratum(canaryBad, of: 15, baselineBad, of: 20)]
        let ratio = RatioConfidenceSequence.bounds(strata, alpha: 0.2)
        let difference = DifferenceConfidenceSequence.bounds(strata, alpha: 0.2)
        if !ratio.contains(2) { ratioMisses += probability }
        if !difference.contains(0.15) { differenceMisses += probability }
      }
    }
    #expect(ratioMisses <= 0.2)
    #expect(differenceMisses <= 0.2)
    #expect(ratioMisses > 0 && differenceMisses > 0)
  }

  @Test(arguments: [0.05, 0.3, 0.5])
  func `the chance that the bounds of a rate ever miss it is at most alpha`(rate: Double) {
    let alpha = 0.2
    var stillCovered = [1.0]
    for requests in 1...40 {
      var next = Array(repeating: 0.0, count: requests + 1)
      for (badEvents, probability) in stillCovered.enumerated() {
        next[badEvents] += probability * (1 - rate)
        next[badEvents + 1] += probability * rate
      }
      for badEvents in next.indices {
        let bounds = RateConfidenceSequence.bounds(
          Tally(requests: requests, badEvents: badEvents), alpha: alpha)
        if !bounds.contains(rate) { next[badEvents] = 0 }
      }
      stillCovered = next
    }
    let missed = 1 - stillCovered.reduce(0, +)
    #expect(missed <= alpha)
    #expect(missed > 0)
  }

  @Test func `the bounds of a rate mirror those of its complement`() {
    for (badEvents, requests) in [(0, 10), (3, 10), (1, 5_000), (9, 9)] {
      let bounds = RateConfidenceSequence.bounds(
        Tally(requests: requests, badEvents: badEvents), alpha: 0.05)
      let complement = RateConfidenceSequence.bounds(
        Tally(requests: requests, badEvents: requests - badEvents), alpha: 0.05)
      #expect(abs(bounds.lower + complement.upper - 1) < 1e-12)
      #expect(abs(bounds.upper + complement.lower - 1) < 1e-12)
    }
  }

  @Test func `without bad events or requests nothing is excluded`() {
    let silent = [stratum(0, of: 0, 0, of: 0), stratum(4, of: 9, 0, of: 0)]
    for strata in [[], silent] {
      #expect(
        RatioConfidenceSequence.bounds(strata, alpha: 0.05) == Bounds(lower: 0, upper: .infinity))
      #expect(
        DifferenceConfidenceSequence.bounds(strata, alpha: 0.05) == Bounds(lower: -1, upper: 1))
    }
    let clean = [stratum(0, of: 100, 0, of: 900)]
    #expect(
      RatioConfidenceSequence.bounds(clean, alpha: 0.05) == Bounds(lower: 0, upper: .infinity))
    let difference = DifferenceConfidenceSequence.bounds(clean, alpha: 0.05)
    #expect(difference.lower < 0 && difference.upper > 0 && difference.upper < 0.2)
    #expect(
      RateConfidenceSequence.bounds(Tally(requests: 0, badEvents: 0), alpha: 0.05)
        == Bounds(lower: 0, upper: 1))
  }

  @Test func `events in one version only leave one end of the ratio open`() {
    let canaryOnly = Array(repeating: stratum(5, of: 100, 0, of: 900), count: 4)
    let above = RatioConfidenceSequence.bounds(canaryOnly, alpha: 0.05)
    #expect(above.lower > 1)
    #expect(above.upper == .infinity)
    let below = RatioConfidenceSequence.bounds(exchanged(canaryOnly), alpha: 0.05)
    #expect(below.lower == 0)
    #expect(below.upper < 1)
  }
}
