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
  public let text: String
  /// When somebody decided that, where it is a decision and that is known.
  public let decidedAt: Timestamp?
}

/// What happened to a target, in the order of time.
public struct AuditTimeline: Sendable {
  /// Which part of the record is asked for.
  public struct Filter: Sendable {
    /// Events from then on; `nil`: from the beginning.
    public var since: Timestamp?
    /// Events up to then; `nil`: to the end.
    public var until: Timestamp?
    /// Events of this rollout only.
    public var rolloutID: Int64?
    /// Decisions with this verdict only.
    public var verdict: Verdict?

    /// Which part of the record is asked for.
    public init(
      since: Timestamp? = nil, until: Timestamp? = nil, rolloutID: Int64? = nil,
      verdict: Verdict? = nil
    ) {
      self.since = since
      self.until = until
      self.rolloutID = rolloutID
      self.verdict = verdict
    }

    func passes(_ event: AuditEvent) -> Bool {
      (since.map { event.at >= $0 } ?? true) && (until.map { event.at <= $0 } ?? true)
        && (rolloutID == nil || event.rolloutID == rolloutID)
        && (verdict == nil || event.verdict == verdict)
    }
  }

  /// The target.
  public let target: Target
  /// What happened.
  public let events: [AuditEvent]

  /// What happened to a target.
  ///
  /// - Parameters:
  ///   - target: The target.
  ///   - trail: What is on record.
  ///   - rollouts: Its rollouts.
  ///   - filter: Which part is asked for.
  public init(target: Target, trail: AuditTrail, rollouts: [Rollout], filter: Filter) {
    self.target = target
    let places = RolloutPlaces(rollouts)
    let events =
      trail.weights.map { Self.event($0, places) } + trail.decisions.map(Self.event)
      + trail.overrides.map(Self.event) + trail.policyChanges.map(Self.event)
      + trail.gaps.map { Self.event($0, places) } + trail.corrections.map { Self.event($0, places) }
    self.events = events.filter(filter.passes).enumerated().sorted {
      ($0.element.at, $0.element.entry ?? 0, $0.offset)
        < ($1.element.at, $1.element.entry ?? 0, $1.offset)
    }.map(\.element)
  }

  private static func event(
    _ change: AuditTrail.WeightChange, _ places: RolloutPlaces
  ) -> AuditEvent {
    let span = change.span
    let weights = span.weights.versions.map {
      "\($0) \(span.weights.share(of: $0).percentText)"
    }.joined(separator: ", ")
    let gap = span.gapBefore ? "; what was in force just before is not known" : ""
    return AuditEvent(
      at: span.state.changedAt.map { min($0, span.observedAt) } ?? span.validFrom, until: nil,
      kind: .weights, entry: change.entry, rolloutID: places.rollout(of: span), verdict: nil,
      by: span.state.changedBy, text: weights + gap, decidedAt: nil)
  }

  private static func event(_ recorded: RecordedDecision) -> AuditEvent {
    let decision = recorded.decision
    let passed = recorded.overrideEntry.map { "; passed all the same by entry \($0)" } ?? ""
    return AuditEvent(
      at: decision.at, until: nil, kind: .decision, entry: recorded.entry,
      rolloutID: recorded.rolloutID, verdict: decision.verdict, by: nil,
      text: decision.sentence + passed, decidedAt: decision.decidedAt)
  }

  private static func event(_ override: GateOverride) -> AuditEvent {
    AuditEvent(
      at: override.at, until: override.until, kind: .override, entry: override.entry,
      rolloutID: override.rolloutID, verdict: nil, by: override.by,
      text: override.why, decidedAt: override.decidedAt)
  }

  private static func event(_ change: AuditTrail.PolicyChange) -> AuditEvent {
    AuditEvent(
      at: change.at, until: nil, kind: .policy, entry: change.entry, rolloutID: change.rolloutID,
      verdict: nil, by: nil,
      text: change.at.remark("asked", at: change.decidedAt)
        + (change.isChange ? "judged by another policy from here on" : "judged for the first time"),
      decidedAt: change.decidedAt)
  }

  private static func event(_ gap: AuditTrail.Gap, _ places: RolloutPlaces) -> AuditEvent {
    AuditEvent(
      at: gap.window.from, until: gap.window.to, kind: .gap, entry: nil,
      rolloutID: places.rollout(at: gap.window.from), verdict: nil, by: nil,
      text: "nothing could be counted: \(gap.reason)", decidedAt: nil)
  }

  private static func event(
    _ corrections: AuditTrail.Corrections, _ places: RolloutPlaces
  ) -> AuditEvent {
    AuditEvent(
      at: corrections.at, until: nil, kind: .correction, entry: corrections.entry,
      rolloutID: places.rollout(at: corrections.at), verdict: nil, by: nil,
      text: "\(corrections.count.groupedText) counts were corrected after they had settled",
      decidedAt: nil)
  }
}

extension AuditTimeline {
  /// The record as a table, a row an event.
  public var section: ReportSection {
    ReportSection(
      name: "audit",
      table: Table(
        columns: [
          "target", "at", "until", "kind", "entry", "rollout", "verdict", "by", "text",
          "decided_at",
        ],
        rows: events.map { event -> [Table.Value] in
          [
            .text(target.name), .text(event.at.rfc3339), Self.text(event.until?.rfc3339),
            .text(event.kind.rawValue), event.entry.map(Table.Value.integer) ?? .null,
            event.rolloutID.map(Table.Value.integer) ?? .null, Self.text(event.verdict?.rawValue),
            Self.text(event.by), .text(event.text), Self.text(event.decidedAt?.rfc3339),
          ]
        }))
  }

  private static func text(_ text: String?) -> Table.Value { text.map(Table.Value.text) ?? .null }
}

/// Which rollout an event belongs to.
private struct RolloutPlaces {
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

  func rollout(at moment: Timestamp) -> Int64? {
    rollouts.last {
      $0.startedAt <= moment && moment <= ($0.endedAt ?? moment)
    }?.id
  }
}
