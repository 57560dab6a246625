import Foundation

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

  /// The moment that an RFC 3339 text names, cut to milliseconds; `nil` if it names none.
  ///
  /// A time zone is required (`Z` or an offset), since a local time names no moment.
  public init?(rfc3339 text: String) {
    let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let style = text.contains(".") ? withFraction : Date.ISO8601FormatStyle()
    guard let date = try? style.parse(text) else { return nil }
    let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
    guard let exact = Int64(exactly: milliseconds) else { return nil }
    self.init(millisecondsSince1970: exact)
  }

  /// This moment as RFC 3339 in UTC; a fraction is written only where there is one.
  public var rfc3339: String {
    // Foundation cuts the fraction of a binary number, which often lies just below the decimal one.
    let fraction = (millisecondsSince1970 % 1000 + 1000) % 1000
    let wholeSeconds = (millisecondsSince1970 - fraction) / 1000
    let date = Date(timeIntervalSince1970: Double(wholeSeconds))
    let text = date.formatted(Date.ISO8601FormatStyle())
    guard fraction != 0 else { return text }
    return text.dropLast() + "." + String(fraction + 1000).dropFirst() + "Z"
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
