/// A stored verdict.
public struct Decision: Hashable, Sendable {
  /// Its number in the database.
  public let id: Int64
  /// The moment as of which the rollout was evaluated.
  public let at: Timestamp
  /// What the gate said.
  public let verdict: Verdict
  /// Its first reason.
  public let reason: String

  /// A stored verdict.
  public init(id: Int64, at: Timestamp, verdict: Verdict, reason: String) {
    self.id = id
    self.at = at
    self.verdict = verdict
    self.reason = reason
  }
}
