/// Estimates of a ratio or difference of rates that is common to all intervals.
///
/// Each interval is compared within itself, so a common rate that changes over time does not bias
/// them. Intervals in which a version had no requests are left out.
///
/// Source: Mantel & Haenszel (1959); Greenland & Robins (1985) for rates.
public enum MantelHaenszel {
  /// Returns the ratio of the canary's rate to the baseline's, with half a bad event added to each
  /// version so that it always exists.
  ///
  ///     (Σ x_c n_b/N + ½ (1 − w)) / (Σ x_b n_c/N + ½ w),   w = Σ n_c / Σ N
  ///
  /// With few bad events the halves dominate: without any it is Σ n_b / Σ n_c. Report it beside its
  /// confidence sequence.
  ///
  /// - Parameter strata: The intervals, in any order.
  /// - Returns: The ratio, greater than 0, or `nil` where no interval had requests of both versions.
  public static func ratio(_ strata: [Stratum]) -> Double? {
    var sums = RatioSums()
    for stratum in strata { sums.add(stratum) }
    return sums.ratio
  }

  /// Returns the canary's rate minus the baseline's.
  ///
  ///     Σ W (x_c/n_c − x_b/n_b) / Σ W,   W = n_c n_b/N
  ///
  /// - Parameter strata: The intervals, in any order.
  /// - Returns: The difference in fractions of requests, −1…1, or `nil` where no interval had
  ///   requests of both versions.
  public static func difference(_ strata: [Stratum]) -> Double? {
    var weightedDifference = 0.0
    var weight = 0.0
    for stratum in strata where stratum.isComparable {
      let canaryRequests = Double(stratum.canary.requests)
      let baselineRequests = Double(stratum.baseline.requests)
      let stratumWeight = canaryRequests * baselineRequests / (canaryRequests + baselineRequests)
      weightedDifference +=
        stratumWeight
        * (Double(stratum.canary.badEvents) / canaryRequests
          - Double(stratum.baseline.badEvents) / baselineRequests)
      weight += stratumWeight
    }
    return weight > 0 ? weightedDifference / weight : nil
  }

  /// The sums behind the ratio, which grow interval by interval.
  struct RatioSums {
    private var canaryEvents = 0.0
    private var baselineEvents = 0.0
    private var canaryRequests = 0.0
    private var requests = 0.0

    mutating func add(_ stratum: Stratum) {
      guard stratum.isComparable else { return }
      let canary = Double(stratum.canary.requests)
      let baseline = Double(stratum.baseline.requests)
      let both = canary + baseline
      canaryEvents += Double(stratum.canary.badEvents) * baseline / both
      baselineEvents += Double(stratum.baseline.badEvents) * canary / both
      canaryRequests += canary
      requests += both
    }

    var ratio: Double? {
      guard requests > 0 else { return nil }
      let share = canaryRequests / requests
      return (canaryEvents + 0.5 * (1 - share)) / (baselineEvents + 0.5 * share)
    }
  }
}
