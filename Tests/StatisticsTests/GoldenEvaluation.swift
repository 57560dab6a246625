import Statistics
import Testing

extension GoldenCase {
  /// Computes what the reference computed, as numbers.
  func computed() throws -> [Double] {
    switch function {
    case .twoSample, .swap, .limit, .trafficShare, .multinomialShare, .latency:
      try computedEvidence()
    case .ratioEstimate: [try #require(MantelHaenszel.ratio(strata()))]
    case .differenceEstimate: [try #require(MantelHaenszel.difference(strata()))]
    case .dispersion: [Dispersion.estimate(try strata())]
    case .dispersionOfHistory:
      [Dispersion.history(try strata(), blockLengths: try counts("blocks"))]
    case .trafficShareDispersion: [TrafficShareProcess.dispersion(try shareStrata())]
    case .ratioBounds, .differenceBounds, .rateBounds, .quantileBounds:
      try computedBounds()
    case .gate: try computedDecision()
    case .histogramBounds:
      HistogramBounds.choose(
        cumulativeCounts: try counts("cum"), requests: Int(try number("n")),
        tailShares: try number("lo")...number("hi")
      ).map { Double($0) }
    case .information:
      [
        Information.perRequest(
          canaryRate: try number("pc"), baselineRate: try number("pb"),
          canaryShare: try number("w"), margin: try margin())
      ]
    case .informationWithKnownBaseline:
      [
        Information.perRequestWithKnownBaseline(
          canaryRate: try number("pc"), baselineRate: try number("pb"),
          canaryShare: try number("w"))
      ]
    }
  }

  /// What the reference computed, as numbers.
  func expected() throws -> [Double] {
    guard function == .gate else { return try value.numbers() }
    guard case .object(let decision) = value, let intervals = decision["batches"] else {
      throw GoldenError.unexpectedValue
    }
    let outcome: Double =
      switch decision["verdict"] {
      case .text("block"): 1
      case .text("promote"): 2
      case .text("inconclusive"): 3
      default: throw GoldenError.unexpectedValue
      }
    let dispersion: [Double] =
      switch decision["phi"] {
      case .number(let number): [number]
      case .null: []
      default: throw GoldenError.unexpectedValue
      }
    return try [outcome] + intervals.numbers() + dispersion
  }

  private func computedEvidence() throws -> [Double] {
    switch function {
    case .twoSample:
      AffineMarginProcess.logEvidence(
        try strata(), margin: try margin(), direction: try direction(),
        dispersion: try number("phi"), onset: flag("onset"))
    case .swap: SwapProcess.logEvidence(try strata(), direction: try direction())
    case .limit:
      LimitProcess.logEvidence(
        try strata().map(\.canary), limit: try number("p0"), direction: try direction())
    case .trafficShare:
      TrafficShareProcess.logEvidence(
        try shareStrata(), oddsTolerance: try number("tol"), dispersion: try number("phi"))
    case .multinomialShare:
      MultinomialShareProcess.logEvidence(
        [ShareStage(weights: try numbers("w"), intervals: try input("counts").rows())],
        concentration: try number("conc"))
    case .latency:
      LatencyProcess.logEvidence(
        try latencyCounts(), margin: try margin(), direction: try direction(),
        dispersion: try number("phi"))
    default: throw GoldenError.unexpectedValue
    }
  }

  private func computedBounds() throws -> [Double] {
    let bounds =
      switch function {
      case .ratioBounds:
        RatioConfidenceSequence.bounds(
          try strata(), alpha: try number("alpha"), dispersion: try number("phi"))
      case .differenceBounds:
        DifferenceConfidenceSequence.bounds(
          try strata(), alpha: try number("alpha"), dispersion: try number("phi"))
      case .rateBounds:
        RateConfidenceSequence.bounds(
          Tally.total(try strata().map(\.canary)), alpha: try number("alpha"))
      case .quantileBounds:
        QuantileBounds.bounds(
          cumulativeCounts: try counts("cum"), bounds: try numbers("bounds"),
          requests: Int(try number("n")), quantile: try number("q"), alpha: try number("alpha"))
      default: throw GoldenError.unexpectedValue
      }
    return [bounds.lower, bounds.upper]
  }

  private func computedDecision() throws -> [Double] {
    let alpha = try number("alpha")
    let decision = GateDecision.evaluate(
      try strata(), margin: try margin(), alphaToBlock: alpha, alphaToPromote: alpha,
      declaredDispersion: inputs["phi_min"] == nil ? nil : try number("phi_min"),
      strict: flag("strict"))
    let outcome: Double =
      switch decision.outcome {
      case .block: 1
      case .promote: 2
      case .hold: 3
      }
    return [outcome, Double(decision.intervals)] + (decision.dispersion.map { [$0] } ?? [])
  }
}
