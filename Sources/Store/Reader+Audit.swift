import GRDB
import Ledger
import Rollouts

extension Reader {
  /// Everything that is on record about a target.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: Each kind in the order of time.
  /// - Throws: If the database cannot be read.
  public func auditTrail(of targetID: Int64) throws -> AuditTrail {
    let entries = try entriesByFact(.weightChange, targetID)
    return AuditTrail(
      weights: try weightSpans(of: targetID).map {
        AuditTrail.WeightChange(span: $0, entry: entries[$0.id])
      },
      decisions: try recordedDecisions(of: targetID), overrides: try overrides(of: targetID),
      policyChanges: try policyChanges(of: targetID),
      earlierReadings: try earlierReadings(of: targetID), gaps: try gapsByReason(of: targetID),
      corrections: try corrections(of: targetID), failures: try failures(of: targetID),
      findings: try findings(of: targetID))
  }

  /// One entry of the ledger, and what it would hold if it were written now.
  ///
  /// - Parameter sequence: Its number.
  /// - Returns: The entry, and the content that the row that it records would have; `nil` if there
  ///   is no such entry.
  /// - Throws: If the database cannot be read.
  public func ledgerEntry(
    _ sequence: Int64
  ) throws -> (entry: LedgerEntry, fact: LedgerValue?)? {
    guard
      let row = try database.storedRows(
        "SELECT * FROM ledger_entry WHERE sequence = ?", [sequence]
      ).first,
      let entry = LedgerEntry(row: row)
    else { return nil }
    return (entry, try Facts(database: database).content(of: entry))
  }

  private func entriesByFact(_ kind: EntryKind, _ targetID: Int64) throws -> [Int64: Int64] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT fact_id, min(sequence) AS sequence FROM ledger_entry
        WHERE kind = ? AND target_id = ? AND fact_id IS NOT NULL GROUP BY fact_id
        """,
      arguments: [kind.rawValue, targetID])
    return Dictionary(uniqueKeysWithValues: rows.map { ($0["fact_id"], $0["sequence"]) })
  }

  private func recordedDecisions(of targetID: Int64) throws -> [RecordedDecision] {
    let entries = try entriesByFact(.decision, targetID)
    return try Row.fetchAll(
      database,
      sql: """
        SELECT id, at, decided_at, verdict, reason, rollout_id, override_entry FROM decision
        WHERE target_id = ? ORDER BY at, id
        """,
      arguments: [targetID]
    ).map { row in
      let id: Int64 = row["id"]
      return RecordedDecision(
        decision: Decision(
          id: id, at: Timestamp(millisecondsSince1970: row["at"]),
          decidedAt: Timestamp(optionalMilliseconds: row["decided_at"]),
          verdict: Verdict(rawValue: row["verdict"]) ?? .unknown, reason: row["reason"]),
        entry: entries[id], rolloutID: row["rollout_id"], overrideEntry: row["override_entry"])
    }
  }

  private func policyChanges(of targetID: Int64) throws -> [AuditTrail.PolicyChange] {
    try database.storedRows(
      """
      SELECT sequence, at, json_extract(content, '$.decided_at') AS decided_at,
        json_extract(content, '$.rollout_id') AS rollout_id,
        json_extract(content, '$.before') IS NOT NULL AS is_change
      FROM ledger_entry WHERE kind = 'policyChange' AND target_id = ? ORDER BY at, sequence
      """, [targetID]
    ).compactMap { row in
      guard let entry = row["sequence"]?.integer, let at = row["at"]?.integer else { return nil }
      return AuditTrail.PolicyChange(
        entry: entry, at: Timestamp(millisecondsSince1970: at),
        decidedAt: Timestamp(optionalMilliseconds: row["decided_at"]?.integer),
        rolloutID: row["rollout_id"]?.integer, isChange: row["is_change"]?.integer == 1)
    }
  }

  private func earlierReadings(of targetID: Int64) throws -> [AuditTrail.EarlierReading] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT sequence, at, weight_state_id
        FROM ledger_entry JOIN collection ON collection.id = fact_id
        WHERE kind = 'earlierReading' AND target_id = ? ORDER BY at, sequence
        """,
      arguments: [targetID]
    ).map { row in
      AuditTrail.EarlierReading(
        entry: row["sequence"], at: Timestamp(millisecondsSince1970: row["at"]),
        weightStateID: row["weight_state_id"])
    }
  }
}
