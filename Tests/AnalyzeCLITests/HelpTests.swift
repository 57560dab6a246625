import TestSupport
import Testing

@Suite struct HelpTests {
  @Test(arguments: [
    "", "collect", "report", "watch", "gate", "plan", "calibrate", "override", "audit",
    "audit timeline",
    "audit show", "audit verify", "audit replay", "audit outcomes", "export", "doctor", "database",
    "database migrate", "database backup", "database prune", "database statistics",
    "database recover",
  ])
  func `the help of every command is as recorded`(command: String) async throws {
    let folder = try TemporaryFolder()
    let arguments = command.split(separator: " ").map(String.init) + ["--help"]
    let outcome = try await AnalyzeProgram(in: folder.url).run(arguments)
    #expect(outcome.status == 0)
    let name = command.isEmpty ? "analyze" : command.replacing(" ", with: "-")
    try expect(outcome.output, matchesSnapshot: "help-\(name).txt")
  }

  @Test func `the version is told`() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await AnalyzeProgram(in: folder.url).run("--version")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("analyze "))
  }
}
