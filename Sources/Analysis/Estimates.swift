import Rollouts
import Statistics

extension Estimate {
  static func rate(of tally: Tally, falseBound: Double) -> Estimate {
    guard let rate = tally.rate else { return .missing("no requests") }
    let bounds = RateConfidenceSequence.bounds(tally, alpha: falseBound)
    return Estimate(estimate: rate, lower: bounds.lower, upper: bounds.upper)
  }

  /// An error rate with bounds that hold at every look.
  ///
  /// - Parameters:
  ///   - requests: All requests.
  ///   - errors: Those that failed, 0…`requests`.
  ///   - falseBound: The chance that the bounds ever fail, between 0 and 1.
  /// - Returns: The rate as a fraction of 1.
  public static func errorRate(requests: Int, errors: Int, falseBound: Double) -> Estimate {
    .rate(of: Tally(requests: requests, badEvents: errors), falseBound: falseBound)
  }

  /// A latency quantile, with the buckets between which it has been shown to lie at every look.
  ///
  /// - Parameters:
  ///   - rank: The quantile, between 0 and 1.
  ///   - lowerMilliseconds: The lower bound of the bucket that holds it.
  ///   - interpolated: Its place in the bucket; `nil` in the last, which has no upper bound.
  ///   - histogram: What was counted.
  ///   - bounds: All upper bounds that are counted by, in milliseconds.
  ///   - falseBound: The chance that the bounds ever fail, between 0 and 1.
  /// - Returns: The quantile in milliseconds.
  public static func quantile(
    _ rank: Double, inBucketAbove lowerMilliseconds: Double, interpolated: Double?,
    histogram: Histogram, bounds: [Double], falseBound: Double
  ) -> Estimate {
    let finiteBounds = bounds.filter(\.isFinite).sorted()
    var upTo = 0
    let cumulative = finiteBounds.map { bound in
      upTo += histogram.countsByUpperBoundMilliseconds[bound] ?? 0
      return upTo
    }
    let proven = QuantileBounds.bounds(
      cumulativeCounts: cumulative, bounds: finiteBounds, requests: histogram.requests,
      quantile: rank, alpha: falseBound)
    let isBounded = proven.upper.isFinite
    let reason =
      if interpolated == nil {
        "beyond the last bucket: > \(lowerMilliseconds.plainText) ms"
      } else {
        isBounded ? nil : "no upper bound yet: too few requests"
      }
    return Estimate(
      estimate: interpolated, lower: proven.lower, upper: isBounded ? proven.upper : nil,
      reason: reason)
  }
}

/// A canary's error rate against the baseline's, compared within each interval.
public struct ErrorComparison: Sendable {
  /// The canary's rate minus the baseline's, fractions of 1.
  public let difference: Estimate
  /// The canary's rate by the baseline's.
  public let ratio: Estimate
  /// In how many intervals both had requests.
  public let intervals: Int

  /// Compares a canary with the baseline.
  ///
  /// - Parameters:
  ///   - counts: What was counted, and how sure the bounds are.
  ///   - canary: The canary.
  public init(_ counts: JudgedCounts, canary: String) {
    let strata = counts.errorStrata(canary: canary)
      .filter(\.isComparable)
    intervals = strata.count
    difference = Self.difference(strata, alpha: counts.policy.falseBlockBound)
    ratio = Self.ratio(strata, alpha: counts.policy.falseBlockBound)
  }

  private static let nothingToCompare = Estimate.missing(
    "no judged interval in which both versions had requests")

  private static func difference(_ strata: [Stratum], alpha: Double) -> Estimate {
    guard let estimate = MantelHaenszel.difference(strata) else { return nothingToCompare }
    let bounds = DifferenceConfidenceSequence.bounds(strata, alpha: alpha)
    return Estimate(estimate: estimate, lower: bounds.lower, upper: bounds.upper)
  }

  private static func ratio(_ strata: [Stratum], alpha: Double) -> Estimate {
    guard let estimate = MantelHaenszel.ratio(strata) else { return nothingToCompare }
    guard strata.contains(where: { $0.canary.badEvents + $0.baseline.badEvents > 0 }) else {
      return .missing("no errors, so there is no ratio of error rates")
    }
    let bounds = RatioConfidenceSequence.bounds(strata, alpha: alpha)
    let isBounded = bounds.upper.isFinite
    return Estimate(
      estimate: estimate, lower: bounds.lower, upper: isBounded ? bounds.upper : nil,
      reason: isBounded ? nil : "no upper bound yet: too few errors of the baseline")
  }
}
