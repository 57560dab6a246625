/// The choice of the latency bounds that two versions are compared at.
public enum HistogramBounds {
  /// Returns the indices of the bounds whose share of slower requests lies in a range.
  ///
  /// Bounds that nearly every request exceeds, or nearly none, only thin out the evidence. Choose
  /// once, from history or the first intervals of the baseline, and gather evidence after these.
  ///
  /// - Parameters:
  ///   - cumulativeCounts: Requests no slower than each finite bound, bounds ascending.
  ///   - requests: All requests, those above the last finite bound included.
  ///   - tailShares: The range of the share of slower requests, ends included.
  /// - Returns: Indices into `cumulativeCounts`, ascending; none of no requests.
  public static func choose(
    cumulativeCounts: [Int], requests: Int, tailShares: ClosedRange<Double> = 0.0005...0.5
  ) -> [Int] {
    guard requests > 0 else { return [] }
    return cumulativeCounts.indices.filter { index in
      tailShares.contains(Double(requests - cumulativeCounts[index]) / Double(requests))
    }
  }
}
