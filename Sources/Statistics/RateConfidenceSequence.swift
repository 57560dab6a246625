#if canImport(Glibc)
  import Glibc
#endif

/// Bounds for one version's rate of bad events that hold at every look.
///
///     { p : log B(½ + x, ½ + n − x) − log B(½, ½) − x log p − (n − x) log(1 − p) < log(1/alpha) }
///
/// Proven for independent requests with one constant rate.
///
/// Source: Howard, Ramdas, McAuliffe & Sekhon (2021), the two-sided beta-binomial mixture
/// (Robbins 1970), with a Beta(½, ½) prior.
public enum RateConfidenceSequence {
  /// Returns the bounds after all intervals so far.
  ///
  /// - Parameters:
  ///   - total: What was counted in all intervals together.
  ///   - alpha: The chance that the bounds ever fail, between 0 and 1.
  /// - Returns: Bounds within 0…1; 0…1 of no requests.
  public static func bounds(_ total: Tally, alpha: Double) -> Bounds {
    precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1")
    guard total.requests > 0 else { return Bounds(lower: 0, upper: 1) }
    let evidence = Evidence(total)
    let required = log(1 / alpha)
    let events = Double(total.badEvents)
    let others = Double(total.requests - total.badEvents)
    let modeLogit = log((events + 0.5) / (others + 0.5))
    var bounds = Bounds(lower: 0, upper: 1)
    if events > 0 {
      let logit = bisect(excluded: -800, included: modeLogit) {
        evidence.logEvidence(logit: $0) >= required
      }
      bounds.lower = 1 / (1 + exp(-logit))
    }
    if others > 0 {
      let logit = bisect(excluded: 800, included: modeLogit) {
        evidence.logEvidence(logit: $0) >= required
      }
      bounds.upper = 1 / (1 + exp(-logit))
    }
    return bounds
  }

  /// Returns where exclusion ends between two points, to the last bit.
  private static func bisect(
    excluded: Double, included: Double, isExcluded: (Double) -> Bool
  ) -> Double {
    var outside = excluded
    var inside = included
    while true {
      let middle = outside + (inside - outside) / 2
      guard middle != outside, middle != inside else { return inside }
      if isExcluded(middle) { outside = middle } else { inside = middle }
    }
  }

  /// The log e-value against one rate, with Stirling's formula written out so that counts of 10¹³
  /// do not cancel.
  private struct Evidence {
    private let events: Double
    private let others: Double
    private let logMeanRate: Double
    private let logMeanRemainder: Double
    private let constant: Double

    init(_ total: Tally) {
      let requests = Double(total.requests)
      events = Double(total.badEvents)
      others = Double(total.requests - total.badEvents)
      logMeanRate = log((events + 0.5) / (requests + 1))
      logMeanRemainder = log((others + 0.5) / (requests + 1))
      constant =
        0.5 * log(2 / Double.pi) - 0.5 * log(requests + 1)
        + GammaFunction.stirlingRemainder(events + 0.5)
        + GammaFunction.stirlingRemainder(others + 0.5)
        - GammaFunction.stirlingRemainder(requests + 1)
    }

    func logEvidence(logit: Double) -> Double {
      // log p and log(1 − p), each without cancellation.
      let logRate = logit < 0 ? logit - log1p(exp(logit)) : -log1p(exp(-logit))
      let logRemainder = logRate - logit
      return constant + events * (logMeanRate - logRate)
        + others * (logMeanRemainder - logRemainder)
    }
  }
}
