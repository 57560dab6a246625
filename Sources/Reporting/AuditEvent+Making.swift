import Rollouts

/// What was done, as lines of the record.
extension AuditEvent {
  init(_ change: AuditTrail.WeightChange, _ places: RolloutPlaces) {
    let span = change.span
    let gap = span.gapBefore ? "; what was in force just before is not known" : ""
    self.init(
      at: span.state.changedAt.map { min($0, span.observedAt) } ?? span.validFrom, until: nil,
      kind: .weights, entry: change.entry, rolloutID: places.rollout(of: span), verdict: nil,
      by: span.state.changedBy, text: span.sharesText + gap, decidedAt: nil)
  }

  init(_ recorded: RecordedDecision) {
    let decision = recorded.decision
    let passed = recorded.overrideEntry.map { "; passed all the same by entry \($0)" } ?? ""
    self.init(
      at: decision.at, until: nil, kind: .decision, entry: recorded.entry,
      rolloutID: recorded.rolloutID, verdict: decision.verdict, by: nil,
      text: decision.sentence + passed, decidedAt: decision.decidedAt)
  }

  init(_ override: GateOverride) {
    self.init(
      at: override.at, until: override.until, kind: .override, entry: override.entry,
      rolloutID: override.rolloutID, verdict: nil, by: override.by, text: override.why,
      decidedAt: override.decidedAt)
  }

  init(_ change: AuditTrail.PolicyChange) {
    self.init(
      at: change.at, until: nil, kind: .policy, entry: change.entry, rolloutID: change.rolloutID,
      verdict: nil, by: nil,
      text: change.at.remark("asked", at: change.decidedAt)
        + (change.isChange ? "judged by another policy from here on" : "judged for the first time"),
      decidedAt: change.decidedAt)
  }

  init(
    _ reading: AuditTrail.EarlierReading, of change: AuditTrail.WeightChange?,
    _ places: RolloutPlaces
  ) {
    let weights = change.map { ": \($0.span.sharesText)" } ?? ""
    let dated = change?.entry.map { "entry \($0)" } ?? "a weight state"
    self.init(
      at: reading.at, until: nil, kind: .reading, entry: reading.entry,
      rolloutID: change.flatMap { places.rollout(of: $0.span) }, verdict: nil, by: nil,
      text: "dates \(dated) back\(weights); recorded after entry \(reading.entry - 1)",
      decidedAt: nil)
  }
}

/// What went wrong while counts were collected.
extension AuditEvent {
  init(_ gap: AuditTrail.Gap, _ places: RolloutPlaces) {
    let what = gap.check.map { "the check \($0) could count nothing" } ?? "nothing could be counted"
    self.init(.gap, in: gap.window, places, text: "\(what): \(gap.reason)")
  }

  init(_ corrections: AuditTrail.Corrections, _ places: RolloutPlaces) {
    self.init(
      .correction, in: TimeWindow(from: corrections.at, to: corrections.at),
      entry: corrections.entry, places,
      text: "\(corrections.count.groupedText) counts were corrected after they had settled")
  }

  init(_ failures: AuditTrail.Failures, _ places: RolloutPlaces) {
    let runs = failures.reasons.reduce(0) { $0 + $1.runs }
    let what = runs == 1 ? "a run" : Self.counted(runs, "run")
    let told = failures.reasons.suffix(3).map { reason in
      failures.reasons.count == 1
        ? reason.text : "\(reason.text) (\(Self.counted(reason.runs, "run")))"
    }
    let untold = failures.reasons.count - told.count
    let others = untold > 0 ? ["before for \(Self.counted(untold, "other reason"))"] : []
    self.init(
      .failure, in: failures.window, places,
      text: "\(what) of the collector stored nothing: "
        + (told + others).joined(separator: "; "))
  }

  init(_ finding: AuditTrail.Finding, _ places: RolloutPlaces) {
    self.init(
      .finding, in: finding.window, places,
      text: "\(finding.finding.kind.words): \(finding.finding.description)")
  }

  private static func counted(_ count: Int, _ what: String) -> String {
    "\(count.groupedText) \(what)\(count == 1 ? "" : "s")"
  }

  private init(
    _ kind: Kind, in window: TimeWindow, entry: Int64? = nil, _ places: RolloutPlaces, text: String
  ) {
    self.init(
      at: window.from, until: window.to > window.from ? window.to : nil, kind: kind, entry: entry,
      rolloutID: places.rollout(in: window), verdict: nil, by: nil, text: text, decidedAt: nil)
  }
}

extension WeightSpan {
  /// The share of each version, such as `v1 90 %, v2 10 %`.
  fileprivate var sharesText: String {
    weights.versions.map { "\($0) \(weights.share(of: $0).percentText)" }.joined(separator: ", ")
  }
}
