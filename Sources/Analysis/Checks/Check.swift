import Rollouts

/// One demand of the policy on a canary.
public protocol Check: Sendable {
  /// The check's name in the policy.
  var name: String { get }

  /// What the evidence says about one canary.
  ///
  /// - Parameters:
  ///   - canary: The canary.
  ///   - evidence: What was counted.
  ///   - policy: What is demanded.
  ///   - falseBlockBound: This check's part of the policy's bound on false blocks.
  /// - Returns: The finding: promote, block, or hold.
  func result(
    for canary: String, evidence: RolloutEvidence, policy: Policy, falseBlockBound: Double
  ) -> CheckResult
}
