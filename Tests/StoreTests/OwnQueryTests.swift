import Foundation
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct OwnQueryTests {
  let folder: TemporaryFolder
  let database: Database

  init() throws {
    folder = try TemporaryFolder()
    database = try Database(path: folder.path("analyze.db"), mode: .create)
  }

  private func run(
    _ sql: String, target: String? = "app", timeLimit: Duration = .seconds(10)
  ) throws(OwnQueryError) -> Table {
    let window = TimeWindow(
      from: Timestamp(millisecondsSince1970: 5), to: Timestamp(millisecondsSince1970: 7))
    return try OwnQuery(sql: sql, timeLimit: timeLimit).run(
      on: database, OwnQuery.Arguments(target: target, window: window))
  }

  @Test func `a query gets the values of the parameters that it uses`() throws {
    #expect(
      try run("SELECT :target AS a, :from AS b, :to AS c, 1.5 AS d, x'00' AS e, NULL AS f;")
        == Table(
          columns: ["a", "b", "c", "d", "e", "f"],
          rows: [
            [.text("app"), .integer(5), .integer(7), .real(1.5), .text("(binary)"), .null]
          ]))
    #expect(try run("SELECT :target, 'from :here'", target: nil).rows[0][0] == .null)
    #expect(try run("VALUES (1), (2) -- and no more\n;").rows.count == 2)
    #expect(try run("SELECT value FROM json_each('[1, 2]')").rows.count == 2)
    #expect(try run("WITH a AS (SELECT 1) SELECT * FROM a").rows == [[.integer(1)]])
  }

  @Test(
    arguments: [
      "INSERT INTO target VALUES (1, 'a', 'b', 'c', 'd')", "UPDATE target SET name = 'x'",
      "DELETE FROM target", "DROP TABLE target", "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)",
      "ATTACH ':memory:' AS x", "DETACH main", "PRAGMA user_version = 9", "PRAGMA user_version",
      "PRAGMA writable_schema = ON", "VACUUM", "VACUUM INTO 'copy.db'", "REINDEX", "ANALYZE",
      "BEGIN", "COMMIT", "SAVEPOINT x", "SELECT load_extension('/tmp/x.so')",
      "EXPLAIN DELETE FROM target", "WITH a AS (SELECT 1) DELETE FROM target",
      "SELECT * FROM pragma_user_version",
    ])
  func `nothing but reading is possible`(sql: String) throws {
    let before = try Data(contentsOf: URL(filePath: database.path))
    #expect(throws: OwnQueryError.self) { try run(sql) }
    #expect(try Data(contentsOf: URL(filePath: database.path)) == before)
    #expect(FileManager.default.fileExists(atPath: "copy.db") == false)
  }

  @Test(
    arguments: [
      ("", .empty), ("  -- nothing\n /* at all */ ", .empty), ("SELECT 1; SELECT 2", .several),
      ("SELECT 1; nonsense", .several), ("SELECT ?", .unknownParameter("?")),
      ("SELECT @target", .unknownParameter("@target")), ("SELECT :to_", .unknownParameter(":to_")),
      ("SELEC 1", .failed("near \"SELEC\": syntax error")),
      ("SELECT zeroblob(100000000)", .failed("string or blob too big")),
    ] as [(String, OwnQueryError)])
  func `a text that is no query is refused with its reason`(
    sql: String, reason: OwnQueryError
  ) throws {
    #expect(throws: reason) { try run(sql) }
  }

  @Test func `a query ends with its time or its rows`() throws {
    let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
    #expect(throws: OwnQueryError.timeLimit(.milliseconds(50))) {
      try run("\(numbers) max(i) FROM n", timeLimit: .milliseconds(50))
    }
    #expect(throws: OwnQueryError.tooManyRows) {
      try run("\(numbers) i FROM n", timeLimit: .seconds(60))
    }
  }
}
