#if canImport(Glibc)
  import Glibc
#endif

/// Evidence of several processes in one.
public enum EvidenceAverage {
  /// Returns the log of a weighted mean of e-values, which is an e-value again, however the parts
  /// depend on one another.
  ///
  /// Weight that is not given away counts as an e-value of 1: a metric that is missing makes the rest
  /// no stronger. The weights must be chosen before looking.
  ///
  /// Source: Vovk & Wang, E-values (Annals of Statistics 2021): the arithmetic mean dominates all
  /// symmetric ways to merge e-values.
  ///
  /// - Parameters:
  ///   - logEvidence: log E of each part, in nats; −∞ is allowed.
  ///   - weights: The weight of each part, each above 0, together at most 1.
  /// - Returns: The log of the mean, in nats.
  public static func logEvidence(_ logEvidence: [Double], weights: [Double]) -> Double {
    precondition(logEvidence.count == weights.count, "one weight a part")
    let rest = 1 - weights.reduce(0, +)
    precondition(weights.allSatisfy { $0 > 0 } && rest > -1e-9, "weights are above 0, at most 1")
    // Below this the rest is rounding.
    let parts = rest > 1e-12 ? [rest] : []
    return LogSpace.sumOfExponentials(
      logWeights: (weights + parts).map { log($0) },
      exponents: logEvidence + parts.map { _ in 0 })
  }
}
