#if canImport(Glibc)
  import Glibc
#endif

/// Bounds for a quantile of latency, as fine as the histogram's own bounds.
public enum QuantileBounds {
  /// Returns the histogram bounds between which a quantile has been shown to lie.
  ///
  /// The lower end is the largest bound with F(bound) < q proven, the upper end the smallest with
  /// F(bound) ≥ q proven, each by the one-sided test of `LimitProcess` at alpha/2 on the cumulative
  /// counts. Each end needs the test at one bound only, the one next to the quantile, so there is no
  /// correction for the number of bounds. An interpolated quantile inside a bucket is not proven.
  ///
  /// Proven for independent requests of one distribution; the total counts suffice, and it may be
  /// looked at as often as wanted.
  ///
  /// Source: Howard & Ramdas, Sequential Estimation of Quantiles (Bernoulli 2022), on a fixed grid.
  ///
  /// - Parameters:
  ///   - cumulativeCounts: Requests no slower than each finite bound, bounds ascending.
  ///   - bounds: The finite bounds, ascending, in any unit, each at least 0.
  ///   - requests: All requests, those above the last finite bound included.
  ///   - quantile: The quantile, between 0 and 1: 0.99 for the p99.
  ///   - alpha: The chance that the bounds ever fail, between 0 and 1.
  /// - Returns: Bounds in the unit of `bounds`; 0 and infinity where nothing is proven.
  public static func bounds(
    cumulativeCounts: [Int], bounds: [Double], requests: Int, quantile: Double, alpha: Double
  ) -> Bounds {
    precondition(cumulativeCounts.count == bounds.count, "one count a bound")
    precondition(quantile > 0 && quantile < 1, "a quantile is between 0 and 1")
    precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1")
    let required = log(2 / alpha)
    var proven = Bounds(lower: 0, upper: .infinity)
    for (bound, count) in zip(bounds, cumulativeCounts) {
      let slower = Tally(requests: requests, badEvents: requests - count)
      if bound > proven.lower,
        LimitProcess.logEvidence(total: slower, limit: 1 - quantile, direction: .worse) >= required
      {
        proven.lower = bound
      }
      if bound < proven.upper,
        LimitProcess.logEvidence(total: slower, limit: 1 - quantile, direction: .better) >= required
      {
        proven.upper = bound
      }
    }
    return proven
  }
}
