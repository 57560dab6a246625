import Foundation
import TestSupport
import Testing

/// Queries of the user's, and overviews.
@Suite struct OwnReportTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func answer(_ sql: String, _ arguments: String...) async throws -> AnalyzeProgram.Outcome
  {
    try SampleDatabase().write(to: folder.path("analyze.db"))
    try folder.write(sql, to: "busy.sql")
    return try await program.run(
      ["report", "--query", "busy.sql", "--now", "2026-11-24T08:30:45Z"] + arguments)
  }

  private static let busy = """
    SELECT version.name AS version, sum(requests) AS requests, min(start_at) AS first_at
    FROM response JOIN version ON version.id = version_id
    WHERE end_at > :from AND end_at <= :to GROUP BY version ORDER BY version
    """

  @Test(
    arguments: [
      ("text", "requests"), ("json", "\"requests\": 28800"), ("markdown", "| 28800 |"),
      ("html", "data-label=\"requests\" class=\"number\">28800</td>"),
      (
        "csv",
        "version,requests,first_at\r\nv1,28800,2026-11-24T08:00:00Z\r\nv2,7200,2026-11-24T08:10:00Z"
      ),
    ] as [(String, String)])
  func `a query is answered in every form`(format: String, part: String) async throws {
    let outcome = try await answer(Self.busy, "--format", format)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains(part))
  }

  @Test(
    arguments: [
      ("text", "  inf\n"), ("json", "\"bound\": null"), ("markdown", "| inf |"),
      ("html", ">inf</td>"), ("csv", "bound\r\ninf"),
    ])
  func `an infinite figure is inf, and null in JSON`(format: String, part: String) async throws {
    let outcome = try await answer("SELECT 9e999 AS bound", "--format", format)
    #expect(outcome.output.contains(part), "\(outcome.output)")
  }

  @Test(arguments: ["text", "json", "markdown", "html", "csv"])
  func `the answer to a query is as recorded`(format: String) async throws {
    try expect(
      try await answer(Self.busy, "--format", format).output, matchesSnapshot: "query.\(format)")
  }

  @Test(
    arguments: [
      ("DELETE FROM interval", "only reading is possible; write one SELECT"),
      ("PRAGMA user_version = 3", "only reading is possible; write one SELECT"),
      ("ATTACH 'other.db' AS other", "only reading is possible; write one SELECT"),
      ("SELECT load_extension('x')", "only reading is possible; write one SELECT"),
      ("SELECT 1; SELECT 2", "it holds more than one statement; write one SELECT"),
      ("-- nothing", "it holds no query; write one SELECT"),
      ("SELECT :whom", "it uses the parameter :whom; there are :target, :from and :to"),
      (
        "SELECT 1 AS a, 2 AS a", "two of its columns are called \"a\"; tell them apart with AS"
      ),
      ("SELECT * FROM nowhere", "no such table: nowhere"),
    ] as [(String, String)])
  func `a query that does anything but read is refused`(sql: String, reason: String) async throws {
    let outcome = try await answer(sql)
    #expect(outcome.status == 64)
    #expect(outcome.errors == "analyze: cannot run the query busy.sql: \(reason)\n")
    #expect(outcome.output == "")
  }

  @Test func `a query that does not end is ended`() async throws {
    let outcome = try await answer(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
      "--time-limit", "1s")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        analyze: cannot run the query busy.sql: it ran for longer than 1s; allow more with \
        --time-limit, or ask for less

        """)
  }

  @Test func `a query that is not there is named`() async throws {
    let outcome = try await program.run("report", "--query", "no.sql")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors == """
        analyze: cannot read the query no.sql: no such file, or no readable text; check --query

        """)
  }

  private func overview(_ arguments: String...) async throws -> String {
    try SampleDatabase().write(to: folder.path("east.db"))
    try SampleDatabase(targetName: "checkout").write(to: folder.path("east.db"))
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("west.db"))
    let outcome = try await program.run(
      ["report", "--now", "2026-11-24T08:30:45Z"] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return outcome.output
  }

  @Test(
    arguments: [
      ("text", "overview.txt"), ("csv", "overview.csv"), ("markdown", "overview.md"),
      ("html", "overview.html"), ("json", "overview.json"),
    ] as [(String, String)])
  func `several databases make an overview`(format: String, file: String) async throws {
    try expect(
      try await overview(
        "--database", "east.db", "--database", "west.db", "--format", format),
      matchesSnapshot: file)
  }

  @Test func `a database that cannot be read is a line, and the others are shown`() async throws {
    try SampleDatabase().write(to: folder.path("east.db"))
    for format in ["text", "json"] {
      let outcome = try await program.run(
        "report", "--now", "2026-11-24T08:30:45Z", "--database", "east.db", "--database",
        "missing.db", "--format", format)
      #expect(outcome.status == 3)
      #expect(outcome.errors.hasPrefix("analyze: cannot open missing.db"))
      #expect(outcome.output.contains("app-backend"))
      #expect(outcome.output.contains("missing.db"))
    }
  }

  @Test func `where no database can be read, there is no overview`() async throws {
    let outcome = try await program.run(
      "report", "--database", "east.db", "--database", "missing.db")
    #expect(outcome.status == 3)
    #expect(outcome.output == "")
  }

  @Test func `several targets make an overview, and one that is named a report`() async throws {
    let text = try await overview("--database", "east.db")
    #expect(text.contains("app-backend  HOLD") && text.contains("checkout     HOLD"))
    #expect(
      try await overview("--database", "east.db", "--target", "checkout").contains("Weights\n"))
    #expect(
      try await overview("--database", "west.db", "--overview").contains("BLOCK"))
  }

  @Test func `only a report takes several databases`() async throws {
    let outcome = try await program.run("gate", "--database", "a.db", "--database", "b.db")
    #expect(outcome.status == 64)
    #expect(outcome.errors == "analyze: --database is given 2 times; name one file\n")
  }
}
