import Foundation
import GRDB
import Ledger
import Rollouts

/// How large a database is, and what it holds.
public struct DatabaseStatistics: Sendable {
  /// The size of the file.
  public let bytes: Int
  /// The size of the write-ahead log beside it.
  public let writeAheadLogBytes: Int
  /// The part of the file that holds nothing at present.
  public let freeBytes: Int
  /// How many rows each table has, by name.
  public let rows: [(table: String, count: Int)]
  /// From the beginning of the first interval to the end of the newest; `nil` if there is none.
  public let window: TimeWindow?
  /// The targets, by name.
  public let targets: [String]
  /// The newest entry of the ledger; `nil` if it is empty.
  public let ledgerHead: LedgerHead?

  /// How many rows a table has.
  public func rowCount(of table: String) -> Int {
    rows.first { $0.table == table }?.count ?? 0
  }

  /// The size of the file, free parts left out, by the number of observations; `nil` if there is
  /// none.
  public var bytesPerObservation: Double? {
    let observations = rowCount(of: "observation")
    return observations > 0 ? Double(bytes - freeBytes) / Double(observations) : nil
  }
}

extension Reader {
  /// How large the database is, and what it holds.
  ///
  /// - Returns: Sizes in bytes, and counts.
  /// - Throws: If the database cannot be read.
  public func statistics() throws -> DatabaseStatistics {
    let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    let range = try Row.fetchOne(
      database, sql: "SELECT min(start_at) AS first, max(end_at) AS last FROM interval")
    let window: TimeWindow? =
      if let first: Int64 = range?["first"], let last: Int64 = range?["last"] {
        TimeWindow(
          from: Timestamp(millisecondsSince1970: first), to: Timestamp(millisecondsSince1970: last))
      } else {
        nil
      }
    return DatabaseStatistics(
      bytes: try (Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0) * pageSize,
      writeAheadLogBytes: FileStamp(path: path + "-wal")?.bytes ?? 0,
      freeBytes: try (Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0) * pageSize,
      rows: try rowCounts(), window: window, targets: try targets().map(\.target.name),
      ledgerHead: try ledgerHead())
  }

  /// How many rows each table has, by name.
  func rowCounts() throws -> [(table: String, count: Int)] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY name
        """
    ).map { name in
      let count = try Int.fetchOne(
        database, sql: "SELECT count(*) FROM \(name.quotedDatabaseIdentifier)")
      return (name, count ?? 0)
    }
  }
}
