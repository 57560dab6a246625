import Foundation
import GRDB
import Ledger

/// The rows that the ledger records, as the content of their entries.
///
/// The content is made of the rows anew whenever the ledger is verified: a row that was altered
/// gives another one. A column without a value has no part in it, so that a later migration may add
/// one that older rows leave empty.
struct Facts {
  let database: GRDB.Database

  /// A row that an entry records.
  struct Fact {
    let kind: EntryKind
    let id: Int64
    let at: Int64
    let targetID: Int64
  }

  /// What an entry must hold; `nil` if it records no row, or there is no such row.
  func content(of entry: LedgerEntry) throws -> LedgerValue? {
    guard let kind = EntryKind(rawValue: entry.kind), let factID = entry.factID else { return nil }
    return try content(kind, factID)
  }

  /// What an entry about a row must hold; `nil` if there is no such row.
  func content(_ kind: EntryKind, _ id: Int64) throws -> LedgerValue? {
    switch kind {
    case .weightChange: try weightState(id)
    case .earlierReading: try members(Self.reading, id).map(LedgerValue.object)
    case .decision: try members(Self.decision, id).map(LedgerValue.object)
    case .policyChange: try members(Self.policy, id).map(LedgerValue.object)
    case .correction: try members(Self.correction, id).map(LedgerValue.object)
    case .adoption, .override: nil
    }
  }

  /// The rows that no entry records, in the order in which they came about.
  func unrecorded(limit: Int = -1) throws -> [Fact] {
    try Row.fetchAll(
      database,
      sql: """
        WITH recorded_reading AS (
          SELECT min(id) AS id FROM collection GROUP BY weight_state_id
          UNION ALL
          SELECT fact_id FROM ledger_entry WHERE kind = 'earlierReading'
        ),
        first_seen AS (
          SELECT weight_state_id, min(observed_at) AS observed_at
          FROM recorded_reading JOIN collection USING (id) GROUP BY weight_state_id
        ),
        fact AS (
          SELECT 'weightChange' AS kind, weight_state.id, target_id, min(observed_at) AS at, 1 AS turn
          FROM weight_state JOIN collection ON weight_state_id = weight_state.id
          GROUP BY weight_state.id
          UNION ALL
          SELECT 'earlierReading', collection.id, target_id, collection.observed_at, 1
          FROM first_seen
          JOIN collection ON collection.weight_state_id = first_seen.weight_state_id
            AND collection.observed_at < first_seen.observed_at
          JOIN weight_state ON weight_state.id = collection.weight_state_id
          UNION ALL
          SELECT 'policyChange', id, target_id, at, 2
          FROM (
            SELECT id, target_id, at, policy, lag(policy) OVER (
              PARTITION BY target_id, rollout_id ORDER BY id) AS policy_before
            FROM decision)
          WHERE policy IS NOT policy_before
          UNION ALL
          SELECT 'decision', id, target_id, at, 3 FROM decision
          UNION ALL
          SELECT 'correction', correction.id, target_id, observed_at, 4
          FROM correction
          JOIN interval ON interval.id = interval_id
          JOIN collection ON collection.id = correction.collection_id
        )
        SELECT kind, id, target_id, at FROM fact
        WHERE NOT EXISTS (
          SELECT 1 FROM ledger_entry WHERE ledger_entry.kind = fact.kind AND fact_id = fact.id)
        ORDER BY at, turn, id LIMIT ?
        """,
      arguments: [limit]
    ).compactMap { row in
      EntryKind(rawValue: row["kind"]).map {
        Fact(kind: $0, id: row["id"], at: row["at"], targetID: row["target_id"])
      }
    }
  }

  private static let decision = """
    SELECT decision.*, target.name AS target
    FROM decision JOIN target ON target.id = target_id WHERE decision.id = ?
    """

  private static let reading = """
    SELECT collection.*, target_id, target.name AS target
    FROM collection
    JOIN weight_state ON weight_state.id = weight_state_id
    JOIN target ON target.id = target_id WHERE collection.id = ?
    """

  private static let policy = """
    SELECT decision.id AS decision_id, rollout_id, decided_at, target.name AS target,
      policy AS after,
      (SELECT policy FROM decision AS earlier
        WHERE earlier.target_id = decision.target_id
          AND earlier.rollout_id IS decision.rollout_id AND earlier.id < decision.id
        ORDER BY earlier.id DESC LIMIT 1) AS before
    FROM decision JOIN target ON target.id = target_id WHERE decision.id = ?
    """

  private static let correction = """
    SELECT correction.*, target.name AS target, start_at, end_at, version.name AS version, reporter,
      response_code, grpc_status, upper_bound_milliseconds
    FROM correction
    JOIN interval ON interval.id = interval_id
    JOIN target ON target.id = interval.target_id
    JOIN series ON series.id = series_id
    JOIN version ON version.id = version_id
    WHERE correction.id = ?
    """

  private func weightState(_ id: Int64) throws -> LedgerValue? {
    guard
      var content = try members(
        """
        SELECT weight_state.*, target.name AS target, namespace, virtual_service
        FROM weight_state JOIN target ON target.id = target_id WHERE weight_state.id = ?
        """, id)
    else { return nil }
    content["weights"] = try list(
      """
      SELECT version.name AS version, position, weight, destination_host, destination_subset
      FROM weight JOIN version ON version.id = version_id WHERE weight_state_id = ?
      ORDER BY position
      """, id)
    content["blind_spots"] = try list(
      """
      SELECT description FROM blind_spot WHERE weight_state_id = ? ORDER BY description
      """, id)
    // Who saw it first: the later readings are as many as runs of the collector.
    content["first_seen"] = try members(
      """
      SELECT id AS collection_id, observed_at, tool_version FROM collection
      WHERE weight_state_id = ? ORDER BY id LIMIT 1
      """, id
    ).map(LedgerValue.object)
    return .object(content)
  }

  private func list(_ sql: String, _ id: Int64) throws -> LedgerValue {
    .list(try database.storedRows(sql, [id]).map { .object(Self.members($0)) })
  }

  private func members(_ sql: String, _ id: Int64) throws -> [String: LedgerValue]? {
    try database.storedRows(sql, [id]).first.map(Self.members)
  }

  /// Texts that are too long to be repeated; the entry holds their digest.
  private static let digested: Set = ["policy", "evidence"]

  private static func members(_ row: StoredRow) -> [String: LedgerValue] {
    var members: [String: LedgerValue] = [:]
    for (column, value) in row.columns {
      switch value {
      case .null: break
      case .integer(let number): members[column] = .integer(number)
      case .real(let number): members[column] = .text("\(number)")
      case .text(let text) where digested.contains(column):
        members[column + "_sha256"] = .text(Digest.text(of: Data(text.utf8)))
      case .text(let text): members[column] = .text(text)
      case .brokenText(let bytes), .blob(let bytes):
        members[column + "_sha256"] = .text(Digest.text(of: bytes))
      }
    }
    return members
  }
}
