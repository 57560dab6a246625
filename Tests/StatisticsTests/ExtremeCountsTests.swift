import Statistics
import Testing

/// Whatever the counts, an answer is a number or infinity.
struct ExtremeCountsTests {
  private static let tallies = [
    Tally(requests: 0, badEvents: 0), Tally(requests: 1, badEvents: 0),
    Tally(requests: 1, badEvents: 1), Tally(requests: 1_000_000_000, badEvents: 0),
    Tally(requests: 1_000_000_000, badEvents: 1),
    Tally(requests: 1_000_000_000, badEvents: 1_000_000_000),
  ]

  private static let strata = tallies.flatMap { canary in
    tallies.map { Stratum(canary: canary, baseline: $0) }
  }

  private static let margins = [
    Margin.none, .errorDefault, Margin(ratio: 1e-6, points: 1), Margin(ratio: 1e6, points: 0),
  ]

  @Test(arguments: margins, Direction.allCases)
  func `evidence of a comparison is finite`(margin: Margin, direction: Direction) {
    for strata in Self.strata.map({ [$0, $0] }) + [Self.strata] {
      for dispersion in [1, 1e9] {
        for onset in [false, true] {
          let evidence = AffineMarginProcess.logEvidence(
            strata, margin: margin, direction: direction, dispersion: dispersion, onset: onset)
          #expect(evidence.allSatisfy { $0.isFinite })
        }
      }
    }
  }

  @Test func `evidence of the swap process is never NaN and grows by at most log 2`() {
    for direction in Direction.allCases {
      let evidence = SwapProcess.logEvidence(Self.strata, direction: direction)
      #expect(evidence.allSatisfy { !$0.isNaN && $0 < 36 * 0.7 })
    }
  }

  @Test func `bounds and estimates are in range`() {
    for strata in Self.strata.map({ [$0] }) + [Self.strata] {
      for alpha in [0.05, 1e-300] {
        let ratio = RatioConfidenceSequence.bounds(strata, alpha: alpha)
        #expect(ratio.lower >= 0 && ratio.lower <= ratio.upper)
        let difference = DifferenceConfidenceSequence.bounds(strata, alpha: alpha)
        #expect(difference.lower >= -1 && difference.lower <= difference.upper)
        #expect(difference.upper <= 1)
        let rate = RateConfidenceSequence.bounds(Tally.total(strata.map(\.canary)), alpha: alpha)
        #expect(rate.lower >= 0 && rate.lower <= rate.upper && rate.upper <= 1)
      }
      #expect(MantelHaenszel.ratio(strata).map { $0 > 0 && $0.isFinite } ?? true)
      #expect(MantelHaenszel.difference(strata).map { abs($0) <= 1 } ?? true)
      let dispersions = [Dispersion.estimate(strata), Dispersion.history(strata)]
      #expect(dispersions.allSatisfy { $0 >= 1 && $0.isFinite })
    }
  }

  @Test func `a rate from 10¹³ requests is bounded closely`() {
    let total = Tally(requests: 10_000_000_000_000, badEvents: 100_000_000_000)
    let bounds = RateConfidenceSequence.bounds(total, alpha: 0.05)
    #expect(bounds.contains(0.01))
    #expect(bounds.upper - bounds.lower < 1e-6)
    #expect(bounds.upper - bounds.lower > 1e-7)
  }

  @Test func `evidence against limits and weights is finite`() {
    for tally in Self.tallies {
      for limit in [1e-12, 0.01, 0.999_999] {
        for direction in Direction.allCases {
          let evidence = LimitProcess.logEvidence(
            total: tally, limit: limit, direction: direction)
          #expect(evidence.isFinite)
        }
      }
    }
    for weight in [0, 1e-9, 0.1, 1 - 1e-9, 1] {
      let strata = Self.strata.map {
        ShareStratum(
          canaryRequests: $0.canary.requests, baselineRequests: $0.baseline.requests,
          canaryWeight: weight)
      }
      #expect(TrafficShareProcess.logEvidence(strata).allSatisfy { $0.isFinite })
      let dispersion = TrafficShareProcess.dispersion(strata)
      #expect(dispersion >= 1 && dispersion.isFinite)
      let stage = ShareStage(
        weights: [weight, 1 - weight],
        intervals: strata.map { [$0.canaryRequests, $0.baselineRequests] })
      #expect(MultinomialShareProcess.logEvidence([stage]).allSatisfy { $0.isFinite })
    }
  }

  @Test func `decisions on extreme counts end in a verdict or hold`() {
    for strict in [false, true] {
      let decision = GateDecision.evaluate(Self.strata, margin: .errorDefault, strict: strict)
      #expect((1...36).contains(decision.intervals))
    }
  }
}
