import Statistics

/// Shorthand for a stratum.
func stratum(_ canaryBad: Int, of canaryRequests: Int, _ baselineBad: Int, of baselineRequests: Int)
  -> Stratum
{
  Stratum(
    canary: Tally(requests: canaryRequests, badEvents: canaryBad),
    baseline: Tally(requests: baselineRequests, badEvents: baselineBad))
}

/// The strata in which each version is the other.
func exchanged(_ strata: [Stratum]) -> [Stratum] {
  strata.map { Stratum(canary: $0.baseline, baseline: $0.canary) }
}

/// Random tallies and strata.
struct Sampler {
  var generator: SplitMix64

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
  }

  mutating func fraction() -> Double {
    Double.random(in: 0..<1, using: &generator)
  }

  mutating func tally(requests: ClosedRange<Int>, rate: Double) -> Tally {
    let requests = Int.random(in: requests, using: &generator)
    var badEvents = 0
    for _ in 0..<requests where fraction() < rate { badEvents += 1 }
    return Tally(requests: requests, badEvents: badEvents)
  }

  /// Strata with the canary holding about a third of the requests, some of them without.
  mutating func strata(_ count: Int, canaryRate: Double, baselineRate: Double) -> [Stratum] {
    (0..<count).map { _ in
      Stratum(
        canary: tally(requests: 0...30, rate: canaryRate),
        baseline: tally(requests: 20...60, rate: baselineRate))
    }
  }
}
