/// The test of a canary's latency against the baseline's, over the bounds of a histogram.
///
/// At each bound the requests slower than it are bad events, and the affine-margin process applies
/// unchanged. To block, the null hypothesis is that the canary is within its margin at every bound:
/// the evidence is the mean of E over the bounds, valid however these depend on one another, and
/// never less than a Bonferroni correction would give. To promote, the canary has to be shown within
/// its margin at every bound: the evidence is the smallest (intersection–union), without correction.
///
/// The bounds are chosen once, from history or from the first intervals of the baseline, and the
/// evidence begins after these. Choosing them from the data that is tested proves nothing.
///
/// Proven with dispersion 1 for independent requests, or with a declared dispersion for clumps;
/// empirical with an estimated one: see `AffineMarginProcess` and `Dispersion`.
///
/// Source: Lindon, Sanden & Shirikian, Rapid Regression Detection in Software Deployments through
/// Sequential Testing (KDD 2022), with the average over a fixed grid in place of their union.
public enum LatencyProcess {
  /// Returns the log evidence over all bounds after each interval.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - direction: What evidence is for.
  ///   - dispersion: What the exponents are divided by, at least 1; the largest of all bounds.
  /// - Returns: log E in nats, one value an interval, finite; 0 where there is no bound.
  public static func logEvidence(
    _ counts: LatencyCounts, margin: Margin, direction: Direction, dispersion: Double = 1
  ) -> [Double] {
    logEvidence(
      counts, margin: margin, direction: direction,
      dispersions: Array(repeating: dispersion, count: counts.intervalCount))
  }

  /// Returns the log evidence over all bounds after each interval, where the dispersion is another at
  /// each.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - direction: What evidence is for.
  ///   - dispersions: What all exponents up to an interval are divided by there; each at least 1,
  ///     as many as intervals.
  /// - Returns: log E in nats, one value an interval, finite; 0 where there is no bound.
  public static func logEvidence(
    _ counts: LatencyCounts, margin: Margin, direction: Direction, dispersions: [Double]
  ) -> [Double] {
    precondition(dispersions.count == counts.intervalCount, "one dispersion an interval")
    precondition(dispersions.allSatisfy { $0 >= 1 }, "a dispersion is at least 1")
    var state = AffineMarginState(
      margin: margin, direction: direction, kindCount: counts.boundCount)
    return dispersions.enumerated().map { interval, dispersion in
      state.add(counts, interval: interval)
      return state.combinedLogEvidence(direction: direction, dispersion: dispersion)
    }
  }

  /// Returns the log evidence over all bounds after the last interval only, at a fraction of the
  /// cost of the running values.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - direction: What evidence is for.
  ///   - dispersion: What the exponents are divided by, at least 1; the largest of all bounds.
  /// - Returns: log E in nats, finite; 0 where there is no interval or no bound.
  public static func finalLogEvidence(
    _ counts: LatencyCounts, margin: Margin, direction: Direction, dispersion: Double = 1
  ) -> Double {
    precondition(dispersion >= 1, "a dispersion is at least 1")
    guard counts.intervalCount > 0 else { return 0 }
    let state = finalState(counts, margin: margin, direction: direction)
    return state.combinedLogEvidence(direction: direction, dispersion: dispersion)
  }

  /// Returns the log evidence of each bound after the last interval: which bound to report.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - direction: What evidence is for.
  ///   - dispersion: What the exponents are divided by, at least 1.
  /// - Returns: log E in nats, one value a bound, finite. A single one is evidence for its own bound
  ///   only if that was chosen beforehand.
  public static func finalLogEvidenceByBound(
    _ counts: LatencyCounts, margin: Margin, direction: Direction, dispersion: Double = 1
  ) -> [Double] {
    precondition(dispersion >= 1, "a dispersion is at least 1")
    guard counts.intervalCount > 0 else { return Array(repeating: 0, count: counts.boundCount) }
    let state = finalState(counts, margin: margin, direction: direction)
    return (0..<counts.boundCount).map { state.logEvidence(kind: $0, dispersion: dispersion) }
  }

  private static func finalState(
    _ counts: LatencyCounts, margin: Margin, direction: Direction
  ) -> AffineMarginState {
    var state = AffineMarginState(
      margin: margin, direction: direction, kindCount: counts.boundCount)
    for interval in 0..<counts.intervalCount { state.add(counts, interval: interval) }
    return state
  }
}

extension AffineMarginState {
  /// Returns the mean over the kinds to block, the least to promote.
  func combinedLogEvidence(direction: Direction, dispersion: Double) -> Double {
    switch direction {
    case .worse: meanLogEvidence(dispersion: dispersion)
    case .better: leastLogEvidence(dispersion: dispersion)
    }
  }
}
