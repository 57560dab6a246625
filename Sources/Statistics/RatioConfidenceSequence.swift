#if canImport(Glibc)
  import Glibc
#endif

/// Bounds for the ratio of the canary's rate to the baseline's that hold at every look.
///
///     L(θ) = Σ_s [x_c log θ − (x_c + x_b) log(n_b + θ n_c)]
///     { θ : log Σ_{|k| ≤ 160} w_k exp(L(2^(k/16))/d) − L(θ)/d < log(1/alpha) },  w_k ∝ 2^(−|k|/16)
///
/// L is concave in log θ, so this is an interval. An end beyond 2^±40 is 0 or infinity.
///
/// For a ratio that is the same in all intervals; where it drifts, the lower end remains valid for
/// the largest ratio of any interval. Proven with dispersion d = 1 for independent requests, or with
/// a declared dispersion for clumps; empirical with an estimated one.
///
/// Source: Lindon & Malek (NeurIPS 2022); Howard, Ramdas, McAuliffe & Sekhon (2021).
public enum RatioConfidenceSequence {
  private static let widestLogTwo = 40.0

  /// Returns the bounds after all intervals so far.
  ///
  /// - Parameters:
  ///   - strata: The intervals, in any order.
  ///   - alpha: The chance that the bounds ever fail, between 0 and 1.
  ///   - dispersion: What the exponents are divided by, at least 1.
  /// - Returns: Bounds within 0…∞; 0 and infinity without bad events.
  public static func bounds(
    _ strata: [Stratum], alpha: Double, dispersion: Double = 1
  ) -> Bounds {
    precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1")
    precondition(dispersion >= 1, "a dispersion is at least 1")
    let likelihood = RatioLikelihood(strata)
    guard !likelihood.isEmpty else { return Bounds(lower: 0, upper: .infinity) }
    let peak = likelihood.peak(widest: widestLogTwo)
    let threshold =
      logMixture(likelihood, peak: peak, dispersion: dispersion) - log(1 / alpha)
    let lower = end(
      likelihood, from: -widestLogTwo, peak: peak, threshold: threshold, dispersion: dispersion)
    let upper = end(
      likelihood, from: widestLogTwo, peak: peak, threshold: threshold, dispersion: dispersion)
    return Bounds(lower: lower.map { exp2($0) } ?? 0, upper: upper.map { exp2($0) } ?? .infinity)
  }

  private static func logMixture(
    _ likelihood: RatioLikelihood, peak: Double, dispersion: Double
  ) -> Double {
    let largestStep = 160
    let totalWeight = (-largestStep...largestStep).reduce(0) { $0 + exp2(-Double(abs($1)) / 16) }
    let start = min(max(Int((peak * 16).rounded()), -largestStep), largestStep)
    var logWeights: [Double] = []
    var exponents: [Double] = []
    var largest = -Double.infinity
    // Outwards from the peak the exponent only falls: once nothing more can be added, stop.
    for steps in [
      Array(stride(from: start, through: largestStep, by: 1)),
      Array(stride(from: start - 1, through: -largestStep, by: -1)),
    ] {
      for step in steps {
        let exponent = likelihood.value(logTwoRatio: Double(step) / 16).value / dispersion
        let logWeight = -Double(abs(step)) / 16 * log(2.0) - log(totalWeight)
        largest = max(largest, logWeight + exponent)
        guard exponent > largest + LogSpace.negligible else { break }
        logWeights.append(logWeight)
        exponents.append(exponent)
      }
    }
    return LogSpace.sumOfExponentials(logWeights: logWeights, exponents: exponents)
  }

  /// Returns where L/d crosses the threshold between an outer point and the peak, as log₂ θ, or `nil`
  /// where the outer point is not excluded.
  ///
  /// Newton's method from outside stays outside, because L is concave; bisection catches what
  /// rounding does at the very end.
  private static func end(
    _ likelihood: RatioLikelihood, from outermost: Double, peak: Double, threshold: Double,
    dispersion: Double
  ) -> Double? {
    var outside = outermost
    var inside = peak
    var point = likelihood.value(logTwoRatio: outside)
    guard point.value / dispersion <= threshold else { return nil }
    for _ in 0..<200 {
      let missing = threshold * dispersion - point.value
      var next = outside + missing / point.slope
      let isBetween = (next - outside) * (inside - next) > 0
      if !isBetween { next = outside + (inside - outside) / 2 }
      guard next != outside, next != inside else { break }
      let nextPoint = likelihood.value(logTwoRatio: next)
      if nextPoint.value / dispersion <= threshold {
        let isConverged = abs(next - outside) <= 1e-15 * max(1, abs(next))
        outside = next
        point = nextPoint
        if isConverged { break }
      } else {
        inside = next
      }
    }
    return outside
  }
}
