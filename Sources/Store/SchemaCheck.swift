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

  /// The check by the program's own migrations, which are applied once to find out what they make:
  /// that takes longer than all else that a check does.
  private static let own = Result { try SchemaCheck() }

  /// The check by the program's own migrations.
  static func prepared() throws -> SchemaCheck { try own.get() }

  private init() throws {
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
    let differences = try SchemaCheck.prepared().differences(database)
    guard differences.isEmpty else {
      throw StoreError.otherSchema(path: path, differences: differences.map(\.description))
    }
  }
}

extension Database {
  /// Reads and writes like `write`, where the schema of the file is the one that the migrations
  /// make.
  ///
  /// The schema is looked at within the transaction, so that it is the one that is read and written
  /// by; what it has to be is found out before, for others wait meanwhile.
  ///
  /// - Parameters:
  ///   - operation: What is being done, for the error message, such as "decide".
  ///   - body: Reads and writes.
  /// - Returns: What `body` returns.
  /// - Throws: A `StoreError`, `otherSchema` among them; nothing was written then.
  public func writeBySchema<Value: Sendable>(
    to operation: String, _ body: @Sendable (Writer) throws -> Value
  ) throws(StoreError) -> Value {
    do {
      _ = try SchemaCheck.prepared()
    } catch {
      throw StoreError.translating(error, path: path, operation: operation)
    }
    return try write(to: operation) { writer in
      try writer.reader.checkSchema()
      return try body(writer)
    }
  }
}
