import GRDB
import Ledger
import Rollouts

/// Where an interval belongs, and who read it.
struct IntervalPlace {
  let targetID: Int64
  let collectionID: Int64
}

/// A count of an interval, as it is stored.
struct StoredCount: Equatable {
  let seriesID: Int64
  let count: Int
}

/// An interval as it is stored.
struct StoredInterval {
  let id: Int64
  let isSettled: Bool
}

extension Writer {
  func storedInterval(_ interval: Interval, of targetID: Int64) throws -> StoredInterval? {
    try database.cachedStatement(
      sql: "SELECT id, is_settled FROM interval WHERE target_id = ? AND start_at = ? AND end_at = ?"
    ).first([
      targetID, interval.start.millisecondsSince1970, interval.end.millisecondsSince1970,
    ]) { StoredInterval(id: $0[0], isSettled: $0[1]) }
  }

  func insert(_ interval: Interval, isSettled: Bool, _ place: IntervalPlace) throws -> Int64 {
    try database.cachedStatement(
      sql: """
        INSERT INTO interval (target_id, start_at, end_at, is_settled, collection_id)
        VALUES (?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        place.targetID, interval.start.millisecondsSince1970, interval.end.millisecondsSince1970,
        isSettled, place.collectionID,
      ])
    return database.lastInsertedRowID
  }

  func insert(_ counts: [StoredCount], intervalID: Int64) throws {
    // One statement for all: each has a journal of its own, which costs more than the rows.
    let members = counts.map { "\"\($0.seriesID)\":\($0.count)" }
    try database.cachedStatement(
      sql: """
        INSERT INTO observation (interval_id, series_id, count)
        SELECT ?, CAST(key AS INTEGER), value FROM json_each(?)
        """
    ).execute(arguments: [intervalID, "{\(members.joined(separator: ","))}"])
  }

  /// Puts counts, in the order of their series, in place of those of an interval; of a settled one
  /// each change is recorded.
  ///
  /// - Returns: How many counts changed.
  func replace(
    _ counts: [StoredCount], of interval: StoredInterval, _ place: IntervalPlace
  ) throws -> Int {
    let stored = try storedCounts(of: interval)
    guard stored != counts else { return 0 }
    let before = Dictionary(uniqueKeysWithValues: stored.map { ($0.seriesID, $0.count) })
    let after = Dictionary(uniqueKeysWithValues: counts.map { ($0.seriesID, $0.count) })
    let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    if interval.isSettled {
      for seriesID in changed.sorted() {
        try database.cachedStatement(
          sql: """
            INSERT INTO correction
              (interval_id, series_id, count_before, count_after, collection_id)
            VALUES (?, ?, ?, ?, ?)
            """
        ).execute(
          arguments: [
            interval.id, seriesID, before[seriesID] ?? 0, after[seriesID] ?? 0,
            place.collectionID,
          ])
        try record(
          .correction, database.lastInsertedRowID, at: try observedAt(place.collectionID),
          targetID: place.targetID)
      }
    }
    try database.cachedStatement(sql: "DELETE FROM observation WHERE interval_id = ?")
      .execute(arguments: [interval.id])
    try insert(counts, intervalID: interval.id)
    return changed.count
  }

  private func storedCounts(of interval: StoredInterval) throws -> [StoredCount] {
    var counts: [StoredCount] = []
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: "SELECT series_id, count FROM observation WHERE interval_id = ? ORDER BY series_id"),
      arguments: [interval.id])
    while let row = try rows.next() {
      counts.append(StoredCount(seriesID: row[0], count: row[1]))
    }
    return counts
  }

  private func observedAt(_ collectionID: Int64) throws -> Timestamp {
    let milliseconds = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT observed_at FROM collection WHERE id = ?"),
      arguments: [collectionID])
    return Timestamp(millisecondsSince1970: milliseconds ?? 0)
  }

  func settle(_ interval: StoredInterval, isSettled: Bool, collectionID: Int64) throws {
    try database.cachedStatement(
      sql: "UPDATE interval SET is_settled = ?, collection_id = ? WHERE id = ?"
    ).execute(arguments: [isSettled, collectionID, interval.id])
  }

  /// Records that nothing can be stored for a settled interval; once is enough.
  ///
  /// - Returns: 1 if the gap is new, else 0.
  func recordGap(
    _ interval: Interval, reason: String, _ place: IntervalPlace
  ) throws -> Int {
    if let stored = try storedInterval(interval, of: place.targetID) {
      guard !stored.isSettled else { return 0 }
      // What was read of it before may lack what came late.
      try database.cachedStatement(sql: "DELETE FROM interval WHERE id = ?")
        .execute(arguments: [stored.id])
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO gap (target_id, start_at, end_at, reason, collection_id)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT (target_id, end_at) DO NOTHING
        """
    ).execute(
      arguments: [
        place.targetID, interval.start.millisecondsSince1970, interval.end.millisecondsSince1970,
        reason, place.collectionID,
      ])
    return database.changesCount
  }
}
