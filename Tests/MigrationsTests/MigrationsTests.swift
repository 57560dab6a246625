import Foundation
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct MigrationsTests {
  static let folder = Checkout.root.appending(path: "migrations")

  static func fileNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".sql") }.sorted()
  }

  @Test func `what is embedded is what the folder holds`() throws {
    let files = try Self.fileNames().map { name in
      Migrations.Migration(
        name: String(name.dropLast(".sql".count)),
        sql: try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8))
    }
    #expect(Migrations.all == files)
    #expect(!files.isEmpty)
  }

  @Test func `names are numbered from 1 without gaps`() throws {
    let names = try Self.fileNames()
    for (index, name) in names.enumerated() {
      #expect(name.wholeMatch(of: /[0-9]{4}_[a-z0-9_]+\.sql/) != nil)
      #expect(Int(name.prefix(4)) == index + 1)
    }
  }

  @Test func `each script begins with a comment that says what it is for`() {
    for migration in Migrations.all {
      #expect(migration.sql.hasPrefix("-- "), "\(migration.name)")
    }
  }
}

@Suite struct SchemaTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
    _ = try Database(path: path, mode: .create)
  }

  private func lines(_ sql: String) async throws -> [String] {
    try await Shell.run("sqlite3", "-readonly", path, sql).split(separator: "\n").map(String.init)
  }

  @Test func `the schema is as recorded`() async throws {
    // By table and not by migration: how the schema came about does not matter here.
    let schema = try await Shell.run(
      "sqlite3", "-readonly", path,
      """
      SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL
      ORDER BY type = 'view', tbl_name, type <> 'table', name
      """)
    try expect(schema, matchesSnapshot: "schema.sql")
  }

  @Test func `all tables are strict`() async throws {
    let tables = try await lines(
      "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    #expect(tables.filter { !$0.hasSuffix("|1") } == [])
    #expect(tables.contains("decision|1"))
  }

  @Test func `the file is sound`() async throws {
    #expect(try await lines("PRAGMA integrity_check") == ["ok"])
    #expect(try await lines("PRAGMA foreign_key_check") == [])
  }

  @Test func `every foreign key refers to a table that exists`() async throws {
    let missing = try await lines(
      """
      SELECT child.name, key."table"
      FROM pragma_table_list AS child, pragma_foreign_key_list(child.name) AS key
      WHERE key."table" NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table')
      """)
    #expect(missing == [])
  }

  @Test func `every view can be read`() async throws {
    let views = try await lines("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    #expect(views.contains("weight_span"))
    for view in views {
      let rows = try await lines("SELECT count(*) FROM \(view)")
      #expect(rows == [view == "error_response" ? "2" : "0"], "\(view)")
    }
  }

  @Test func `what the program applied is kept word by word`() throws {
    let database = try Database(path: path, mode: .readOnly)
    let table = try database.read(to: "read the migrations") { reader in
      try reader.table(
        sql: "SELECT name, sql FROM migration ORDER BY name", target: "",
        window: TimeWindow(
          from: Timestamp(secondsSince1970: 0), to: Timestamp(secondsSince1970: 0)))
    }
    #expect(
      table.rows
        == Migrations.all.map { [Table.Value.text($0.name), Table.Value.text($0.sql)] })
  }
}
