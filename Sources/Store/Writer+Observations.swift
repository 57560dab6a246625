import GRDB
import Rollouts

/// A series whose counts are kept: answers of one status, or requests in one duration bucket.
public enum SeriesMeasure: Hashable, Sendable {
  /// Answers with this status.
  case response(ResponseStatus)
  /// Requests that took at most this many milliseconds and longer than the next lower bound.
  case duration(upperBoundMilliseconds: Double)

  /// Answers with this HTTP status code.
  public static func response(code: String) -> SeriesMeasure {
    .response(ResponseStatus(code: code))
  }
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
  /// The intervals that were read and can be trusted, in order; those without a count were empty.
  public let intervals: [Interval]
  /// The intervals whose counts cannot be trusted, and why.
  public let untrusted: [Interval: String]
  /// The counts by series and interval end; a series without counts is known to exist.
  public let counts: [SeriesKey: [Timestamp: Int]]

  /// What was read for a stretch of the sampling grid.
  public init(
    intervals: [Interval], untrusted: [Interval: String] = [:],
    counts: [SeriesKey: [Timestamp: Int]]
  ) {
    self.intervals = intervals
    self.untrusted = untrusted
    self.counts = counts
  }
}

/// What storing counts did.
public struct StoredCounts: Sendable, Equatable {
  /// The intervals that were not stored before.
  public var newIntervals: [Interval] = []
  /// How many counts of settled intervals were corrected.
  public var corrections = 0
  /// How many counts of checks of the policy's own in settled intervals were corrected.
  public var customCorrections = 0
  /// How many intervals were recorded as gaps.
  public var gaps = 0
  /// The intervals that were settled before and were read again.
  public var readAgain: Set<Interval> = []

  /// Nothing was stored.
  public init() {}
}

extension Writer {
  /// Stores counts, in place of those of intervals that are not settled yet.
  ///
  /// A settled interval stays as it is unless it is asked to be corrected; then every count that
  /// changes is recorded. An interval that cannot be trusted is recorded as a gap once it is
  /// settled, unless it was stored before.
  ///
  /// - Parameters:
  ///   - collected: What was read.
  ///   - targetID: The target.
  ///   - collectionID: The run that read it.
  ///   - settledUpTo: Intervals that end here or before can no longer change.
  ///   - correctsSettled: Whether settled intervals are corrected.
  /// - Returns: What was done.
  /// - Throws: If the database cannot be written.
  public func store(
    _ collected: CollectedCounts, of targetID: Int64, collectionID: Int64,
    settledUpTo: Timestamp = Timestamp(millisecondsSince1970: .max), correctsSettled: Bool = false
  ) throws -> StoredCounts {
    var seriesIDs = try knownSeries(of: targetID, expectedCount: collected.counts.count)
    for key in collected.counts.keys where seriesIDs[key] == nil {
      seriesIDs[key] = try insert(key, of: targetID)
    }
    var countsByEnd: [Timestamp: [StoredCount]] = [:]
    for (key, counts) in collected.counts {
      guard let seriesID = seriesIDs[key] else { continue }
      for (end, count) in counts where count != 0 {
        countsByEnd[end, default: []].append(StoredCount(seriesID: seriesID, count: count))
      }
    }
    var outcome = StoredCounts()
    let place = IntervalPlace(targetID: targetID, collectionID: collectionID)
    for interval in collected.intervals {
      let isSettled = interval.end <= settledUpTo
      let counts = (countsByEnd[interval.end] ?? []).sorted { $0.seriesID < $1.seriesID }
      guard let stored = try storedInterval(interval, of: targetID) else {
        let id = try insert(interval, isSettled: isSettled, place)
        try insert(counts, intervalID: id)
        outcome.newIntervals.append(interval)
        continue
      }
      guard !stored.isSettled || correctsSettled else { continue }
      let changes = try replace(counts, of: stored, place)
      if stored.isSettled {
        outcome.corrections += changes
        outcome.readAgain.insert(interval)
      }
      try settle(stored, isSettled: stored.isSettled || isSettled, collectionID: collectionID)
    }
    for (interval, reason) in collected.untrusted where interval.end <= settledUpTo {
      outcome.gaps += try recordGap(interval, reason: reason, place)
    }
    return outcome
  }

  private func knownSeries(
    of targetID: Int64, expectedCount: Int
  ) throws -> [SeriesKey: Int64] {
    var seriesIDs = [SeriesKey: Int64](minimumCapacity: expectedCount)
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT version.name AS version, reporter, response_code, grpc_status,
            upper_bound_milliseconds, series.id
          FROM version JOIN series ON series.version_id = version.id WHERE version.target_id = ?
          """), arguments: [targetID])
    while let row = try rows.next() { seriesIDs[try SeriesKey(row: row)] = row[5] }
    return seriesIDs
  }

  private func insert(_ key: SeriesKey, of targetID: Int64) throws -> Int64 {
    let versionID = try versionID(key.version, of: targetID)
    let values: StatementArguments =
      switch key.measure {
      case .response(let status):
        [
          versionID, key.reporter.rawValue, status.code, status.grpcStatus,
          status.responseClass.rawValue, nil,
        ]
      case .duration(let bound): [versionID, key.reporter.rawValue, nil, nil, nil, bound]
      }
    try database.cachedStatement(
      sql: """
        INSERT INTO series (version_id, reporter, response_code, grpc_status, response_class,
          upper_bound_milliseconds)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: values)
    return database.lastInsertedRowID
  }
}

extension SeriesKey {
  /// Columns by position, since finding one by its name costs more than the rest: version, reporter,
  /// response code, gRPC status, upper bound.
  fileprivate init(row: Row) throws {
    let reporter: String = row[1]
    guard let reporter = Reporter(rawValue: reporter) else {
      throw DatabaseError(message: "a series has the reporter \(reporter)")
    }
    let measure: SeriesMeasure =
      if let code: String = row[2] {
        .response(ResponseStatus(code: code, grpcStatus: row[3]))
      } else {
        .duration(upperBoundMilliseconds: row[4])
      }
    self.init(version: row[0], reporter: reporter, measure: measure)
  }
}
