import Rollouts

/// What became of a rollout, beside what the gate had said last.
///
/// A *promote* counts whether or not somebody waited for it. *Kept* means that the baseline received
/// no weight for a day after the canary held all of it.
public enum RolloutOutcome: String, CaseIterable, Sendable {
  /// The gate said promote, and the canary kept the traffic.
  case promotedAndKept
  /// The gate said promote, and the baseline was back within a day: perhaps the policy is too lax.
  case promotedAndRolledBack
  /// The gate said promote, and the canary was taken back all the same, before it held everything.
  case promotedAndAbandoned
  /// The gate said block, and the canary was taken back.
  case blockedAndAbandoned
  /// The gate said block, and a person let it pass: perhaps the policy is too strict.
  case blockedAndOverridden
  /// The gate said block, and the canary received everything without an override.
  case blockedAndPromoted
  /// The gate had no answer yet, and a person let it pass.
  case undecidedAndOverridden
  /// The gate had no answer yet, or was not asked, and the canary received everything.
  case undecidedAndPromoted
  /// The gate had no answer yet, or was not asked, and the canary was taken back.
  case undecidedAndAbandoned
  /// It is still running, or has held the traffic for less than a day.
  case open
}

/// A rollout in hindsight.
public struct Hindsight: Sendable, Equatable {
  /// For how long the baseline must stay away until a promotion counts as kept.
  public static let keptAfter = Duration.seconds(86_400)

  /// The rollout.
  public let rollout: Rollout
  /// What the gate said last before the rollout ended, by when it was asked; `nil` if it was not.
  public let lastDecision: RecordedDecision?
  /// When the baseline was back, if within a day of the promotion.
  public let rolledBackAt: Timestamp?
  /// What became of it.
  public let outcome: RolloutOutcome

  /// What became of a rollout.
  ///
  /// - Parameters:
  ///   - rollout: The rollout.
  ///   - decisions: All decisions about the target.
  ///   - spans: All weight states of the target, in the order of time.
  ///   - now: The present moment.
  public init(
    _ rollout: Rollout, decisions: [RecordedDecision], spans: [WeightSpan], now: Timestamp
  ) {
    self.rollout = rollout
    let last = decisions.filter { decision in
      decision.rolloutID == rollout.id
        && rollout.endedAt.map { decision.decision.saidAt <= $0 } ?? true
    }.max { ($0.decision.saidAt, $0.decision.id) < ($1.decision.saidAt, $1.decision.id) }
    let back = Self.rolledBackAt(rollout, spans)
    lastDecision = last
    rolledBackAt = back
    outcome = Self.outcome(rollout, last, back, now)
  }

  private static func rolledBackAt(_ rollout: Rollout, _ spans: [WeightSpan]) -> Timestamp? {
    guard rollout.state == .promoted, let endedAt = rollout.endedAt else { return nil }
    return spans.first {
      $0.beganAt > endedAt && $0.beganAt <= endedAt + keptAfter
        && $0.weights.share(of: rollout.baseline) > 0
    }?.beganAt
  }

  private static func outcome(
    _ rollout: Rollout, _ last: RecordedDecision?, _ back: Timestamp?, _ now: Timestamp
  ) -> RolloutOutcome {
    guard let endedAt = rollout.endedAt else { return .open }
    let isPromoted = rollout.state == .promoted
    switch last?.decision.verdict {
    case .promote:
      guard isPromoted else { return .promotedAndAbandoned }
      if back != nil { return .promotedAndRolledBack }
      return now < endedAt + keptAfter ? .open : .promotedAndKept
    case .block:
      guard isPromoted else { return .blockedAndAbandoned }
      return last?.overrideEntry == nil ? .blockedAndPromoted : .blockedAndOverridden
    case .hold, .unknown, nil:
      guard isPromoted else { return .undecidedAndAbandoned }
      return last?.overrideEntry == nil ? .undecidedAndPromoted : .undecidedAndOverridden
    }
  }
}
