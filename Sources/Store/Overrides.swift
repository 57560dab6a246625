import GRDB
import Ledger
import Rollouts

extension Writer {
  /// Lets a rollout pass the gate for a while; the ledger's entry is all there is of it.
  ///
  /// - Parameters:
  ///   - rolloutID: The rollout.
  ///   - targetID: Its target.
  ///   - by: Who; not empty.
  ///   - reason: Why; not empty.
  ///   - window: From when on, and until when.
  ///   - decidedAt: The present moment.
  ///   - toolVersion: The version of the tool.
  /// - Returns: The stored override.
  /// - Throws: If the database cannot be written.
  public func storeOverride(
    of rolloutID: Int64, targetID: Int64, by: String, reason: String, in window: TimeWindow,
    decidedAt: Timestamp, toolVersion: String
  ) throws -> GateOverride {
    let target = try String.fetchOne(
      database, sql: "SELECT name FROM target WHERE id = ?", arguments: [targetID])
    let entry = try append(
      .override, at: window.from.millisecondsSince1970, targetID: targetID, factID: nil,
      content: .object([
        "by": .text(by), "decided_at": .integer(decidedAt.millisecondsSince1970),
        "reason": .text(reason), "rollout_id": .integer(rolloutID),
        "target": .text(target ?? ""), "tool_version": .text(toolVersion),
        "until": .integer(window.to.millisecondsSince1970),
      ]))
    return GateOverride(
      entry: entry, rolloutID: rolloutID, by: by, reason: reason, at: window.from,
      decidedAt: decidedAt, until: window.to)
  }
}

extension Reader {
  /// Who let which rollout of a target pass the gate, in the order of the ledger.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: The overrides, expired ones too; an entry that does not say who, what and until when
  ///   lets nothing pass and is left out.
  /// - Throws: If the database cannot be read.
  public func overrides(of targetID: Int64) throws -> [GateOverride] {
    try database.storedRows(
      "SELECT * FROM override WHERE target_id = ? ORDER BY ledger_entry", [targetID]
    ).compactMap(GateOverride.init(row:))
  }

  /// The newest override that lets a rollout pass at every one of some moments.
  ///
  /// - Parameters:
  ///   - rolloutID: The rollout; `nil` if there is none.
  ///   - targetID: Its target.
  ///   - moments: The moment of the verdict, and the present one: what has expired is not brought
  ///     back by a question about the past.
  /// - Returns: The override; `nil` if there is none.
  /// - Throws: If the database cannot be read.
  public func overrideInForce(
    of rolloutID: Int64?, targetID: Int64, at moments: [Timestamp]
  ) throws -> GateOverride? {
    try overrides(of: targetID).last { override in
      override.rolloutID == rolloutID && moments.allSatisfy(override.isInForce)
    }
  }
}

extension GateOverride {
  /// The override of a row; `nil` if a column holds something else than it ought to.
  fileprivate init?(row: StoredRow) {
    guard let entry = row["ledger_entry"]?.integer, let rolloutID = row["rollout_id"]?.integer,
      let by = row["by"]?.text, let reason = row["reason"]?.text, let at = row["at"]?.integer,
      let until = row["until"]?.integer
    else { return nil }
    self.init(
      entry: entry, rolloutID: rolloutID, by: by, reason: reason,
      at: Timestamp(millisecondsSince1970: at),
      decidedAt: Timestamp(optionalMilliseconds: row["decided_at"]?.integer),
      until: Timestamp(millisecondsSince1970: until))
  }
}
