import Foundation
import TestSupport
import Testing

/// Every form of a report, byte for byte, from one fixed database.
@Suite struct ReportFormatTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func report(_ arguments: String...) async throws -> String {
    try await PicturesDatabase().write(to: folder.path("analyze.db"))
    let outcome = try await program.run(["report", "--now", PicturesDatabase.now] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return outcome.output
  }

  @Test(
    arguments: [
      ("text", "pictures.txt"), ("json", "pictures.json"), ("markdown", "pictures.md"),
      ("html", "pictures.html"), ("csv", "pictures.csv"),
    ] as [(String, String)])
  func `a report is as recorded in every form`(format: String, file: String) async throws {
    try expect(try await report("--format", format), matchesSnapshot: file)
  }

  @Test func `a section alone is a table of its own`() async throws {
    let text = try await report("--format", "csv", "--section", "weights")
    #expect(text.hasPrefix("target,weight_state_id,version,weight,share,from_at,"))
    #expect(text.split(separator: "\r\n").count == 7)
    #expect(text.hasSuffix("\r\n"))
  }

  @Test func `a section that does not exist is named with those that do`() async throws {
    try await PicturesDatabase().write(to: folder.path("analyze.db"))
    let outcome = try await program.run(
      "report", "--now", PicturesDatabase.now, "--format", "csv", "--section", "weather")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix(
        "analyze: there is no section \"weather\"; there is verdict, checks, differences, evidence")
    )
  }

  @Test func `an hour without data has a page too`() async throws {
    try await PicturesDatabase().write(to: folder.path("analyze.db"))
    for format in ["html", "markdown", "csv", "json"] {
      let outcome = try await program.run(
        "report", "--until", "2026-11-20T00:00:00Z", "--format", format)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      #expect(!outcome.output.isEmpty)
    }
  }

  @Test(arguments: [40, 60, 80, 100])
  func `lines are no longer than the terminal is wide`(columns: Int) async throws {
    let text = try await program(columns: columns, "report")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
    #expect(text.hasPrefix("BLOCK: "))
  }

  private func program(columns: Int, _ arguments: String...) async throws -> String {
    try await PicturesDatabase().write(to: folder.path("analyze.db"))
    var program = program
    program.environment = ["COLUMNS": "\(columns)"]
    return try await program.run(arguments + ["--now", PicturesDatabase.now]).output
  }
}
