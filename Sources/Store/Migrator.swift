import GRDB
import Migrations

/// Brings a file's schema up to date, and refuses files whose schema it does not know.
///
/// The text of every applied migration is kept in the file, so that one that was changed afterwards
/// is noticed; GRDB's own migrator keeps names only.
struct Migrator {
  let path: String
  let migrations: [Migrations.Migration]

  /// Applies what is missing, in one transaction.
  func migrate(_ database: GRDB.Database) throws {
    // A foreign file must stay as it is: look before the first write, even of the journal mode.
    _ = try pending(database)
    try database.execute(sql: "PRAGMA journal_mode = WAL")
    try database.inTransaction(.immediate) {
      let pending = try pending(database)
      guard !pending.isEmpty else { return .commit }
      try database.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS migration (
            name TEXT PRIMARY KEY,
            sql TEXT NOT NULL,
            applied_at INTEGER NOT NULL
          ) STRICT
          """)
      for migration in pending {
        try database.execute(sql: migration.sql)
        try database.execute(
          sql: "INSERT INTO migration (name, sql, applied_at) VALUES (?, ?, unixepoch() * 1000)",
          arguments: [migration.name, migration.sql])
      }
      try database.execute(sql: "PRAGMA application_id = \(Database.applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(migrations.count)")
      return .commit
    }
  }

  /// Refuses a file that lacks a migration.
  func check(_ database: GRDB.Database) throws {
    if let missing = try pending(database).first {
      guard try isOurs(database) else { throw StoreError.foreign(path: path) }
      throw StoreError.older(path: path, migration: missing.name)
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
