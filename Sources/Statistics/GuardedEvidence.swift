/// The evidence about one rate, or about latency, over all intervals so far, as a gate weighs it.
///
/// Intervals in which a version had no requests compare nothing and are passed over: they are neither
/// counted nor neighbours of others. At each of the rest, from the second on, evidence counts only as far as every leg supports it: log E
/// with dispersion 1, log E with the dispersion in use there, and, to block in a strict gate, log E
/// of the swap process. The guarded evidence is the least of these. A gate blocks as soon as it has
/// reached log(1/alpha) at any interval, so the largest so far says all that a block needs. It
/// promotes while the present one is enough; of those before it only whether one was is of interest.
///
/// The leg with dispersion 1 carries the proven bound on false verdicts under independent requests;
/// demanding more can only lower it, and adds protection under the assumption of the other leg.
public struct GuardedEvidence: Sendable, Hashable {
  /// The largest guarded evidence that the rate is outside its margin, in nats; `nil` before the
  /// second interval, or while nothing could be compared.
  public var largestToBlock: Double?
  /// The guarded evidence after the last interval that the rate is inside its margin, in nats; `nil`
  /// likewise.
  public var presentToPromote: Double?
  /// Whether the guarded evidence that the rate is inside its margin was as much as required at any
  /// interval.
  public var wasEnoughToPromote: Bool
  /// The dispersion in use at the last interval, at least 1; for latency the largest of any bound.
  public var dispersion: Double
  /// The dispersion estimated from all intervals, at least 1.
  public var estimatedDispersion: Double
  /// How many intervals can be compared: those in which both versions, or the one, had requests.
  public var intervals: Int

  /// Creates evidence from its parts.
  public init(
    largestToBlock: Double?, presentToPromote: Double?, wasEnoughToPromote: Bool,
    dispersion: Double, estimatedDispersion: Double, intervals: Int
  ) {
    self.largestToBlock = largestToBlock
    self.presentToPromote = presentToPromote
    self.wasEnoughToPromote = wasEnoughToPromote
    self.dispersion = dispersion
    self.estimatedDispersion = estimatedDispersion
    self.intervals = intervals
  }

  /// The fewest intervals that a verdict may rest on.
  static let fewestIntervals = 2
  /// By how much, at most, rounding lifts log E above the largest exponent.
  static let rounding = 1e-12
}

extension GuardedEvidence {
  /// Returns the evidence about a canary's rate of bad events beside the baseline's.
  ///
  /// - Parameters:
  ///   - strata: The intervals in the order of time.
  ///   - margin: What is tolerated.
  ///   - dispersion: What is assumed of the dependence between requests.
  ///   - strict: Whether evidence to block counts only as far as the swap process supports it.
  ///   - requiredToPromote: The evidence in nats that is enough to promote.
  /// - Returns: The evidence over all intervals.
  public static func evaluate(
    _ strata: [Stratum], margin: Margin, dispersion: DispersionSetting, strict: Bool,
    requiredToPromote: Double = .infinity
  ) -> GuardedEvidence {
    evaluate(
      LatencyCounts(strata), margin: margin, dispersion: dispersion, strict: strict,
      requiredToPromote: requiredToPromote)
  }

  /// Returns the evidence about a canary's latency beside the baseline's, over all bounds of a
  /// histogram.
  ///
  /// Per leg the mean of E over the bounds counts to block and the least to promote. The swap process
  /// of a strict gate costs far more here than everything else; it is computed only where the other
  /// legs have evidence.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - dispersion: What is assumed of the dependence between requests.
  ///   - strict: Whether evidence to block counts only as far as the swap process, averaged over the
  ///     bounds like the rest, supports it.
  ///   - requiredToPromote: The evidence in nats that is enough to promote.
  /// - Returns: The evidence over all intervals.
  public static func evaluate(
    _ counts: LatencyCounts, margin: Margin, dispersion: DispersionSetting, strict: Bool = false,
    requiredToPromote: Double = .infinity
  ) -> GuardedEvidence {
    let compared = counts.part(counts.comparedIntervals.places)
    var walk = GuardedWalk(compared, margin: margin, dispersion: dispersion, strict: strict)
    return walk.evidence(requiredToPromote: requiredToPromote)
  }

  /// Returns the evidence about one version's rate of bad events beside a fixed limit.
  ///
  /// The dispersion is estimated as for two versions, with the residuals x − n p, p the rate over all
  /// intervals so far, and variances n p (1 − p). It is an empirical guard: without a baseline beside
  /// it, incidents that hit every version raise it too, and hold the verdict back.
  ///
  /// - Parameters:
  ///   - tallies: What was counted, in the order of time.
  ///   - limit: The limit of the rate, between 0 and 1.
  ///   - dispersion: What is assumed of the dependence between requests.
  ///   - requiredToPromote: The evidence in nats that is enough to promote.
  /// - Returns: The evidence over all intervals: to block, that the rate is above the limit.
  public static func evaluate(
    _ tallies: [Tally], limit: Double, dispersion: DispersionSetting,
    requiredToPromote: Double = .infinity
  ) -> GuardedEvidence {
    var walk = GuardedLimitWalk(
      tallies.filter { $0.requests > 0 }, limit: limit, dispersion: dispersion)
    return walk.evidence(requiredToPromote: requiredToPromote)
  }
}
