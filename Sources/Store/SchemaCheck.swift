import Foundation
import GRDB
import Migrations

/// Compares the schema of a file with the one that the migrations make.
///
/// The rows prove nothing where a view of another meaning stands before them, or where the triggers
/// that protect them are gone.
struct SchemaCheck {
  /// One thing in which the schema is another, such as "view override was altered".
  struct Difference: Equatable, CustomStringConvertible {
    let type: String
    let name: String
    let finding: String

    var description: String { "\(type) \(name) \(finding)" }
  }

  /// A table, index, view or trigger.
  private struct Object: Hashable {
    let type: String
    let name: String

    /// What others depend on comes first.
    var rank: (Int, String) {
      (["table", "view", "trigger"].firstIndex(of: type) ?? 3, name)
    }
  }

  private let expected: [Object: [Data]]

  /// The schema that the program's own migrations make.
  init() throws {
    let queue = try DatabaseQueue()
    expected = try queue.inDatabase { database in
      try Migrator.makeMigrationTable(database)
      for migration in Migrations.all { try database.execute(sql: migration.sql) }
      return try Self.objects(database)
    }
    try queue.close()
  }

  /// In what the schema of a file is another one; empty if it is the same.
  func differences(_ database: GRDB.Database) throws -> [Difference] {
    let found = try Self.objects(database)
    return Set(expected.keys).union(found.keys).sorted { $0.rank < $1.rank }
      .compactMap { object in
        let finding: String? =
          switch (expected[object], found[object]) {
          case (_, nil): "is missing"
          case (nil, _): "was added"
          case (let expected, let found): expected == found ? nil : "was altered"
          }
        return finding.map { Difference(type: object.type, name: object.name, finding: $0) }
      }
  }

  /// The definitions byte for byte, without what SQLite notes for its own planning.
  private static func objects(_ database: GRDB.Database) throws -> [Object: [Data]] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT coalesce(type, '') AS type, coalesce(name, '') AS name,
          CAST(coalesce(tbl_name, '') || char(10) || coalesce(sql, '') AS BLOB) AS definition
        FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'
        """)
    return Dictionary(grouping: rows) { Object(type: $0["type"], name: $0["name"]) }
      .mapValues { $0.map { $0["definition"] } }
  }
}

extension Reader {
  /// Refuses a file whose schema is not the one that the migrations make.
  ///
  /// - Throws: `StoreError.otherSchema` that says what differs.
  public func checkSchema() throws {
    let differences = try SchemaCheck().differences(database)
    guard differences.isEmpty else {
      throw StoreError.otherSchema(path: path, differences: differences.map(\.description))
    }
  }
}
