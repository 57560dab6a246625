import Rollouts

/// Everything that a decision is made from, and all that is needed to make it again.
public struct DecisionMaterial: Sendable, Equatable {
  /// What was demanded.
  public var policy: Policy
  /// What was counted; `nil` if no rollout was running, or nothing was ever counted.
  public var evidence: RolloutEvidence?
  /// What was known of where the counts come from.
  public var source: SourceState
  /// The moment as of which the rollout is judged.
  public var moment: Timestamp
  /// Why there is nothing to judge; `nil` where a rollout was running.
  public var reasonForNoRollout: String?

  /// Everything that a decision is made from.
  public init(
    policy: Policy, evidence: RolloutEvidence?, source: SourceState, moment: Timestamp,
    reasonForNoRollout: String? = nil
  ) {
    self.policy = policy
    self.evidence = evidence
    self.source = source
    self.moment = moment
    self.reasonForNoRollout = reasonForNoRollout
  }

  /// The stretch of the intervals that are judged; `nil` if none is.
  public var window: TimeWindow? {
    evidence.flatMap { JudgedCounts.window(of: $0, policy: policy) }
  }

  /// The verdict; the same material always gives the same one, to the last bit.
  public var judgement: Judgement {
    if let reasonForNoRollout {
      return Judgement(verdict: .unknown, reasons: [reasonForNoRollout], checks: [])
    }
    return Judge(policy: policy).judgement(on: evidence, source: source, asOf: moment)
  }
}
