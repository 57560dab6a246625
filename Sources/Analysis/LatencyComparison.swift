import Rollouts
import Statistics

/// A canary's latency quantiles by the baseline's, over the judged intervals in which both had
/// requests.
public struct LatencyComparison: Sendable {
  /// The quantiles that are compared, by name, each between 0 and 1.
  public static let quantiles: [(name: String, rank: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99),
  ]

  /// The ratio of each quantile, in the order of `quantiles`.
  public let ratios: [Estimate]

  /// Compares a canary with the baseline.
  ///
  /// The bounds follow from the buckets between which each version's quantile has been shown to lie,
  /// each version's at half of the chance of being wrong. They are as wide as the buckets.
  ///
  /// - Parameters:
  ///   - counts: What was counted, and how sure the bounds are.
  ///   - canary: The canary.
  public init(_ counts: JudgedCounts, canary: String) {
    let both = zip(counts.durations(of: canary), counts.durations(of: counts.baseline))
      .filter { $0.requests > 0 && $1.requests > 0 }
    func durations(_ histograms: [Histogram], _ version: String) -> CountedDurations {
      CountedDurations(histograms, bounds: counts.evidence.durationBounds[version] ?? [])
    }
    let canaryDurations = durations(both.map(\.0), canary)
    let baselineDurations = durations(both.map(\.1), counts.baseline)
    ratios = Self.quantiles.map { quantile in
      guard !both.isEmpty else {
        return .missing("no judged interval in which durations of both versions were counted")
      }
      return Self.ratio(
        canaryDurations, baselineDurations, rank: quantile.rank,
        alpha: counts.policy.falseBlockBound / 2)
    }
  }

  private static func ratio(
    _ canary: CountedDurations, _ baseline: CountedDurations, rank: Double, alpha: Double
  ) -> Estimate {
    let (above, below) = (canary.proven(rank, alpha: alpha), baseline.proven(rank, alpha: alpha))
    let lower = below.upper.isFinite ? above.lower / below.upper : nil
    let upper = above.upper.isFinite && below.lower > 0 ? above.upper / below.lower : nil
    guard let numerator = canary.interpolated(rank), let denominator = baseline.interpolated(rank)
    else {
      return Estimate(
        estimate: nil, lower: lower, upper: upper,
        reason: "a quantile lies beyond the last bucket")
    }
    return Estimate(
      estimate: numerator / denominator, lower: lower, upper: upper,
      reason: lower == nil || upper == nil
        ? "not bounded on both sides yet: too few requests, or a quantile in the first or last bucket"
        : nil)
  }
}

/// Durations counted by bucket, with the bounds of the buckets that are empty.
private struct CountedDurations {
  /// Ascending, in milliseconds.
  let finiteBounds: [Double]
  /// Requests no slower than each.
  let cumulativeCounts: [Int]
  let requests: Int

  init(_ histograms: [Histogram], bounds: [Double]) {
    var counts: [Double: Int] = [:]
    for histogram in histograms {
      counts.merge(histogram.countsByUpperBoundMilliseconds, uniquingKeysWith: +)
    }
    finiteBounds = Set(bounds).union(counts.keys).filter(\.isFinite).sorted()
    var upTo = 0
    cumulativeCounts = finiteBounds.map { bound in
      upTo += counts[bound] ?? 0
      return upTo
    }
    requests = counts.values.reduce(0, +)
  }

  /// The bounds between which a quantile has been shown to lie.
  func proven(_ rank: Double, alpha: Double) -> Bounds {
    QuantileBounds.bounds(
      cumulativeCounts: cumulativeCounts, bounds: finiteBounds, requests: requests,
      quantile: rank, alpha: alpha)
  }

  /// A quantile's place in its bucket; `nil` in the last, which has no upper bound.
  func interpolated(_ rank: Double) -> Double? {
    let wanted = rank * Double(requests)
    guard let place = cumulativeCounts.firstIndex(where: { Double($0) >= wanted }) else {
      return nil
    }
    let below = place > 0 ? cumulativeCounts[place - 1] : 0
    let lower = place > 0 ? finiteBounds[place - 1] : 0
    let share = (wanted - Double(below)) / Double(cumulativeCounts[place] - below)
    return lower + (finiteBounds[place] - lower) * share
  }
}
