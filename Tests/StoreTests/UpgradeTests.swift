import Foundation
import Ledger
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// Databases as earlier programs wrote them, kept as SQL text.
@Suite struct UpgradeTests {
  static let fixtures = Checkout.root.appending(path: "Tests/StoreTests/Fixtures")

  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
  }

  private func load(_ fixture: String) async throws {
    let text = try String(contentsOf: Self.fixtures.appending(path: fixture), encoding: .utf8)
    _ = try await Shell.run("sqlite3", path, input: text)
  }

  private func rows(_ sql: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, sql).split(separator: "\n").map(String.init)
  }

  /// Every schema that was released, and how many entries its ledger has once it is migrated.
  static let entries = [1: 0, 2: 5, 3: 9, 4: 9, 5: 14, 6: 15, 7: 15, 8: 15, 9: 14]

  @Test func `there is a database of every schema up to the last that was released`() throws {
    let fixtures = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)
    #expect(Set(fixtures) == Set(Self.entries.keys.map { "schema-\($0).sql" }))
    #expect(Self.entries.keys.sorted() == Array(1...Self.entries.count))
    #expect(Self.entries.count < Migrations.all.count)
  }

  @Test(arguments: entries.sorted { $0.key < $1.key })
  func `a database of an earlier schema is migrated, keeps every row, and fits its ledger`(
    schema: Int, entries: Int
  ) async throws {
    try await load("schema-\(schema).sql")
    #expect(
      try await rows("SELECT name FROM migration ORDER BY name")
        == Migrations.all.prefix(schema).map(\.name))
    let queries = try await rows(
      """
      SELECT 'SELECT ''' || tables.name || ''', ' || group_concat('quote(' || columns.name || ')')
        || ' FROM ' || tables.name || ' ORDER BY 2, 3;'
      FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
      WHERE tables.type = 'table' AND tables.name NOT IN ('migration', 'ledger_entry')
      GROUP BY tables.name ORDER BY tables.name
      """
    ).joined()
    let before = try await rows(queries)
    let chained = schema < 6 ? [] : try await rows("SELECT * FROM ledger_entry")
    #expect(before.contains { $0.hasPrefix("target|") })
    #expect(before.contains { $0.hasPrefix("decision|") } == (schema >= 4))
    #expect(chained.isEmpty == (schema < 6))
    #expect(throws: StoreError.self) { _ = try Database(path: path, mode: .readOnly) }
    let database = try Database(path: path, mode: .readWrite)
    #expect(try await rows(queries) == before)
    #expect(try await rows("SELECT * FROM ledger_entry").starts(with: chained))
    let ledger = try database.read(to: "verify") { try $0.verifyLedger() }.get()
    #expect(ledger.entries == entries)
    #expect(try await rows("PRAGMA integrity_check; PRAGMA foreign_key_check") == ["ok"])
    let backup = try database.backUp(to: folder.path("copy.db"))
    #expect(backup.ledger.entries == entries)
  }

  @Test(arguments: entries.sorted { $0.key < $1.key })
  func `a whole database of an earlier schema is saved as one of the present schema`(
    schema: Int, entries: Int
  ) async throws {
    try await load("schema-\(schema).sql")
    let recovery = try Database.recover(path, to: folder.path("saved.db"))
    #expect(recovery.isComplete)
    #expect(try recovery.ledger.get().entries == entries)
  }

  @Test func `what was there before the ledger is adopted in the order of time`() async throws {
    try await load("schema-4.sql")
    _ = try Database(path: path, mode: .readWrite)
    #expect(
      try await rows("SELECT kind, fact_id FROM ledger_entry ORDER BY sequence") == [
        "adoption|", "weightChange|1", "correction|1", "weightChange|2", "weightChange|3",
        "policyChange|1", "decision|1", "decision|2", "decision|3",
      ])
  }

  @Test func `readings that date weights back are adopted after the ledger that was there`()
    async throws
  {
    try await load("schema-8.sql")
    let count = try await rows("SELECT count(*) FROM ledger_entry")
    _ = try Database(path: path, mode: .readWrite)
    #expect(
      try await rows(
        "SELECT kind, content ->> '$.earlierReading' FROM ledger_entry WHERE sequence > \(count[0])"
      )
        == ["adoption|1", "earlierReading|"])
  }

  @Test func `an older database can be written, backed up and pruned after it was migrated`()
    async throws
  {
    try await load("schema-4.sql")
    let database = try Database(path: path, mode: .readWrite)
    try database.write(to: "record the weights") {
      _ = try $0.record(
        state(canary: 100, generation: 4), of: 1, observedAt: at(900), toolVersion: "test")
    }
    let backup = try database.backUp(to: folder.path("copy.db"))
    #expect(backup.ledger.entries == 10)
    var outcome = PruneOutcome()
    try await database.prune(1, upTo: at(7200), &outcome)
    #expect(outcome.hoursKept == [.incomplete: 1])
  }
}
