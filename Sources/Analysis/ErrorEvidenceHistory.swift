import Foundation
import Rollouts
import Statistics

extension RolloutEvidence {
  /// How the evidence of the errors check grew with each judged interval, canary by canary.
  ///
  /// - Parameter policy: What is demanded.
  /// - Returns: One history a canary, in the rollout's order.
  public func errorEvidenceHistories(policy: Policy) -> [EvidenceHistory] {
    let margin = Margin(ratio: policy.errorMargin.ratio, points: policy.errorMargin.points)
    let falseBlockBound = policy.falseBlockBound / Double(max(1, rollout.canaries.count))
    return rollout.canaries.map { canary in
      let judged = errorStrata(canary: canary, policy: policy)
      let strata = judged.map(\.stratum)
      let toBlock = AffineMarginProcess.logEvidence(strata, margin: margin, direction: .worse)
      let toPromote = AffineMarginProcess.logEvidence(strata, margin: margin, direction: .better)
      return EvidenceHistory(
        check: "errors", canary: canary, requiredToBlock: log(1 / falseBlockBound),
        requiredToPromote: log(1 / policy.falsePromoteBound),
        points: zip(judged, zip(toBlock, toPromote)).map { judged, evidence in
          EvidencePoint(at: judged.interval.end, toBlock: evidence.0, toPromote: evidence.1)
        })
    }
  }
}
