/// A half-open stretch of time (from, to]: what happened at `to` belongs to it, what happened
/// at `from` does not.
public struct TimeWindow: Hashable, Sendable {
  /// Where it begins; not part of it.
  public let from: Timestamp
  /// Where it ends; part of it.
  public let to: Timestamp

  /// The stretch after `from` up to and including `to`.
  public init(from: Timestamp, to: Timestamp) {
    self.from = from
    self.to = to
  }

  /// How long it is.
  public var duration: Duration { to - from }

  /// Whether the interval lies wholly inside.
  public func contains(_ interval: Interval) -> Bool {
    from <= interval.start && interval.end <= to
  }
}

/// One slot (start, end] of the sampling grid.
public struct Interval: Hashable, Comparable, Sendable {
  /// Where it begins; not part of it.
  public let start: Timestamp
  /// Where it ends; part of it, and a multiple of the step width in Unix time.
  public let end: Timestamp

  /// The slot after `start` up to and including `end`.
  public init(start: Timestamp, end: Timestamp) {
    self.start = start
    self.end = end
  }

  /// The earlier interval first.
  public static func < (left: Interval, right: Interval) -> Bool { left.end < right.end }
}

/// The moments at which intervals end: the multiples of the step width in Unix time.
public struct SamplingGrid: Hashable, Sendable {
  /// The width of one interval, in seconds; at least 1.
  public let stepSeconds: Int

  /// A grid with the given width.
  public init(stepSeconds: Int) {
    precondition(stepSeconds >= 1, "a step is at least one second wide")
    self.stepSeconds = stepSeconds
  }

  private var stepMilliseconds: Int64 { Int64(stepSeconds) * 1000 }

  /// The last grid point at or before the moment.
  public func lastPoint(upTo moment: Timestamp) -> Timestamp {
    let milliseconds = moment.millisecondsSince1970
    let remainder = milliseconds % stepMilliseconds
    let offset = remainder < 0 ? remainder + stepMilliseconds : remainder
    return Timestamp(millisecondsSince1970: milliseconds - offset)
  }

  /// The grid's intervals that lie wholly inside the window, in order.
  public func intervals(in window: TimeWindow) -> [Interval] {
    let step = stepMilliseconds
    let first = lastPoint(
      upTo: Timestamp(millisecondsSince1970: window.from.millisecondsSince1970 + step - 1))
    let last = lastPoint(upTo: window.to)
    guard first < last else { return [] }
    return stride(
      from: first.millisecondsSince1970, to: last.millisecondsSince1970, by: Int64.Stride(step)
    ).map {
      Interval(
        start: Timestamp(millisecondsSince1970: $0),
        end: Timestamp(millisecondsSince1970: $0 + step))
    }
  }
}
