#if canImport(Glibc)
  import Glibc
#endif

/// Bounds for the canary's rate minus the baseline's that hold at every look.
///
///     λ_k = 2^(−10 + k/4), k = 0…64, w = 1/65, r = (1 + λ)^±1, D and a as in `AffineMarginProcess`
///     with ratio 1:  A_k = Σ (x_c log a − x_b D),  C_k = Σ n_c (a − 1)
///     lower: d with log Σ w exp((A − d C)/dispersion) = log(2/alpha), r > 1; upper: likewise, r < 1
///
/// For a difference that is the same in all intervals; where it drifts, the lower end remains valid
/// for the largest difference of any interval. Proven with dispersion 1 for independent requests, or
/// with a declared dispersion for clumps; empirical with an estimated one.
///
/// Source: the affine-margin process with the difference as its margin, inverted; Howard, Ramdas,
/// McAuliffe & Sekhon (2021) on confidence sequences from nonnegative supermartingales.
public enum DifferenceConfidenceSequence {
  /// Returns the bounds after all intervals so far.
  ///
  /// - Parameters:
  ///   - strata: The intervals, in any order.
  ///   - alpha: The chance that the bounds ever fail, between 0 and 1.
  ///   - dispersion: What the exponents are divided by, at least 1.
  /// - Returns: Bounds in fractions of requests, within −1…1.
  public static func bounds(
    _ strata: [Stratum], alpha: Double, dispersion: Double = 1
  ) -> Bounds {
    precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1")
    precondition(dispersion >= 1, "a dispersion is at least 1")
    let required = log(2 / alpha)
    let above = Mixture(strata, sign: 1, dispersion: dispersion)
    let below = Mixture(strata, sign: -1, dispersion: dispersion)
    return Bounds(
      lower: end(from: -1, towards: 1) { above.logEvidence(difference: $0) >= required },
      upper: end(from: 1, towards: -1) { below.logEvidence(difference: $0) >= required })
  }

  /// Returns where exclusion ends on the way from one end of the range to the other.
  private static func end(
    from start: Double, towards goal: Double, isExcluded: (Double) -> Bool
  ) -> Double {
    guard isExcluded(start) else { return start }
    guard !isExcluded(goal) else { return goal }
    var outside = start
    var inside = goal
    for _ in 0..<80 {
      let middle = outside + (inside - outside) / 2
      guard middle != outside, middle != inside else { break }
      if isExcluded(middle) { outside = middle } else { inside = middle }
    }
    return outside
  }

  /// A_k and C_k of one side, already divided by the dispersion.
  private struct Mixture {
    private static let count = 65

    private let logWeights = Array(repeating: -log(Double(Self.count)), count: Self.count)
    private var gains = Array(repeating: 0.0, count: Self.count)
    private var costs = Array(repeating: 0.0, count: Self.count)

    init(_ strata: [Stratum], sign: Double, dispersion: Double) {
      let logRatios = (0..<Self.count).map { sign * log1p(exp2(-10 + Double($0) / 4)) }
      let excesses = logRatios.map { expm1($0) }
      for stratum in strata where stratum.isComparable {
        let canaryRequests = Double(stratum.canary.requests)
        let baselineRequests = Double(stratum.baseline.requests)
        let requests = canaryRequests + baselineRequests
        let canaryEvents = Double(stratum.canary.badEvents)
        let events = canaryEvents + Double(stratum.baseline.badEvents)
        for index in 0..<Self.count {
          let addition = excesses[index] * canaryRequests
          gains[index] += canaryEvents * logRatios[index] - events * log1p(addition / requests)
          costs[index] += addition * baselineRequests / (requests + addition)
        }
      }
      for index in 0..<Self.count {
        gains[index] /= dispersion
        costs[index] /= dispersion
      }
    }

    func logEvidence(difference: Double) -> Double {
      let exponents = zip(gains, costs).map { $0 - difference * $1 }
      return LogSpace.sumOfExponentials(logWeights: logWeights, exponents: exponents)
    }
  }
}
