import ArgumentParser
import Configuration
import Rollouts

/// A moment as an argument: a duration before now, or a time.
enum MomentArgument: Equatable {
  case before(Duration)
  case at(Timestamp)

  /// Reads `1h` or `2026-11-24T08:00:00Z`.
  static func parse(_ text: String) throws -> MomentArgument {
    if let duration = Duration(text: text) { return .before(duration) }
    if let moment = Timestamp(rfc3339: text) { return .at(moment) }
    throw ValidationError(
      "\"\(text)\" is neither a duration (such as 90s, 15m, 1h, 7d) nor a time (such as "
        + "2026-11-24T08:00:00Z)")
  }

  /// Reads a time.
  static func moment(_ text: String) throws -> Timestamp {
    guard let moment = Timestamp(rfc3339: text) else {
      throw ValidationError("\"\(text)\" is no time; write it as 2026-11-24T08:00:00Z")
    }
    return moment
  }

  /// Reads a duration of at least a second.
  static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(text: text), duration >= .seconds(1) else {
      throw ValidationError("\"\(text)\" is no duration of at least 1s; write it as 15s, 1m or 1h")
    }
    return duration
  }

  /// Reads a duration, which may be none.
  static func durationOrZero(_ text: String) throws -> Duration {
    guard let duration = Duration(text: text) else {
      throw ValidationError("\"\(text)\" is no duration; write it as 0s, 15s, 1m or 1h")
    }
    return duration
  }

  /// Reads how long VictoriaMetrics makes points up, which is never less than a second.
  static func latencyOffset(_ text: String) throws -> Duration {
    max(try durationOrZero(text), ConfigurationFile.leastLatencyOffset)
  }

  /// The moment, seen from another.
  func moment(from now: Timestamp) -> Timestamp {
    switch self {
    case .before(let duration): now - duration
    case .at(let moment): moment
    }
  }
}

/// Which stretch of time a command looks at.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to begin: a duration before the end (90s, 15m, 1h, 7d) or an RFC 3339 time. "
        + "(default: 1h)",
      valueName: "when"),
    transform: MomentArgument.parse)
  var since: MomentArgument?

  @Option(
    help: ArgumentHelp(
      "Where to end: a duration before now or an RFC 3339 time. (default: now)",
      valueName: "when"),
    transform: MomentArgument.parse)
  var until: MomentArgument?

  /// The stretch of time, as seen from now.
  func window(now: Timestamp) throws(CommandFailure) -> TimeWindow {
    let to = until?.moment(from: now) ?? now
    let from = (since ?? .before(.seconds(3600))).moment(from: to)
    guard from < to else {
      throw CommandFailure(
        .usage, "--since (\(from.rfc3339)) is not before --until (\(to.rfc3339))")
    }
    return TimeWindow(from: from, to: to)
  }
}
