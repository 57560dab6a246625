/// What a check's own queries could not count in an interval.
public struct CustomGap: Hashable, Sendable {
  /// The check that the queries belong to.
  public let check: String
  /// The slot.
  public let interval: Interval
  /// Why the answer cannot be trusted.
  public let reason: String

  /// What could not be counted in one interval.
  public init(check: String, interval: Interval, reason: String) {
    self.check = check
    self.interval = interval
    self.reason = reason
  }
}
