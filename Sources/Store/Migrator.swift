import Foundation
import GRDB
import Ledger
import Migrations

/// Brings a file's schema up to date, and refuses files whose schema it does not know.
///
/// The text of every applied migration is kept in the file, so that one that was changed afterwards
/// is noticed; GRDB's own migrator keeps names only.
struct Migrator {
  let path: String
  let migrations: [Migrations.Migration]
  let busyTimeout: Duration

  /// The one that brings the ledger, which begins with what the file holds already.
  private static let ledgerMigration = "0006_ledger"
  /// The first one after which earlier readings are recorded.
  static let earlierReadingMigration = "0009_custom_gaps"

  /// Applies what is missing, in one transaction.
  func migrate(_ database: GRDB.Database) throws {
    // A foreign file must stay as it is: look before the first write, even of the journal mode. In
    // one transaction: the file may be made by another process just now.
    try database.inTransaction(.deferred) {
      _ = try pending(database)
      return .commit
    }
    // Of no effect but on a file that is still empty: space can then be given back bit by bit.
    try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
    try keepWriteAheadLog(database)
    try database.inTransaction(.immediate) {
      let pending = try pending(database)
      guard !pending.isEmpty else { return .commit }
      try Self.makeMigrationTable(database)
      for migration in pending {
        try database.execute(sql: migration.sql)
        try database.execute(
          sql: "INSERT INTO migration (name, sql, applied_at) VALUES (?, ?, unixepoch() * 1000)",
          arguments: [migration.name, migration.sql])
      }
      if pending.contains(where: { $0.name == Self.ledgerMigration }) {
        try Writer(database: database, path: path).adoptFacts()
      } else if pending.contains(where: { $0.name == Self.earlierReadingMigration }) {
        try Writer(database: database, path: path).adoptFacts(of: [.earlierReading])
      }
      try database.execute(sql: "PRAGMA application_id = \(Database.applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(migrations.count)")
      return .commit
    }
  }

  /// Makes the table of the applied migrations, if it is not there yet.
  static func makeMigrationTable(_ database: GRDB.Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS migration (
          name TEXT PRIMARY KEY,
          sql TEXT NOT NULL,
          applied_at INTEGER NOT NULL
        ) STRICT
        """)
  }

  /// Refuses a file that lacks a migration.
  func check(_ database: GRDB.Database) throws {
    if let missing = try pending(database).first {
      guard try isOurs(database) else { throw StoreError.foreign(path: path) }
      throw StoreError.older(path: path, migration: missing.name)
    }
  }

  /// SQLite does not wait for the lock that this takes, so it is tried until the time-out is over.
  private func keepWriteAheadLog(_ database: GRDB.Database) throws {
    let deadline = ContinuousClock.now + busyTimeout
    while true {
      do {
        return try database.execute(sql: "PRAGMA journal_mode = WAL")
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline
      {
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
  }

  /// The migrations that the file lacks.
  private func pending(_ database: GRDB.Database) throws -> ArraySlice<Migrations.Migration> {
    guard try isOurs(database) else {
      let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
      guard isEmpty else { throw StoreError.foreign(path: path) }
      return migrations[...]
    }
    let applied = try Row.fetchAll(database, sql: "SELECT name, sql FROM migration ORDER BY name")
    for (index, row) in applied.enumerated() {
      let name: String = row["name"]
      guard index < migrations.count else {
        throw StoreError.newer(path: path, migration: name)
      }
      guard migrations[index] == Migrations.Migration(name: name, sql: row["sql"]) else {
        throw StoreError.changedMigration(path: path, migration: name)
      }
    }
    return migrations[applied.count...]
  }

  private func isOurs(_ database: GRDB.Database) throws -> Bool {
    try Int.fetchOne(database, sql: "PRAGMA application_id") == Database.applicationID
  }
}
