import GRDB
import Rollouts

/// What went wrong while counts were collected, in the order of time.
extension Reader {
  /// Slots that could not be trusted; those one after another are one gap where the reason is one.
  func gapsByReason(of targetID: Int64) throws -> [AuditTrail.Gap] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT NULL AS check_name, start_at, end_at, reason FROM gap WHERE target_id = :target
        UNION ALL
        SELECT check_name, start_at, end_at, reason FROM custom_gap WHERE target_id = :target
        ORDER BY check_name, end_at
        """,
      arguments: ["target": targetID])
    return rows.reduce(into: [AuditTrail.Gap]()) { gaps, row in
      let interval = Interval(row: row)
      let (check, reason): (String?, String) = (row["check_name"], row["reason"])
      var start = interval.start
      if let last = gaps.last, last.window.to == start, last.reason == reason, last.check == check {
        start = last.window.from
        gaps.removeLast()
      }
      gaps.append(
        AuditTrail.Gap(
          window: TimeWindow(from: start, to: interval.end), check: check, reason: reason))
    }
  }

  func corrections(of targetID: Int64) throws -> [AuditTrail.Corrections] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT observed_at, count(*) AS count, min(sequence) AS sequence
        FROM correction
        JOIN interval ON interval.id = interval_id AND interval.target_id = :target
        JOIN collection ON collection.id = correction.collection_id
        LEFT JOIN ledger_entry ON kind = 'correction' AND fact_id = correction.id
        GROUP BY correction.collection_id ORDER BY observed_at
        """,
      arguments: ["target": targetID]
    ).map { row in
      AuditTrail.Corrections(
        entry: row["sequence"], at: Timestamp(millisecondsSince1970: row["observed_at"]),
        count: row["count"])
    }
  }

  /// Runs that stored nothing; those without a success between them belong together, whatever the
  /// reasons.
  func failures(of targetID: Int64) throws -> [AuditTrail.Failures] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT first_at, last_at, runs, reason, EXISTS (
            SELECT 1 FROM weight_state JOIN collection ON weight_state_id = weight_state.id
            WHERE weight_state.target_id = :target
              AND observed_at > previous_at AND observed_at <= first_at
          ) AS is_after_success
        FROM (
          SELECT *, lag(last_at) OVER (ORDER BY id) AS previous_at
          FROM collection_failure WHERE target_id = :target)
        ORDER BY id
        """,
      arguments: ["target": targetID])
    return rows.reduce(into: [AuditTrail.Failures]()) { stretches, row in
      let window = TimeWindow(
        from: Timestamp(millisecondsSince1970: row["first_at"]),
        to: Timestamp(millisecondsSince1970: row["last_at"]))
      let reason = AuditTrail.Failures.Reason(text: row["reason"], runs: row["runs"])
      guard row["is_after_success"] == false, let last = stretches.indices.last else {
        return stretches.append(AuditTrail.Failures(window: window, reasons: [reason]))
      }
      stretches[last].add(reason, until: window.to)
    }
  }

  /// What runs found wrong.
  ///
  /// A finding lasts from the first run that has it to the next that has not, or to the newest run:
  /// runs in between may have been pruned.
  func findings(of targetID: Int64) throws -> [AuditTrail.Finding] {
    try Row.fetchAll(
      database,
      sql: """
        WITH run AS (
          SELECT collection.id, observed_at, row_number() OVER by_time AS number,
            lead(observed_at) OVER by_time AS next_observed_at
          FROM weight_state JOIN collection ON weight_state_id = weight_state.id
          WHERE weight_state.target_id = :target
            AND EXISTS (
              SELECT 1 FROM source_finding JOIN collection ON collection.id = collection_id
              JOIN weight_state ON weight_state.id = weight_state_id
              WHERE weight_state.target_id = :target)
          WINDOW by_time AS (ORDER BY observed_at, collection.id)
        ),
        found AS (
          SELECT observed_at, next_observed_at, kind, description, version_id,
            number - row_number() OVER (PARTITION BY kind, description ORDER BY number) AS stretch
          FROM run JOIN source_finding ON collection_id = run.id
        )
        SELECT kind, description, version.name AS version,
          min(observed_at) AS first_at, max(coalesce(next_observed_at, observed_at)) AS last_at
        FROM found LEFT JOIN version ON version.id = version_id
        GROUP BY kind, description, stretch ORDER BY first_at, kind, description
        """,
      arguments: ["target": targetID]
    ).map { row in
      AuditTrail.Finding(
        window: TimeWindow(
          from: Timestamp(millisecondsSince1970: row["first_at"]),
          to: Timestamp(millisecondsSince1970: row["last_at"])),
        finding: try SourceFinding(row: row))
    }
  }
}

extension AuditTrail.Failures {
  fileprivate mutating func add(_ reason: Reason, until end: Timestamp) {
    window = TimeWindow(from: window.from, to: max(window.to, end))
    if let known = reasons.firstIndex(where: { $0.text == reason.text }) {
      reasons[known].runs += reason.runs
    } else {
      reasons.append(reason)
    }
  }
}

extension SourceFinding {
  /// The finding of a row.
  init(row: Row) throws {
    let kind: String = row["kind"]
    guard let known = SourceFinding.Kind(rawValue: kind) else {
      throw DatabaseError(message: "a source finding has the kind \(kind)")
    }
    self.init(kind: known, version: row["version"], description: row["description"])
  }
}
