import GRDB
import Ledger
import Rollouts

/// Of whom requests are counted, and by whom.
public struct CountedSeries: Hashable, Comparable, Sendable {
  /// The version.
  public let version: String
  /// Who counts.
  public let reporter: Reporter

  /// A version, and who counts its requests.
  public init(version: String, reporter: Reporter) {
    self.version = version
    self.reporter = reporter
  }

  /// By version, then by reporter.
  public static func < (left: CountedSeries, right: CountedSeries) -> Bool {
    (left.version, left.reporter.rawValue) < (right.version, right.reporter.rawValue)
  }
}

/// How many requests there were, and how many of them failed.
public struct RequestCounts: Hashable, Sendable {
  /// All requests.
  public var requests: Int
  /// Those that the reports count as errors: 5xx, and those without a response.
  public var errors: Int

  /// Counts.
  public init(requests: Int = 0, errors: Int = 0) {
    self.requests = requests
    self.errors = errors
  }

  /// Adds up both counts.
  public static func += (left: inout RequestCounts, right: RequestCounts) {
    left.requests += right.requests
    left.errors += right.errors
  }
}

/// What was counted in a settled interval.
public struct SettledInterval: Sendable {
  /// The interval.
  public let interval: Interval
  /// The counts; a series without a request is left out.
  public var counts: [CountedSeries: RequestCounts]
}

extension Reader {
  /// The entries of the ledger after one of them, in order.
  ///
  /// - Parameters:
  ///   - sequence: The number of the entry before the first; 0 begins with the first one.
  ///   - limit: How many at most.
  /// - Returns: The entries.
  /// - Throws: If the database cannot be read, or holds something that is no entry.
  public func ledgerEntries(after sequence: Int64, limit: Int) throws -> [LedgerEntry] {
    try database.storedRows(
      "SELECT * FROM ledger_entry WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit]
    ).map { row in
      guard let entry = LedgerEntry(row: row) else {
        throw DatabaseError(
          message: "an entry after entry \(sequence) cannot be read as an entry; run \"analyze "
            + "audit verify\"")
      }
      return entry
    }
  }

  /// The end of the newest interval after a moment before which all are settled; `nil` if there is
  /// none.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: Intervals that end here or before are not looked at; `nil`: all are.
  /// - Returns: The end.
  /// - Throws: If the database cannot be read.
  public func settledEnd(of targetID: Int64, after moment: Timestamp?) throws -> Timestamp? {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT max(end_at) FROM interval
        WHERE target_id = :target AND end_at > :after
          AND end_at < coalesce(
            (SELECT min(end_at) FROM interval
             WHERE target_id = :target AND end_at > :after AND is_settled = 0),
            9223372036854775807)
        """,
      arguments: [
        "target": targetID, "after": moment?.millisecondsSince1970 ?? Int64.min,
      ]
    ).map(Timestamp.init(millisecondsSince1970:))
  }

  /// What was counted in the intervals of a window, in order.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - start: Intervals that end later are read; `nil`: from the first one on.
  ///   - end: The end of the last interval.
  ///   - limit: How many intervals at most.
  /// - Returns: The intervals.
  /// - Throws: If the database cannot be read.
  public func countedIntervals(
    of targetID: Int64, after start: Timestamp?, upTo end: Timestamp, limit: Int
  ) throws -> [SettledInterval] {
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          WITH slot AS (
            SELECT id, start_at, end_at FROM interval
            WHERE target_id = ? AND end_at > ? AND end_at <= ? ORDER BY end_at LIMIT ?
          )
          SELECT slot.start_at, slot.end_at, version.name AS version, reporter,
            sum(count) AS requests,
            sum(count * (response_class IN (SELECT response_class FROM error_response))) AS errors
          FROM slot
          LEFT JOIN observation ON observation.interval_id = slot.id
          LEFT JOIN series ON series.id = series_id AND response_code IS NOT NULL
          LEFT JOIN version ON version.id = series.version_id
          GROUP BY slot.end_at, version.name, reporter ORDER BY slot.end_at
          """),
      arguments: [
        targetID, start?.millisecondsSince1970 ?? Int64.min, end.millisecondsSince1970, limit,
      ])
    var intervals: [SettledInterval] = []
    while let row = try rows.next() {
      let interval = Interval(row: row)
      if intervals.last?.interval != interval {
        intervals.append(SettledInterval(interval: interval, counts: [:]))
      }
      guard let (series, counts) = try Self.counts(row) else { continue }
      intervals[intervals.count - 1].counts[series] = counts
    }
    return intervals
  }

  /// What was counted of a target from the beginning of the record up to a moment.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: The end of the last interval that counts.
  /// - Returns: The sums; a series without a request is left out.
  /// - Throws: If the database cannot be read.
  public func requestTotals(
    of targetID: Int64, upTo moment: Timestamp
  ) throws -> [CountedSeries: RequestCounts] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        WITH counted AS (
          SELECT series_id, count FROM hourly_count
          WHERE target_id = :target AND end_at <= :moment
          UNION ALL
          SELECT series_id, count FROM interval
          JOIN observation ON observation.interval_id = interval.id
          WHERE target_id = :target AND end_at > :moment / 3600000 * 3600000 AND end_at <= :moment
        )
        SELECT version.name AS version, reporter, sum(count) AS requests,
          sum(count * (response_class IN (SELECT response_class FROM error_response))) AS errors
        FROM counted
        JOIN series ON series.id = series_id AND response_code IS NOT NULL
        JOIN version ON version.id = series.version_id
        GROUP BY version.name, reporter HAVING sum(count) > 0
        """,
      arguments: ["target": targetID, "moment": moment.millisecondsSince1970])
    return Dictionary(uniqueKeysWithValues: try rows.compactMap(Self.counts))
  }

  /// The decisions about a target after one of them, in the order in which they were made.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - id: The number of the decision before the first; 0 begins with the first one.
  ///   - limit: How many at most.
  /// - Returns: The decisions.
  /// - Throws: If the database cannot be read.
  public func decisions(
    of targetID: Int64, after id: Int64, limit: Int
  ) throws -> [StoredDecision] {
    try Int64.fetchAll(
      database,
      sql: "SELECT id FROM decision WHERE target_id = ? AND id > ? ORDER BY id LIMIT ?",
      arguments: [targetID, id, limit]
    ).map(decision)
  }

  private static func counts(_ row: Row) throws -> (CountedSeries, RequestCounts)? {
    guard let version: String = row["version"], let name: String = row["reporter"] else {
      return nil
    }
    guard let reporter = Reporter(rawValue: name) else {
      throw DatabaseError(message: "a series has the reporter \(name)")
    }
    return (
      CountedSeries(version: version, reporter: reporter),
      RequestCounts(requests: row["requests"], errors: row["errors"])
    )
  }
}
