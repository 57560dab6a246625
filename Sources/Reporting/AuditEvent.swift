import Rollouts

/// One line of the record.
public struct AuditEvent: Sendable, Equatable {
  /// What happened.
  public enum Kind: String, Sendable {
    /// The weights changed.
    case weights
    /// The gate said something.
    case decision
    /// A person let a rollout pass the gate.
    case override
    /// The gate began to judge by another policy.
    case policy
    /// Something could not be counted.
    case gap
    /// Something was counted anew.
    case correction
    /// Weights that were known already turned out to have been seen earlier.
    case reading
    /// Runs of the collector stored nothing.
    case failure
    /// Runs of the collector found something wrong with the source of the counts.
    case finding
  }

  /// When.
  public let at: Timestamp
  /// Until when, where it lasted.
  public let until: Timestamp?
  /// What.
  public let kind: Kind
  /// The number of the ledger's entry; `nil` if the ledger does not hold it.
  public let entry: Int64?
  /// The rollout; `nil` if it belongs to none.
  public let rolloutID: Int64?
  /// What the gate said.
  public let verdict: Verdict?
  /// Who, where somebody is known.
  public let by: String?
  /// What happened in a sentence.
  public internal(set) var text: String
  /// When somebody decided that, where it is a decision and that is known.
  public let decidedAt: Timestamp?

  /// What it is in a word: the verdict of a decision.
  var what: String { verdict?.rawValue ?? kind.rawValue }
}

/// Which rollout an event belongs to.
struct RolloutPlaces {
  private let rollouts: [Rollout]

  init(_ rollouts: [Rollout]) {
    self.rollouts = rollouts
  }

  /// The one of which it is a step, or that it ended.
  func rollout(of span: WeightSpan) -> Int64? {
    rollouts.last {
      $0.id == span.id || $0.steps.contains { $0.id == span.id } || $0.endedAt == span.validFrom
        || $0.endedAt == span.state.changedAt && $0.endedAt != nil
    }?.id
  }

  /// The newest one that ran at any time of a stretch.
  func rollout(in window: TimeWindow) -> Int64? {
    rollouts.last {
      $0.startedAt <= window.to && window.from <= ($0.endedAt ?? window.from)
    }?.id
  }
}
