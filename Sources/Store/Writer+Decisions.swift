import GRDB
import Rollouts

/// A verdict to be stored, with everything that it was made from.
public struct NewDecision: Sendable {
  /// The number of the rollout; `nil` if there was none.
  public var rolloutID: Int64?
  /// The moment as of which the rollout was evaluated.
  public var at: Timestamp
  /// The verdict.
  public var verdict: Verdict
  /// Its first reason.
  public var reason: String
  /// The stretch of the intervals that entered; `nil` if none did.
  public var window: TimeWindow?
  /// The policy as evaluated, as JSON.
  public var policyJSON: String
  /// The counts that entered and the figures that came of them, as JSON.
  public var evidenceJSON: String
  /// Who decided.
  public var toolVersion: String

  /// A verdict to be stored.
  public init(
    rolloutID: Int64?, at: Timestamp, verdict: Verdict, reason: String, window: TimeWindow?,
    policyJSON: String, evidenceJSON: String, toolVersion: String
  ) {
    self.rolloutID = rolloutID
    self.at = at
    self.verdict = verdict
    self.reason = reason
    self.window = window
    self.policyJSON = policyJSON
    self.evidenceJSON = evidenceJSON
    self.toolVersion = toolVersion
  }
}

extension Writer {
  /// Stores a verdict for good.
  ///
  /// - Parameters:
  ///   - decision: The verdict.
  ///   - targetID: The target.
  /// - Returns: The stored decision.
  /// - Throws: If the database cannot be written.
  public func store(_ decision: NewDecision, of targetID: Int64) throws -> Decision {
    try database.execute(
      sql: """
        INSERT INTO decision (target_id, rollout_id, at, verdict, reason, window_from, window_to,
          policy, evidence, tool_version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        targetID, decision.rolloutID, decision.at.millisecondsSince1970,
        decision.verdict.rawValue, decision.reason, decision.window?.from.millisecondsSince1970,
        decision.window?.to.millisecondsSince1970, decision.policyJSON, decision.evidenceJSON,
        decision.toolVersion,
      ])
    return Decision(
      id: database.lastInsertedRowID, at: decision.at, verdict: decision.verdict,
      reason: decision.reason)
  }
}
