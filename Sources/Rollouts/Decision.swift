/// A stored verdict.
public struct Decision: Hashable, Sendable {
  /// Its number in the database.
  public let id: Int64
  /// The moment as of which the rollout was evaluated.
  public let at: Timestamp
  /// When the gate was asked; `nil` in records from before that was kept.
  public let decidedAt: Timestamp?
  /// What the gate said.
  public let verdict: Verdict
  /// Its first reason.
  public let reason: String

  /// A stored verdict.
  public init(id: Int64, at: Timestamp, decidedAt: Timestamp?, verdict: Verdict, reason: String) {
    self.id = id
    self.at = at
    self.decidedAt = decidedAt
    self.verdict = verdict
    self.reason = reason
  }

  /// When the gate said it, as far as that is known.
  public var saidAt: Timestamp { decidedAt ?? at }
}
