/// What a query of the user's own counted in one interval for one version.
public struct CustomObservation: Hashable, Sendable {
  /// The check that the query belongs to.
  public let check: String
  /// The slot.
  public let interval: Interval
  /// The version.
  public let version: String
  /// Events that were good.
  public let good: Int
  /// Events that were bad.
  public let bad: Int

  /// What was counted in one interval.
  public init(check: String, interval: Interval, version: String, good: Int, bad: Int) {
    self.check = check
    self.interval = interval
    self.version = version
    self.good = good
    self.bad = bad
  }
}
