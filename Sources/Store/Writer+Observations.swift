import GRDB
import Rollouts

/// A series whose counts are kept: answers with one status code, or requests in one duration
/// bucket.
public enum SeriesMeasure: Hashable, Sendable {
  /// Answers with this status code.
  case response(code: String)
  /// Requests that took at most this many milliseconds and longer than the next lower bound.
  case duration(upperBoundMilliseconds: Double)
}

/// A series of one version by one reporter.
public struct SeriesKey: Hashable, Sendable {
  /// The version.
  public let version: String
  /// Who counts.
  public let reporter: Reporter
  /// What is counted.
  public let measure: SeriesMeasure

  /// A series of one version by one reporter.
  public init(version: String, reporter: Reporter, measure: SeriesMeasure) {
    self.version = version
    self.reporter = reporter
    self.measure = measure
  }
}

/// What was read for a stretch of the sampling grid.
public struct CollectedCounts: Sendable, Equatable {
  /// The intervals that were read, in order; those without a count were empty.
  public let intervals: [Interval]
  /// The counts by series and interval end; a series without counts is known to exist.
  public let counts: [SeriesKey: [Timestamp: Int]]

  /// What was read for a stretch of the sampling grid.
  public init(intervals: [Interval], counts: [SeriesKey: [Timestamp: Int]]) {
    self.intervals = intervals
    self.counts = counts
  }
}

extension Writer {
  /// Stores the counts of the intervals that are not stored yet.
  ///
  /// Those that are, because another collector was faster, stay as they are: nothing is counted
  /// twice.
  ///
  /// - Parameters:
  ///   - collected: What was read.
  ///   - targetID: The target.
  ///   - collectionID: The run that read it.
  /// - Returns: The intervals that were new.
  /// - Throws: If the database cannot be written.
  public func store(
    _ collected: CollectedCounts, of targetID: Int64, collectionID: Int64
  ) throws -> [Interval] {
    guard let first = collected.intervals.first, let last = collected.intervals.last else {
      return []
    }
    let window = TimeWindow(from: first.start, to: last.end)
    let stored = Set(try reader.intervals(of: targetID, in: window))
    let new = collected.intervals.filter { !stored.contains($0) }
    var intervalIDs: [Timestamp: Int64] = [:]
    for interval in new {
      try database.execute(
        sql: """
          INSERT INTO interval (target_id, start_at, end_at, collection_id) VALUES (?, ?, ?, ?)
          """,
        arguments: [
          targetID, interval.start.millisecondsSince1970, interval.end.millisecondsSince1970,
          collectionID,
        ])
      intervalIDs[interval.end] = database.lastInsertedRowID
    }
    let insert = try database.cachedStatement(
      sql: "INSERT INTO observation (interval_id, series_id, count) VALUES (?, ?, ?)")
    for (key, counts) in collected.counts {
      let seriesID = try seriesID(key, of: targetID)
      for (end, count) in counts where count != 0 {
        guard let intervalID = intervalIDs[end] else { continue }
        try insert.execute(arguments: [intervalID, seriesID, count])
      }
    }
    return new
  }

  private func seriesID(_ key: SeriesKey, of targetID: Int64) throws -> Int64 {
    let versionID = try versionID(key.version, of: targetID)
    let (column, value): (String, any DatabaseValueConvertible) =
      switch key.measure {
      case .response(let code): ("response_code", code)
      case .duration(let bound): ("upper_bound_milliseconds", bound)
      }
    let known = try Int64.fetchOne(
      database,
      sql: "SELECT id FROM series WHERE version_id = ? AND reporter = ? AND \(column) = ?",
      arguments: [versionID, key.reporter.rawValue, value])
    if let known { return known }
    try database.execute(
      sql: "INSERT INTO series (version_id, reporter, \(column)) VALUES (?, ?, ?)",
      arguments: [versionID, key.reporter.rawValue, value])
    return database.lastInsertedRowID
  }
}
