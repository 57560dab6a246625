import GRDB
import Ledger
import Rollouts

/// A verdict to be stored, with everything that it was made from.
public struct NewDecision: Sendable {
  /// The number of the rollout; `nil` if there was none.
  public var rolloutID: Int64?
  /// The moment as of which the rollout was evaluated.
  public var at: Timestamp
  /// When the gate was asked.
  public var decidedAt: Timestamp
  /// The verdict.
  public var verdict: Verdict
  /// Its first reason.
  public var reason: String
  /// The stretch of the intervals that entered; `nil` if none did.
  public var window: TimeWindow?
  /// The policy as evaluated, as JSON.
  public var policyJSON: String
  /// What came of it, and the names of the parts of its evidence, as JSON.
  public var evidenceJSON: String
  /// Everything that it was made from.
  public var evidenceParts: [EvidencePart]
  /// Who decided.
  public var toolVersion: String
  /// The ledger's entry of the override that lets the rollout pass all the same; `nil` if there is
  /// none.
  public var overrideEntry: Int64?

  /// A verdict to be stored.
  public init(
    rolloutID: Int64?, at: Timestamp, decidedAt: Timestamp, verdict: Verdict, reason: String,
    window: TimeWindow?, policyJSON: String, evidenceJSON: String,
    evidenceParts: [EvidencePart] = [], toolVersion: String, overrideEntry: Int64? = nil
  ) {
    self.rolloutID = rolloutID
    self.at = at
    self.decidedAt = decidedAt
    self.verdict = verdict
    self.reason = reason
    self.window = window
    self.policyJSON = policyJSON
    self.evidenceJSON = evidenceJSON
    self.evidenceParts = evidenceParts
    self.toolVersion = toolVersion
    self.overrideEntry = overrideEntry
  }
}

extension Writer {
  /// Stores a verdict for good.
  ///
  /// - Parameters:
  ///   - decision: The verdict.
  ///   - targetID: The target.
  ///   - key: Signs the ledger's entry; `nil`: it is not signed.
  /// - Returns: The stored decision.
  /// - Throws: If the database cannot be written.
  public func store(
    _ decision: NewDecision, of targetID: Int64, key: SigningKey? = nil
  ) throws -> Decision {
    try store(decision.evidenceParts)
    try database.execute(
      sql: """
        INSERT INTO decision (target_id, rollout_id, at, verdict, reason, window_from, window_to,
          policy, evidence, tool_version, override_entry, decided_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        targetID, decision.rolloutID, decision.at.millisecondsSince1970,
        decision.verdict.rawValue, decision.reason, decision.window?.from.millisecondsSince1970,
        decision.window?.to.millisecondsSince1970, decision.policyJSON, decision.evidenceJSON,
        decision.toolVersion, decision.overrideEntry, decision.decidedAt.millisecondsSince1970,
      ])
    let id = database.lastInsertedRowID
    if try isPolicyNew(id) { try record(.policyChange, id, at: decision.at, targetID: targetID) }
    try record(.decision, id, at: decision.at, targetID: targetID, key: key)
    return Decision(
      id: id, at: decision.at, decidedAt: decision.decidedAt, verdict: decision.verdict,
      reason: decision.reason)
  }

  /// Whether the decision before it about the same rollout was made by another policy, or there was
  /// none.
  private func isPolicyNew(_ decisionID: Int64) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT policy IS NOT (
          SELECT policy FROM decision AS earlier
          WHERE earlier.target_id = decision.target_id
            AND earlier.rollout_id IS decision.rollout_id AND earlier.id < decision.id
          ORDER BY earlier.id DESC LIMIT 1)
        FROM decision WHERE id = ?
        """,
      arguments: [decisionID]) ?? true
  }
}
