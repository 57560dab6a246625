import GRDB
import Rollouts

/// What queries of the user's own answered for a stretch of the sampling grid.
public struct CollectedCustomCounts: Sendable, Equatable {
  /// The checks that were asked for.
  public let checks: [String]
  /// The intervals that were asked for.
  public let intervals: [Interval]
  /// What was counted; none of an interval that the same check leaves out.
  public let observations: [CustomObservation]
  /// What is left out.
  public let gaps: [CustomGap]

  /// What queries of the user's own answered.
  public init(
    checks: [String], intervals: [Interval], observations: [CustomObservation],
    gaps: [CustomGap] = []
  ) {
    self.checks = checks
    self.intervals = intervals
    self.observations = observations
    self.gaps = gaps
  }

  /// The part of it that ends at a moment or before.
  ///
  /// - Parameter moment: The moment.
  /// - Returns: What was answered for the intervals up to it.
  public func upTo(_ moment: Timestamp) -> CollectedCustomCounts {
    CollectedCustomCounts(
      checks: checks, intervals: intervals.filter { $0.end <= moment },
      observations: observations.filter { $0.interval.end <= moment },
      gaps: gaps.filter { $0.interval.end <= moment })
  }
}

extension Writer {
  /// Stores what queries of the user's own answered, in place of what is stored for the intervals.
  ///
  /// Intervals that are not stored are left out: their requests are not known either. What cannot be
  /// trusted is recorded as a gap of its check once it is settled.
  ///
  /// - Parameters:
  ///   - collected: What was answered.
  ///   - targetID: The target.
  ///   - collectionID: The run that asked.
  ///   - settledUpTo: Intervals that end here or before can no longer change.
  ///   - readAgain: Intervals that were settled before.
  /// - Returns: How many counts of these were corrected.
  /// - Throws: If the database cannot be written.
  @discardableResult
  public func store(
    _ collected: CollectedCustomCounts, of targetID: Int64, collectionID: Int64,
    settledUpTo: Timestamp = Timestamp(millisecondsSince1970: .max),
    readAgain: Set<Interval> = []
  ) throws -> Int {
    guard !collected.checks.isEmpty else { return 0 }
    var corrections = 0
    let identify = try database.cachedStatement(
      sql: "SELECT id FROM interval WHERE target_id = ? AND end_at = ?")
    let byInterval = Dictionary(grouping: collected.observations, by: \.interval)
    for interval in collected.intervals {
      let end = interval.end.millisecondsSince1970
      guard let id = try Int64.fetchOne(identify, arguments: [targetID, end]) else { continue }
      let before = readAgain.contains(interval) ? try rows(id, of: collected.checks) : nil
      for check in collected.checks { try remove(check, end: end, intervalID: id, of: targetID) }
      for observation in byInterval[interval] ?? [] where observation.good + observation.bad > 0 {
        try insert(observation, intervalID: id, of: targetID)
      }
      if let before {
        let changed = try rows(id, of: collected.checks).symmetricDifference(before)
        corrections += Set(changed.map { [$0.check, $0.version] }).count
      }
    }
    for gap in collected.gaps where gap.interval.end <= settledUpTo {
      try insert(gap, of: targetID, collectionID: collectionID)
    }
    return corrections
  }

  /// What is counted of one version by one check.
  private struct CountedRow: Hashable {
    let check: String
    let version: String
    let good: Int
    let bad: Int
  }

  private func rows(_ intervalID: Int64, of checks: [String]) throws -> Set<CountedRow> {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT check_name, version.name AS version, good, bad
          FROM custom_observation JOIN version ON version.id = version_id WHERE interval_id = ?
          """), arguments: [intervalID])
    return Set(
      rows.map {
        CountedRow(
          check: $0["check_name"], version: $0["version"], good: $0["good"], bad: $0["bad"])
      }.filter { checks.contains($0.check) })
  }

  private func remove(_ check: String, end: Int64, intervalID: Int64, of targetID: Int64) throws {
    try database.cachedStatement(
      sql: "DELETE FROM custom_observation WHERE interval_id = ? AND check_name = ?"
    ).execute(arguments: [intervalID, check])
    try database.cachedStatement(
      sql: "DELETE FROM custom_gap WHERE target_id = ? AND check_name = ? AND end_at = ?"
    ).execute(arguments: [targetID, check, end])
  }

  private func insert(
    _ observation: CustomObservation, intervalID: Int64, of targetID: Int64
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO custom_observation (interval_id, version_id, check_name, good, bad)
        VALUES (?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        intervalID, try versionID(observation.version, of: targetID), observation.check,
        observation.good, observation.bad,
      ])
  }

  private func insert(_ gap: CustomGap, of targetID: Int64, collectionID: Int64) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO custom_gap (target_id, check_name, start_at, end_at, reason, collection_id)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (target_id, check_name, end_at) DO NOTHING
        """
    ).execute(
      arguments: [
        targetID, gap.check, gap.interval.start.millisecondsSince1970,
        gap.interval.end.millisecondsSince1970, gap.reason, collectionID,
      ])
  }
}
