/// How much more the counts scatter than independent requests would: the factor that log evidence
/// is divided by.
///
/// Conditional on the bad events of both versions together, the canary's share of them has a known
/// variance; the dispersion is the observed variance over that one. Incidents that hit both
/// versions alike leave it at 1. Differences of neighbours keep a late regression from raising it.
///
/// Empirical, not proven: the estimators, the ramp and the lengths of the blocks were chosen on
/// simulated noise (clumps of retries, gamma-distributed rates, autocorrelated rates, bursts).
/// Against strongly autocorrelated noise of one version alone the estimate is no protection: with
/// an autocorrelation of 0.9, 0.55 of harmless rollouts were blocked where 0.05 were allowed, and
/// 0.035 with a dispersion calibrated on history. What *is* proven is a declared dispersion of
/// 1 + retries where every request is retried at most that often.
public enum Dispersion {
  /// How many intervals make a block, for the second of the two estimates.
  static let blockLength = 5

  /// Returns the dispersion of a running rollout, from differences between neighbouring intervals
  /// and between neighbouring blocks of five.
  ///
  ///     θ = Mantel–Haenszel ratio, q = θ n_c/(θ n_c + n_b), m = x_c + x_b, r = x_c − m q
  ///     V = m q (1 − q); per block length h the sums of r and V, P_i = V_i + V_{i−1}
  ///     raw = Σ (r_i − r_{i−1})²/Σ P,  B = 1 + (Σ P)²/Σ P²,  φ_h = (4 + (B − 1) raw)/(4 + B − 1)
  ///
  /// - Parameter strata: The intervals in the order of time; the tail that does not fill a block is
  ///   left out.
  /// - Returns: max(1, φ₁, φ₅), at least 1 and finite; 1 where there is nothing to estimate from.
  public static func estimate(_ strata: [Stratum]) -> Double {
    estimate(Residuals(strata))
  }

  /// Returns the largest dispersion of any bound of a latency histogram.
  ///
  /// - Parameter counts: Slow requests by interval and bound.
  /// - Returns: At least 1 and finite.
  public static func estimate(_ counts: LatencyCounts) -> Double {
    let counts = ComparableCounts(counts)
    return estimate(counts, intervals: counts.intervalCount, requests: RequestShares(counts))
  }

  /// Returns the estimate after each interval.
  ///
  /// Each is what `estimate` returns of the intervals so far, to rounding. The cost grows with the
  /// number of intervals.
  ///
  /// - Parameter strata: The intervals in the order of time.
  /// - Returns: One estimate an interval, each at least 1 and finite.
  public static func runningEstimates(_ strata: [Stratum]) -> [Double] {
    let counts = ComparableCounts(LatencyCounts(strata))
    var running = RunningDispersions(counts, requests: RequestShares(counts))
    return strata.indices.map { running.largestEstimate(intervals: $0 + 1) }
  }

  /// Returns the dispersion to declare, from a history in which both versions were the same.
  ///
  /// The history must have the traffic, the split and the interval length of the rollouts to come:
  /// dispersion grows with the bad events per interval. Split pods of the baseline in the ratio of
  /// the rollout for this, for four hours or so.
  ///
  ///     per block length: B = (Σ V)²/Σ V²,  φ_h = Σ r²/Σ V · B/(B − 1);  max(1, all φ_h)
  ///
  /// - Parameters:
  ///   - strata: The intervals of the history in the order of time.
  ///   - blockLengths: Intervals a block, each at least 1; a length of which there are fewer than
  ///     two blocks with bad events is left out.
  /// - Returns: At least 1 and finite; 1 where there is nothing to estimate from.
  public static func history(_ strata: [Stratum], blockLengths: [Int] = [1, 5, 20, 40]) -> Double {
    let residuals = Residuals(strata)
    return blockLengths.reduce(1) { largest, length in
      let blocks = residuals.blocks(of: length)
      let variance = blocks.variances.reduce(0, +)
      let squares = blocks.variances.reduce(0) { $0 + $1 * $1 }
      guard variance > 0, squares > 0 else { return largest }
      let blockCount = variance * variance / squares
      guard blockCount > 1 else { return largest }
      let raw = blocks.residuals.reduce(0) { $0 + $1 * $1 } / variance
      let dispersion = raw * blockCount / (blockCount - 1)
      return dispersion.isFinite ? max(largest, dispersion) : largest
    }
  }

  /// Returns the factor that an uncalibrated estimate is raised by while it rests on few intervals:
  /// max(1, (10/t)^1.5).
  ///
  /// - Parameter intervals: How many intervals there are, t; at least 1.
  /// - Returns: The factor, at least 1.
  public static func ramp(intervals: Int) -> Double {
    precondition(intervals >= 1, "a ramp begins with the first interval")
    let ratio = 10 / Double(intervals)
    return max(1, ratio * ratio.squareRoot())
  }

  /// Returns the dispersion to use: the larger of the estimate and what is declared or calibrated,
  /// or, where nothing is, the estimate times the ramp.
  ///
  /// - Parameters:
  ///   - estimate: The estimate from the intervals so far, at least 1.
  ///   - intervals: How many intervals there are, at least 1.
  ///   - declared: A declared or calibrated dispersion, at least 1, or `nil`.
  /// - Returns: At least 1.
  public static func inUse(estimate: Double, intervals: Int, declared: Double?) -> Double {
    guard let declared else { return estimate * ramp(intervals: intervals) }
    return max(declared, estimate)
  }

  static func estimate(_ residuals: Residuals) -> Double {
    max(
      1, residuals.dispersionOfDifferences(blockLength: 1),
      residuals.dispersionOfDifferences(blockLength: blockLength))
  }

  /// Returns φ_h of Σ (r_i − r_{i−1})², Σ P and Σ P², or 1 where there is nothing to estimate from.
  static func ofDifferences(
    squaredDifferences: Double, variance: Double, squaredVariances: Double
  ) -> Double {
    guard variance > 0, squaredVariances > 0 else { return 1 }
    let degreesOfFreedom = variance * variance / squaredVariances
    // Four pseudo-observations at 1 hold the estimate back while it rests on little.
    let dispersion =
      (4 + degreesOfFreedom * (squaredDifferences / variance)) / (4 + degreesOfFreedom)
    return dispersion.isFinite ? dispersion : 1
  }
}
