import Foundation
import Rollouts
import Statistics

/// How much traffic a rollout needs.
public enum Planning {
  /// About how many requests, all versions together, until a canary that is as good as the baseline
  /// is promoted by the check of errors.
  ///
  /// Half as much again as what any test needs at least, for the effect is not known beforehand.
  /// Source: Wald (1945), see `Information`.
  ///
  /// - Parameters:
  ///   - canaryShare: The canary's share of the requests, between 0 and 1.
  ///   - errorRate: The share of errors of both, 0…1.
  ///   - policy: What is demanded.
  /// - Returns: Requests; `nil` where no number suffices.
  public static func requestsToPromote(
    canaryShare: Double, errorRate: Double, policy: Policy
  ) -> Int? {
    Information.requestsNeeded(
      toShow: .better, canaryRate: errorRate, baselineRate: errorRate, canaryShare: canaryShare,
      margin: Margin(ratio: policy.errorMargin.ratio, points: policy.errorMargin.points),
      alpha: policy.falsePromoteBound
    ).flatMap { Int(exactly: ($0 * 1.5).rounded(.up)) }
  }
}
