import Statistics
import Testing

struct RunningDispersionTests {
  /// What `runningEstimates` promises: each as if estimated from the intervals so far alone.
  private func expectAgreement(_ strata: [Stratum]) {
    for (index, running) in Dispersion.runningEstimates(strata).enumerated() {
      let alone = Dispersion.estimate(Array(strata[...index]))
      #expect(abs(running - alone) <= 1e-12 * alone)
    }
  }

  @Test(arguments: UInt64(1)...18)
  func `each running estimate is that of the intervals so far`(seed: UInt64) {
    expectAgreement(GuardedEvidenceTests.strata(seed: seed))
  }

  @Test(arguments: UInt64(1)...6)
  func `they agree while the ratio travels over orders of magnitude`(seed: UInt64) {
    var sampler = Sampler(seed: seed)
    // A thousandth to a half of the requests, rates from none to all.
    let strata = (0..<60).map { interval in
      let rate = interval < 20 ? 0.001 : interval < 40 ? 0.9 : 0.01
      let baseline = Int.random(in: 1...2_000, using: &sampler.generator)
      return Stratum(
        canary: sampler.tally(requests: 0...(interval.isMultiple(of: 7) ? 2_000 : 3), rate: rate),
        baseline: sampler.tally(requests: baseline...baseline, rate: interval < 30 ? 0.3 : 0.002))
    }
    expectAgreement(strata)
  }

  @Test func `they agree for the largest counts`() {
    var generator = SplitMix64(seed: 4)
    let strata = (0..<40).map { _ in
      stratum(
        Int.random(in: 0...1_000_000, using: &generator), of: 100_000_000,
        Int.random(in: 0...100_000_000, using: &generator), of: 900_000_000)
    }
    expectAgreement(strata)
  }
}
