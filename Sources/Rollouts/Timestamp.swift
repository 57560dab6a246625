/// A moment: whole milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970 in UTC, leap seconds not counted.
  public let millisecondsSince1970: Int64

  /// A moment given by its distance from 1970 in UTC.
  public init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  /// A moment given by its distance from 1970 in UTC.
  public init(secondsSince1970: Int64) {
    self.init(millisecondsSince1970: secondsSince1970 * 1000)
  }

  /// The earlier moment first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.millisecondsSince1970 < right.millisecondsSince1970
  }

  /// The moment that lies the duration later; fractions of a millisecond are dropped.
  public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(
      millisecondsSince1970: moment.millisecondsSince1970 + duration.wholeMilliseconds)
  }

  /// The moment that lies the duration earlier; fractions of a millisecond are dropped.
  public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(
      millisecondsSince1970: moment.millisecondsSince1970 - duration.wholeMilliseconds)
  }

  /// How long after the other moment this one is; negative if it is before.
  public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    .milliseconds(later.millisecondsSince1970 - earlier.millisecondsSince1970)
  }
}
