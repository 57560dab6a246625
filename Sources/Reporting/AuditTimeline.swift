import Rollouts

/// What happened to a target, in the order of time.
public struct AuditTimeline: Sendable {
  /// Which part of the record is asked for.
  public struct Filter: Sendable {
    /// What happened from then on, or lasted until then; `nil`: from the beginning.
    public var since: Timestamp?
    /// What happened or began up to then; `nil`: to the end.
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
      // A decision is looked for by when it was made, and by what it is about.
      let isInTime =
        meets(event.at, event.until ?? event.at) || event.decidedAt.map { meets($0, $0) } ?? false
      return isInTime && (rolloutID == nil || event.rolloutID == rolloutID)
        && (verdict == nil || event.verdict == verdict)
    }

    private func meets(_ begin: Timestamp, _ end: Timestamp) -> Bool {
      (since.map { end >= $0 } ?? true) && (until.map { begin <= $0 } ?? true)
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
    let spans = Dictionary(uniqueKeysWithValues: trail.weights.map { ($0.span.id, $0) })
    let happened: [AuditEvent] =
      trail.weights.map { AuditEvent($0, places) } + trail.decisions.map { AuditEvent($0) }
      + trail.overrides.map { AuditEvent($0) } + trail.policyChanges.map { AuditEvent($0) }
      + trail.earlierReadings.map { AuditEvent($0, of: spans[$0.weightStateID], places) }
    let incidents: [AuditEvent] =
      trail.gaps.map { AuditEvent($0, places) } + trail.corrections.map { AuditEvent($0, places) }
      + trail.failures.map { AuditEvent($0, places) }
      + trail.findings.map { AuditEvent($0, places) }
    events = (happened.remarkingOnClocks() + incidents).filter(filter.passes).enumerated().sorted {
      ($0.element.at, $0.element.entry ?? 0, $0.offset)
        < ($1.element.at, $1.element.entry ?? 0, $1.offset)
    }.map(\.element)
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

  /// The record as a table for people, a row an event: what is said elsewhere on the page or in the
  /// text of the event has no column.
  public var shown: ReportSection {
    ReportSection(
      name: "events",
      table: Table(
        columns: ["at", "what", "text", "by", "entry", "rollout"],
        rows: events.map { event -> [Table.Value] in
          [
            .text(event.at.shortText), .text(event.what),
            .text((event.until.map { "until \($0.shortText): " } ?? "") + event.text),
            Self.text(event.by), event.entry.map(Table.Value.integer) ?? .null,
            event.rolloutID.map(Table.Value.integer) ?? .null,
          ]
        }))
  }

  private static func text(_ text: String?) -> Table.Value { text.map(Table.Value.text) ?? .null }
}
