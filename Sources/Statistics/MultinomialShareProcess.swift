#if canImport(Glibc)
  import Glibc
#endif

/// A stretch of time under constant weights, and how the requests were divided among the versions.
public struct ShareStage: Sendable, Hashable {
  /// The configured weights, in a fixed order of versions; they sum to 1.
  public var weights: [Double]
  /// The requests of every version in that order, by interval.
  public var intervals: [[Int]]

  /// Creates a stage.
  ///
  /// - Parameters:
  ///   - weights: The configured weights of the versions, each 0…1, together 1.
  ///   - intervals: The requests of the versions in the same order, by interval.
  public init(weights: [Double], intervals: [[Int]]) {
    precondition(weights.allSatisfy { $0 >= 0 }, "a weight is a fraction of 1")
    precondition(abs(weights.reduce(0, +) - 1) < 1e-9, "weights sum to 1")
    precondition(intervals.allSatisfy { $0.count == weights.count }, "one count a version")
    self.weights = weights
    self.intervals = intervals
  }
}

/// The test of any number of versions' shares of the traffic against their configured weights.
///
/// With C for the concentration and n_i for the requests of version i in the stage so far, n = Σ n_i:
///
///     log E = log Γ(C) − log Γ(C + n) + Σ_i [log Γ(C w_i + n_i) − log Γ(C w_i) − n_i log w_i]
///
/// and the logs of finished stages are added. A version without weight is left out with its requests.
/// There is no tolerance: with two versions prefer `TrafficShareProcess`. A mismatch means that the
/// data is invalid; it is never a reason to block.
///
/// Proven for requests routed independently.
///
/// Source: Lindon & Malek (NeurIPS 2022), the Dirichlet-multinomial test of a sample ratio mismatch.
public enum MultinomialShareProcess {
  /// Returns log E after each interval of all stages, one after the other.
  ///
  /// - Parameters:
  ///   - stages: The stages in the order of time.
  ///   - concentration: How close to the weights a mismatch is looked for, greater than 0.
  /// - Returns: log E in nats, one value an interval, finite.
  public static func logEvidence(
    _ stages: [ShareStage], concentration: Double = 10_000
  ) -> [Double] {
    precondition(concentration > 0 && concentration.isFinite, "a concentration is above 0")
    var evidence: [Double] = []
    var finished = 0.0
    for stage in stages {
      let versions = stage.weights.indices.filter { stage.weights[$0] > 0 }
      let weights = versions.map { stage.weights[$0] }
      var totals = Array(repeating: 0.0, count: versions.count)
      for counts in stage.intervals {
        for (index, version) in versions.enumerated() { totals[index] += Double(counts[version]) }
        evidence.append(
          finished + logEvidence(totals: totals, weights: weights, concentration: concentration))
      }
      finished +=
        stage.intervals.isEmpty
        ? 0 : logEvidence(totals: totals, weights: weights, concentration: concentration)
    }
    return evidence
  }

  /// The formula with Stirling's written out, in which nothing large cancels:
  /// Σ (C w_i + n_i − ½) log[(C w_i + n_i)/(w_i (C + n))] − (k − 1)/2 log((C + n)/C) + remainders.
  private static func logEvidence(
    totals: [Double], weights: [Double], concentration: Double
  ) -> Double {
    let requests = totals.reduce(0, +)
    var sum =
      GammaFunction.stirlingRemainder(concentration)
      - GammaFunction.stirlingRemainder(concentration + requests)
      - Double(weights.count - 1) / 2 * log1p(requests / concentration)
    for (total, weight) in zip(totals, weights) {
      let prior = concentration * weight
      let excess = (total - requests * weight) / (weight * (concentration + requests))
      sum +=
        (prior + total - 0.5) * log1p(excess) + GammaFunction.stirlingRemainder(prior + total)
        - GammaFunction.stirlingRemainder(prior)
    }
    return sum
  }
}
