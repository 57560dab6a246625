import Foundation
import Rollouts
import Statistics

/// What a plan goes by: the traffic, and what is normal.
public struct PlanBasis: Sendable, Equatable {
  /// Requests of all versions by the second.
  public var requestsPerSecond: Double
  /// The share of requests that fail, 0…1.
  public var errorRate: Double
  /// The shares of requests slower than the bounds at which latency would be compared, 0…1 each.
  public var slowShares: [Double]
  /// How much more counts vary than those of independent requests, at least 1.
  public var dispersion: Double

  /// What a plan goes by.
  public init(
    requestsPerSecond: Double, errorRate: Double, slowShares: [Double] = [], dispersion: Double = 1
  ) {
    self.requestsPerSecond = requestsPerSecond
    self.errorRate = errorRate
    self.slowShares = slowShares
    self.dispersion = dispersion
  }
}

/// How long it takes at one weight until the gate can decide.
public struct PlanRow: Sendable, Equatable {
  /// The canary's share of the requests, between 0 and 1.
  public var canaryShare: Double
  /// Requests of all versions until a canary that is as good as the baseline is promoted; `nil`
  /// where no number suffices.
  public var requestsToPromote: Int?
  /// Requests of all versions until a canary whose error rate has risen is blocked; `nil` where the
  /// rise is within the margin.
  public var requestsToBlock: Int?
}

/// How much traffic a rollout needs.
///
/// Twice what any test needs at least, for the effect is not known beforehand and the gate guards
/// against dependence, and as often again as the counts vary more than those of independent requests.
/// That the gate demands more in the first ten intervals is not counted, and one canary is assumed.
///
/// Source: Wald (1945), see `Information`.
public enum Planning {
  /// How many times the least that any test needs the gate takes, about.
  ///
  /// Source: `make simulation`: on average 1.5 to 1.8 times to block by the standard margin of errors
  /// and 2.1 to 2.4 times to promote, medians over kinds of traffic; docs/statistics.md, "Time to
  /// decide".
  static let excess = 2.0

  /// About how many requests, all versions together, until a canary that is as good as the baseline
  /// is promoted by every check of errors and latency and every limit of errors, and has had the
  /// least number of requests.
  ///
  /// - Parameters:
  ///   - canaryShare: The canary's share of the requests, between 0 and 1.
  ///   - basis: What is normal.
  ///   - policy: What is demanded.
  /// - Returns: Requests; `nil` where no number suffices.
  public static func requestsToPromote(
    canaryShare: Double, basis: PlanBasis, policy: Policy
  ) -> Int? {
    let alpha = policy.falsePromoteBound * FalseBounds.firstPolicyShare
    let required = policy.checks.filter { $0.requirement != .informative }
    let needed = required.flatMap { check -> [Double?] in
      if case .limit(.errorRate(let limit)) = check.demand {
        return [
          requests(
            toShow: .better, rate: basis.errorRate, limit: limit, canaryShare: canaryShare,
            alpha: alpha)
        ]
      }
      return rates(of: check, basis: basis).map { rate in
        requests(
          toShow: .better, canaryRate: rate.normal, rate: rate, canaryShare: canaryShare,
          alpha: alpha)
      }
    }
    guard !needed.contains(nil) else { return nil }
    let largest = needed.compactMap { $0 }.reduce(0, max)
    let least = Double(policy.minimumRequests) / canaryShare
    return Int(exactly: max(largest * basis.dispersion, least).rounded(.up))
  }

  /// About how many requests, all versions together, until a canary with a higher error rate is
  /// blocked.
  ///
  /// - Parameters:
  ///   - canaryShare: The canary's share of the requests, between 0 and 1.
  ///   - rise: The canary's error rate by the normal one, above 0.
  ///   - basis: What is normal.
  ///   - policy: What is demanded.
  /// - Returns: Requests; `nil` where the rise is within the margin.
  public static func requestsToBlock(
    canaryShare: Double, rise: Double, basis: PlanBasis, policy: Policy
  ) -> Int? {
    let checks = policy.checks
    let needed = zip(checks, Policy.blockShares(of: checks)).compactMap {
      check, share -> Double? in
      guard share > 0, case .errors = check.demand else { return nil }
      return rates(of: check, basis: basis).compactMap { rate in
        requests(
          toShow: .worse, canaryRate: min(1, rate.normal * rise), rate: rate,
          canaryShare: canaryShare,
          alpha: policy.falseBlockBound * FalseBounds.firstPolicyShare * share)
      }.min()
    }.min()
    return needed.flatMap { Int(exactly: ($0 * basis.dispersion).rounded(.up)) }
  }

  /// The error rate of a canary that is tolerated where errors are as normal.
  ///
  /// - Parameters:
  ///   - basis: What is normal.
  ///   - policy: What is demanded.
  /// - Returns: A fraction of 1; `nil` where no check of error rates can block.
  public static func toleratedErrorRate(basis: PlanBasis, policy: Policy) -> Double? {
    policy.checks.compactMap { check -> Double? in
      guard check.requirement != .informative, case .errors(let rise) = check.demand else {
        return nil
      }
      return Margin(rise).toleratedRate(besideBaselineRate: basis.errorRate)
    }.min()
  }

  /// One row a weight.
  ///
  /// - Parameters:
  ///   - canaryShares: The canary's shares of the requests, between 0 and 1 each.
  ///   - rise: The canary's error rate by the normal one, above 0.
  ///   - basis: What is normal.
  ///   - policy: What is demanded.
  /// - Returns: One row a share.
  public static func rows(
    canaryShares: [Double], rise: Double, basis: PlanBasis, policy: Policy
  ) -> [PlanRow] {
    canaryShares.map { share in
      PlanRow(
        canaryShare: share,
        requestsToPromote: requestsToPromote(canaryShare: share, basis: basis, policy: policy),
        requestsToBlock: requestsToBlock(
          canaryShare: share, rise: rise, basis: basis, policy: policy))
    }
  }

  private struct PlannedRate {
    var normal: Double
    var margin: Margin
  }

  private static func rates(of check: PolicyCheck, basis: PlanBasis) -> [PlannedRate] {
    switch check.demand {
    case .errors(let rise): [PlannedRate(normal: basis.errorRate, margin: Margin(rise))]
    case .latency(let demand):
      basis.slowShares.map { PlannedRate(normal: $0, margin: Margin(demand.atMost)) }
    case .limit, .trafficSplit, .custom: []
    }
  }

  /// Likewise of a canary against a limit; `nil` where its rate is on the other side of it.
  private static func requests(
    toShow direction: Direction, rate: Double, limit: Double, canaryShare: Double, alpha: Double
  ) -> Double? {
    guard direction == .worse ? rate > limit : rate < limit else { return nil }
    let information = Information.perRequestWithKnownBaseline(
      canaryRate: rate, baselineRate: limit, canaryShare: canaryShare)
    return information > 0 ? log(1 / alpha) / information * excess : nil
  }

  private static func requests(
    toShow direction: Direction, canaryRate: Double, rate: PlannedRate, canaryShare: Double,
    alpha: Double
  ) -> Double? {
    Information.requestsNeeded(
      toShow: direction, canaryRate: canaryRate, baselineRate: rate.normal,
      canaryShare: canaryShare, margin: rate.margin, alpha: alpha
    ).map { $0 * excess }
  }
}
