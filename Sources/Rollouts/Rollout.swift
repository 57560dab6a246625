/// From the first weight state in which a canary receives weight until it holds 100 % or 0 %.
public struct Rollout: Hashable, Sendable {
  /// How a rollout stands.
  public enum State: String, Hashable, Sendable {
    /// The canary shares the traffic with the baseline.
    case running
    /// The canary holds all of it.
    case promoted
    /// The canary holds nothing again.
    case rolledBack
  }

  /// The number of the weight state that opened it.
  public let id: Int64
  /// When the canary first received weight.
  public let startedAt: Timestamp
  /// When it ended; `nil` while it runs.
  public let endedAt: Timestamp?
  /// The version that the canaries are compared with.
  public let baseline: String
  /// The versions that are being rolled out, in the route's order.
  public let canaries: [String]
  /// How it stands.
  public let state: State
  /// Its weight states in order, the one that ended it not included.
  public let steps: [WeightSpan]

  /// A rollout.
  public init(
    id: Int64, startedAt: Timestamp, endedAt: Timestamp?, baseline: String, canaries: [String],
    state: State, steps: [WeightSpan]
  ) {
    self.id = id
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.baseline = baseline
    self.canaries = canaries
    self.state = state
    self.steps = steps
  }
}
