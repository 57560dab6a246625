import GRDB
import Rollouts

/// The hours of one target whose intervals are put together.
struct Pruning {
  static let hourMilliseconds: Int64 = 3_600_000

  let database: GRDB.Database
  let targetID: Int64

  /// An hour that has several intervals.
  struct Hour {
    let interval: Interval
    let reasonToKeep: PruneOutcome.Reason?
  }

  /// The hours that end at the moment or before and have several intervals, in order.
  func hours(upTo moment: Timestamp, spans: [WeightSpan]) throws -> [Hour] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT hour_end_at, min(start_at) AS first_start_at,
          sum(end_at - start_at) AS covered, min(is_settled) AS is_settled,
          max(EXISTS (SELECT 1 FROM correction WHERE interval_id = slot.id)) AS is_corrected
        FROM (
          SELECT *, (end_at + :hour - 1) / :hour * :hour AS hour_end_at
          FROM interval WHERE target_id = :target AND end_at <= :moment
        ) AS slot
        WHERE hour_end_at <= :moment
        GROUP BY hour_end_at HAVING count(*) > 1 ORDER BY hour_end_at
        """,
      arguments: [
        "hour": Self.hourMilliseconds, "target": targetID,
        "moment": moment.millisecondsSince1970,
      ]
    ).map { row in
      let end: Int64 = row["hour_end_at"]
      let start = end - Self.hourMilliseconds
      let interval = Interval(
        start: Timestamp(millisecondsSince1970: start), end: Timestamp(millisecondsSince1970: end))
      let isComplete = row["first_start_at"] == start && row["covered"] == Self.hourMilliseconds
      let isUnderOneState = spans.contains {
        $0.validFrom <= interval.start && interval.end <= $0.validUntil
      }
      let reason: PruneOutcome.Reason? =
        if !isComplete {
          .incomplete
        } else if row["is_settled"] == 0 {
          .unsettled
        } else if row["is_corrected"] == 1 {
          .corrected
        } else {
          isUnderOneState ? nil : .weightChange
        }
      return Hour(interval: interval, reasonToKeep: reason)
    }
  }

  /// Puts one interval in place of those of an hour, with the sum of each series.
  ///
  /// - Returns: How many intervals there were; 0 if the hour stays, because it was corrected
  ///   meanwhile.
  func sum(_ hour: Hour) throws -> Int {
    let arguments: StatementArguments = [
      targetID, hour.interval.start.millisecondsSince1970,
      hour.interval.end.millisecondsSince1970,
    ]
    let slots = "target_id = ? AND start_at >= ? AND end_at <= ?"
    let isCorrected = try Bool.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM correction JOIN interval ON interval.id = interval_id
            WHERE \(slots))
          """), arguments: arguments)
    guard isCorrected == false else { return 0 }
    let counts = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT series_id, sum(count) AS count
          FROM interval JOIN observation ON interval_id = interval.id
          WHERE \(slots) GROUP BY series_id
          """), arguments: arguments
    ).map { StoredCount(seriesID: $0["series_id"], count: $0["count"]) }
    let custom = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT version_id, check_name, sum(good) AS good, sum(bad) AS bad
          FROM interval JOIN custom_observation ON interval_id = interval.id
          WHERE \(slots) GROUP BY version_id, check_name
          """), arguments: arguments)
    let collectionID = try Int64.fetchOne(
      database.cachedStatement(
        sql: "SELECT collection_id FROM interval WHERE \(slots) ORDER BY end_at DESC LIMIT 1"),
      arguments: arguments)
    try database.cachedStatement(sql: "DELETE FROM interval WHERE \(slots)")
      .execute(arguments: arguments)
    let intervals = database.changesCount
    let writer = Writer(database: database, path: "")
    let id = try writer.insert(
      hour.interval, isSettled: true,
      IntervalPlace(targetID: targetID, collectionID: collectionID ?? 0))
    try writer.insert(counts, intervalID: id)
    for row in custom {
      try database.cachedStatement(
        sql: """
          INSERT INTO custom_observation (interval_id, version_id, check_name, good, bad)
          VALUES (?, ?, ?, ?, ?)
          """
      ).execute(arguments: [id, row["version_id"], row["check_name"], row["good"], row["bad"]])
    }
    return intervals
  }
}
