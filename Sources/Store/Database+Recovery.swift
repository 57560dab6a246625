import Foundation
import GRDB
import Ledger
import Migrations

/// What could be saved of a damaged file.
public struct Recovery: Sendable {
  /// What became of one table.
  public struct Table: Sendable {
    /// Its name.
    public let name: String
    /// How many rows were saved.
    public let rows: Int
    /// What could not be read, each in a few words.
    public let losses: [String]
  }

  /// What is wrong with the file as a whole, each in a sentence; none where only parts of it are
  /// damaged.
  public let findings: [String]
  /// The tables, the ledger first.
  public let tables: [Table]
  /// How many intervals were left out because counts of theirs are lost.
  public let intervalsLeftOut: Int
  /// Whether the ledger that was saved fits.
  public let ledger: Result<LedgerVerifier.Summary, LedgerFault>

  /// Whether everything was saved.
  public var isComplete: Bool {
    guard case .success = ledger else { return false }
    return intervalsLeftOut == 0 && tables.allSatisfy(\.losses.isEmpty)
  }
}

extension Database {
  /// Saved before the others; intervals come before the counts that refer to them.
  private static let firstTables = [
    "ledger_entry", "target", "version", "weight_state", "weight", "blind_spot", "collection",
    "decision", "series", "interval",
  ]

  /// The tables in the order in which they are saved, and the first column of the primary key, by
  /// which each is read in parts.
  private static func tables(_ database: GRDB.Database) throws -> [(name: String, key: Key)] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT tables.name AS name, columns.name AS key, columns.type = 'INTEGER' AS is_number,
          (SELECT count(*) FROM pragma_table_info(tables.name) WHERE pk > 0) = 1 AS is_unique
        FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          AND tables.name NOT IN ('migration', 'hourly_count') AND columns.pk = 1
        ORDER BY tables.name
        """)
    return rows.map { row in
      let name: String = row["name"]
      return (
        name, Key(column: row["key"], isNumber: row["is_number"], isUnique: row["is_unique"])
      )
    }.sorted { rank($0.name) < rank($1.name) }
  }

  private static func rank(_ table: String) -> (Int, String) {
    (firstTables.firstIndex(of: table) ?? firstTables.count, table)
  }

  /// Copies what can be read of a damaged file into a new one, also of one that ends early or whose
  /// first 100 bytes are damaged.
  ///
  /// An interval of which counts are lost is left out: a gap is honest, a count that is too low is
  /// not.
  ///
  /// - Parameters:
  ///   - damaged: The damaged file; it is not changed.
  ///   - destination: The new file.
  /// - Returns: What was saved, and what was not.
  /// - Throws: A `StoreError`, `unrecoverable` if nothing can be read; there is no new file then.
  public static func recover(
    _ damaged: String, to destination: String
  ) throws(StoreError) -> Recovery {
    try checkFile(at: damaged, mode: .readOnly)
    guard FileStamp(path: destination) == nil else { throw .exists(path: destination) }
    let partial = destination + ".partial-\(getpid())"
    let mended = destination + ".mended-\(getpid())"
    defer {
      for path in [partial, mended] {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
      }
    }
    do {
      let file = try DamagedFile.open(damaged, copyPath: mended)
      guard file.tables.contains("target") || !file.isSchemaComplete else {
        throw StoreError.foreign(path: damaged)
      }
      try makeFile(at: partial)
      var writing = GRDB.Configuration()
      writing.foreignKeysEnabled = false
      let copy = try DatabaseQueue(path: partial, configuration: writing)
      let recovery = try file.queue.inDatabase { source in
        try copy.writeWithoutTransaction { copy in
          let migrator = Migrator(
            path: partial, migrations: Migrations.all, busyTimeout: .seconds(10))
          try migrator.migrate(copy)
          return try recover(source, file, to: copy, path: partial)
        }
      }
      try file.queue.close()
      try copy.close()
      try renameToNew(partial, destination)
      return recovery
    } catch {
      throw StoreError.translating(error, path: damaged, operation: "recover the database")
    }
  }

  private static func recover(
    _ source: GRDB.Database, _ file: DamagedFile, to copy: GRDB.Database, path: String
  ) throws -> Recovery {
    var tables: [Recovery.Table] = []
    var intervalsLeftOut = 0
    try copy.inTransaction {
      // Those of the counts stay: they sum them by the hour.
      let triggers = try Row.fetchAll(
        copy,
        sql: """
          SELECT name, sql FROM sqlite_schema
          WHERE type = 'trigger' AND tbl_name NOT IN ('observation', 'interval')
          """)
      for row in triggers { try copy.execute(sql: "DROP TRIGGER \(row["name"] as String)") }
      for (name, key) in try Self.tables(copy) {
        guard file.tables.contains(name) else {
          // An older file lacks tables that came later.
          guard !file.isSchemaComplete else { continue }
          let losses = ["all: the schema that names it is damaged"]
          tables.append(Recovery.Table(name: name, rows: 0, losses: losses))
          if name == "observation" { intervalsLeftOut += try leaveOut([0...Int64.max], copy) }
          continue
        }
        // An entry of the ledger is kept as it is, also where it makes no sense: that is evidence.
        try copy.execute(
          sql: "PRAGMA ignore_check_constraints = \(name == "ledger_entry" ? "ON" : "OFF")")
        let result = try TableRescue(table: name, key: key, source: source, copy: copy).run()
        tables.append(result.table)
        if key.column == "interval_id" { intervalsLeftOut += try leaveOut(result.lostKeys, copy) }
      }
      for table in ["observation", "custom_observation"] {
        try copy.execute(
          sql: "DELETE FROM \(table) WHERE interval_id NOT IN (SELECT id FROM interval)")
      }
      for row in triggers { try copy.execute(sql: row["sql"]) }
      // Not where something else stands in its place: rows are not chained anew unseen.
      if file.isSchemaComplete {
        let writer = Writer(database: copy, path: path)
        let hasLedger = try Bool.fetchOne(
          source, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'ledger_entry')")
        if hasLedger == false {
          try writer.adoptFacts()
        } else if try isFromBeforeEarlierReadings(source, tables: file.tables) {
          try writer.adoptFacts(of: [.earlierReading])
        }
      }
      return .commit
    }
    try copy.execute(sql: "PRAGMA journal_mode = DELETE")
    return Recovery(
      findings: file.findings, tables: tables, intervalsLeftOut: intervalsLeftOut,
      ledger: try Reader(database: copy, path: path).verifyLedger())
  }

  /// Whether an earlier program wrote the file, which did not record readings that date weights back.
  private static func isFromBeforeEarlierReadings(
    _ source: GRDB.Database, tables: Set<String>
  ) throws -> Bool {
    guard tables.contains("migration") else { return false }
    do {
      return try Bool.fetchOne(
        source, sql: "SELECT NOT EXISTS (SELECT 1 FROM migration WHERE name = ?)",
        arguments: [Migrator.earlierReadingMigration]) ?? false
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      return false
    }
  }

  /// Removes intervals of which counts are lost.
  private static func leaveOut(
    _ lost: [ClosedRange<Int64>], _ copy: GRDB.Database
  ) throws -> Int {
    var count = 0
    for range in lost {
      try copy.execute(
        sql: "DELETE FROM interval WHERE id BETWEEN ? AND ?",
        arguments: [range.lowerBound, range.upperBound])
      count += copy.changesCount
    }
    return count
  }
}
