import GRDB
import Rollouts

extension Reader {
  /// What one reporter counted for the target's versions in the window, by interval and version.
  ///
  /// An interval in which a version got no request has no observation of it.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - reporter: Whose counts.
  ///   - window: The stretch of time; intervals that it cuts are left out.
  /// - Returns: The observations in the order of time.
  /// - Throws: If the database cannot be read.
  public func observations(
    of targetID: Int64, by reporter: Reporter, in window: TimeWindow
  ) throws -> [Observation] {
    var collected: [ObservationKey: ObservedCounts] = [:]
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT start_at, end_at, version.name AS version, response_code, grpc_status,
          upper_bound_milliseconds, observation.count AS count
        FROM interval
        JOIN observation ON observation.interval_id = interval.id
        JOIN series ON series.id = observation.series_id AND series.reporter = :reporter
        JOIN version ON version.id = series.version_id
        WHERE interval.target_id = :target
          AND end_at > :from AND end_at <= :to AND start_at >= :from
        """,
      arguments: [
        "reporter": reporter.rawValue, "target": targetID,
        "from": window.from.millisecondsSince1970, "to": window.to.millisecondsSince1970,
      ])
    while let row = try rows.next() {
      let key = ObservationKey(interval: Interval(row: row), version: row["version"])
      let count: Int = row["count"]
      if let code: String = row["response_code"] {
        let status = ResponseStatus(code: code, grpcStatus: row["grpc_status"])
        collected[key, default: ObservedCounts()].responses[status, default: 0] += count
      } else if let bound: Double = row["upper_bound_milliseconds"] {
        collected[key, default: ObservedCounts()].durations[bound, default: 0] += count
      }
    }
    return collected.map { key, counts in
      Observation(
        interval: key.interval, version: key.version, reporter: reporter,
        responses: counts.responses, durations: Histogram(counts.durations))
    }.sorted { ($0.interval.end, $0.version) < ($1.interval.end, $1.version) }
  }

  /// The bounds of the duration buckets of each version as the source gives them, in order.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - reporter: Whose buckets.
  /// - Returns: Upper bounds in milliseconds by version; the last may be infinite.
  /// - Throws: If the database cannot be read.
  public func durationBounds(
    of targetID: Int64, by reporter: Reporter
  ) throws -> [String: [Double]] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT version.name AS version, upper_bound_milliseconds
        FROM series JOIN version ON version.id = series.version_id
        WHERE version.target_id = ? AND reporter = ? AND upper_bound_milliseconds IS NOT NULL
        ORDER BY upper_bound_milliseconds
        """,
      arguments: [targetID, reporter.rawValue])
    return Dictionary(grouping: rows) { $0["version"] as String }.mapValues { rows in
      rows.map { $0["upper_bound_milliseconds"] as Double }
    }
  }
}

private struct ObservationKey: Hashable {
  let interval: Interval
  let version: String
}

private struct ObservedCounts {
  var responses: [ResponseStatus: Int] = [:]
  var durations: [Double: Int] = [:]
}
