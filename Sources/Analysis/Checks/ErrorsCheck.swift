import Foundation
import Rollouts
import Statistics

/// The canary's error rate may exceed the baseline's by no more than the margin.
///
/// Both directions are tested at every interval by `AffineMarginProcess` for independent requests.
/// Proven worse at any interval is `block`, whatever was proven before: that leaves the bound on
/// false blocks as it is, and a canary that begins to fail after it was found good is not let
/// through. Proven within the margin, and never worse, is `promote`.
public struct ErrorsCheck: Check {
  /// Two intervals at least: one may be the beginning or the end of something.
  static let minimumIntervals = 2

  /// The check's name in the policy.
  public let name = "errors"

  /// A check of error rates.
  public init() {}

  /// What the evidence says about one canary.
  ///
  /// - Parameters:
  ///   - canary: The canary.
  ///   - evidence: What was counted.
  ///   - policy: What is demanded.
  ///   - falseBlockBound: This check's part of the policy's bound on false blocks.
  /// - Returns: The finding.
  public func result(
    for canary: String, evidence: RolloutEvidence, policy: Policy, falseBlockBound: Double
  ) -> CheckResult {
    let strata = evidence.errorStrata(canary: canary, policy: policy).map(\.stratum)
    let margin = Margin(ratio: policy.errorMargin.ratio, points: policy.errorMargin.points)
    let toBlock = Self.largestEvidence(strata, margin, .worse)
    let toPromote = Self.largestEvidence(strata, margin, .better)
    let requiredToBlock = log(1 / falseBlockBound)
    let requiredToPromote = log(1 / policy.falsePromoteBound)
    let verdict: Verdict =
      if let toBlock, toBlock >= requiredToBlock {
        .block
      } else if let toPromote, toPromote >= requiredToPromote {
        .promote
      } else {
        .hold
      }
    let canaryTally = Tally.total(strata.map(\.canary))
    let baselineTally = Tally.total(strata.map(\.baseline))
    let limit = baselineTally.rate.map(margin.toleratedRate(besideBaselineRate:))
    return CheckResult(
      name: name, verdict: verdict, metric: "errorRate", canary: canary,
      baseline: evidence.rollout.baseline,
      estimate: .rate(of: canaryTally, falseBound: falseBlockBound), limit: limit,
      evidenceToBlock: toBlock, evidenceToPromote: toPromote,
      requiredEvidence: verdict == .promote ? requiredToPromote : requiredToBlock,
      requestsNeeded: verdict == .hold
        ? Self.requestsNeeded(
          canaryTally, baselineTally, margin,
          lackingToBlock: requiredToBlock - (toBlock ?? 0),
          lackingToPromote: requiredToPromote - (toPromote ?? 0)) : nil,
      explanation: Self.explanation(
        verdict, canary: canary, canaryTally, baseline: evidence.rollout.baseline, baselineTally,
        limit: limit))
  }

  /// The largest evidence at any interval from the second on; `nil` before that.
  private static func largestEvidence(
    _ strata: [Stratum], _ margin: Margin, _ direction: Direction
  ) -> Double? {
    AffineMarginProcess.logEvidence(strata, margin: margin, direction: direction)
      .dropFirst(minimumIntervals - 1).max()
  }

  /// About how many more requests it takes: until promotion if the canary is as good as the baseline,
  /// or until a block if it stays as bad as it looks, whichever comes first.
  ///
  /// Half as much again as what a request tells at best, for the effect is not known beforehand.
  private static func requestsNeeded(
    _ canary: Tally, _ baseline: Tally, _ margin: Margin, lackingToBlock: Double,
    lackingToPromote: Double
  ) -> Int? {
    let both = canary + baseline
    guard let canaryRate = canary.rate, let baselineRate = baseline.rate, let rate = both.rate
    else { return nil }
    let share = Double(canary.requests) / Double(both.requests)
    // Evidence can fall so far that this is 0 in floating point, which is no probability to demand.
    func remainingAlpha(_ lacking: Double) -> Double { max(exp(-lacking), .leastNormalMagnitude) }
    let toPromote = Information.requestsNeeded(
      toShow: .better, canaryRate: rate, baselineRate: rate, canaryShare: share, margin: margin,
      alpha: remainingAlpha(lackingToPromote))
    let toBlock = Information.requestsNeeded(
      toShow: .worse, canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: share,
      margin: margin, alpha: remainingAlpha(lackingToBlock))
    return [toPromote, toBlock].compactMap { $0 }.min()
      .flatMap { Int(exactly: ($0 * 1.5).rounded(.up)) }
  }

  private static func explanation(
    _ verdict: Verdict, canary: String, _ canaryTally: Tally, baseline: String,
    _ baselineTally: Tally, limit: Double?
  ) -> String {
    guard let canaryRate = canaryTally.rate else {
      return "\(canary) has had no request in a judged interval yet"
    }
    guard let baselineRate = baselineTally.rate, let limit else {
      return "\(baseline) has had no request in a judged interval yet, so there is nothing to "
        + "compare \(canary) with"
    }
    let figures =
      "error rate of \(canary) \(canaryRate.percentText) "
      + "(\(canaryTally.badEvents.groupedText) of \(canaryTally.requests.groupedText) requests), "
      + "of \(baseline) \(baselineRate.percentText) "
      + "(\(baselineTally.badEvents.groupedText) of \(baselineTally.requests.groupedText)); "
      + "tolerated is \(min(limit, 1).percentText)"
    return switch verdict {
    case .block: "shown to be worse: " + figures
    case .promote: "shown to be no worse than tolerated: " + figures
    case .hold, .unknown: "not decided yet: " + figures
    }
  }
}
