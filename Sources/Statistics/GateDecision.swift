#if canImport(Glibc)
  import Glibc
#endif

/// What the evidence of one metric says at the end: the first verdict in the order of the intervals.
///
/// To block, the process with dispersion 1 *and* the one with the dispersion in use must reach
/// 1/alpha at the same interval, the second at the earliest; a strict gate demands the swap process
/// too. To promote, the first two in the other direction. The first to be reached stays.
///
/// The leg with dispersion 1 carries the proven bound on false verdicts under independent requests;
/// demanding more can only lower it, and adds protection under the assumption of the other leg.
public struct GateDecision: Sendable, Hashable {
  /// A verdict that evidence can give.
  public enum Outcome: Sendable, Hashable {
    /// The canary has been shown to be outside its margin.
    case block
    /// The canary has been shown to be inside its margin.
    case promote
    /// Neither has been shown.
    case hold
  }

  /// What the evidence says.
  public let outcome: Outcome
  /// How many intervals it took; for `hold`, how many there were.
  public let intervals: Int
  /// The dispersion in use when the verdict was reached; `nil` for `hold`.
  public let dispersion: Double?

  /// Creates a decision from its parts.
  public init(outcome: Outcome, intervals: Int, dispersion: Double?) {
    self.outcome = outcome
    self.intervals = intervals
    self.dispersion = dispersion
  }

  /// Returns the decision on a rate of bad events.
  ///
  /// The cost grows with the number of intervals.
  ///
  /// - Parameters:
  ///   - strata: The intervals in the order of time.
  ///   - margin: What is tolerated.
  ///   - alphaToBlock: The tolerated chance of a false block, between 0 and 1.
  ///   - alphaToPromote: The tolerated chance of a false promotion, between 0 and 1.
  ///   - declaredDispersion: The least dispersion, declared or calibrated on history, at least 1;
  ///     `nil` to use the estimate with the ramp.
  ///   - strict: Whether to block only with the swap process agreeing.
  /// - Returns: The first verdict in the order of the intervals, or `hold`.
  public static func evaluate(
    _ strata: [Stratum], margin: Margin, alphaToBlock: Double = 0.05, alphaToPromote: Double = 0.05,
    declaredDispersion: Double? = nil, strict: Bool = false
  ) -> GateDecision {
    GateDecision(
      LatencyCounts(strata), margin: margin, alphaToBlock: alphaToBlock,
      alphaToPromote: alphaToPromote, declaredDispersion: declaredDispersion, strict: strict)
  }

  /// Returns the decision on latency, over all bounds of a histogram.
  ///
  /// As for a rate, with the mean over the bounds as evidence to block, the least as evidence to
  /// promote, and the largest dispersion of any bound.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - alphaToBlock: The tolerated chance of a false block, between 0 and 1.
  ///   - alphaToPromote: The tolerated chance of a false promotion, between 0 and 1.
  ///   - declaredDispersion: The least dispersion, declared or calibrated on history, at least 1;
  ///     `nil` to use the estimate with the ramp.
  /// - Returns: The first verdict in the order of the intervals, or `hold`.
  public static func evaluate(
    _ counts: LatencyCounts, margin: Margin, alphaToBlock: Double = 0.05,
    alphaToPromote: Double = 0.05, declaredDispersion: Double? = nil
  ) -> GateDecision {
    GateDecision(
      counts, margin: margin, alphaToBlock: alphaToBlock, alphaToPromote: alphaToPromote,
      declaredDispersion: declaredDispersion, strict: false)
  }

  private init(
    _ counts: LatencyCounts, margin: Margin, alphaToBlock: Double, alphaToPromote: Double,
    declaredDispersion: Double?, strict: Bool
  ) {
    precondition(alphaToBlock > 0 && alphaToBlock < 1, "alpha is between 0 and 1")
    precondition(alphaToPromote > 0 && alphaToPromote < 1, "alpha is between 0 and 1")
    let setting = declaredDispersion.map { DispersionSetting.declared($0) } ?? .estimated
    let places = counts.comparedIntervals.places
    let compared = counts.part(places)
    let running = GuardedEvidence.running(
      compared, margin: margin, dispersion: setting, strict: strict)
    let (requiredToBlock, requiredToPromote) = (log(1 / alphaToBlock), log(1 / alphaToPromote))
    let first = places.indices.dropFirst().first { interval in
      running.toBlock[interval] >= requiredToBlock
        || running.toPromote[interval] >= requiredToPromote
    }
    guard let first else {
      self.init(outcome: .hold, intervals: counts.intervalCount, dispersion: nil)
      return
    }
    let comparable = ComparableCounts(compared)
    var dispersions = RunningDispersions(comparable, requests: RequestShares(comparable))
    self.init(
      outcome: running.toBlock[first] >= requiredToBlock ? .block : .promote,
      intervals: places[first] + 1,
      dispersion: setting.inUse(
        estimate: dispersions.largestEstimate(intervals: first + 1), intervals: first + 1))
  }
}
