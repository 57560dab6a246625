import Foundation
import TestSupport
import Testing

@Suite(.replaysDecisions) struct GateWaitTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private var path: String { folder.path("analyze.db") }

  private func decisions() async throws -> String {
    try await Shell.run("sqlite3", path, "SELECT verdict FROM decision")
  }

  /// A gate that waits, and has said once that nothing is decided yet.
  private func waitingGate(_ patience: String) async throws -> (Process, firstLine: String) {
    let process = try program.start(["gate", "--wait", patience, "--now", "2026-11-24T08:30:45Z"])
    let errors = try #require(process.standardError as? Pipe)
    let line = try await blocking {
      var line = Data()
      while let byte = try errors.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
        line += byte
      }
      return String(decoding: line, as: UTF8.self)
    }
    return (process, line)
  }

  @Test func `what is decided already is answered at once`() async throws {
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: path)
    let outcome = try await program.run("gate", "--wait", "1d", "--now", "2026-11-24T08:30:45Z")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "")
    #expect(try await decisions() == "block\n")
  }

  @Test func `it looks again when a collector writes, and stores what it said first and last`()
    async throws
  {
    try SampleDatabase(end: SampleDatabase.time("08:26:00")).write(to: path)
    let (process, line) = try await waitingGate("1d")
    #expect(line.hasPrefix("analyze: app-backend: hold, not decided yet: errors; about "))
    #expect(line.hasSuffix(" at the present rate) to decide"))
    try SampleDatabase(
      canaryErrorsInThousand: 300, begin: SampleDatabase.time("08:26:00")
    ).write(to: path)
    let outcome = AnalyzeProgram.outcome(of: process)
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("BLOCK: v2 is shown to be worse than the policy allows: "))
    #expect(try await decisions() == "hold\nblock\n")
  }

  @Test func `when the time is up it holds, with the newest figures`() async throws {
    try SampleDatabase().write(to: path)
    let outcome = try await program.run("gate", "--wait", "1s", "--now", "2026-11-24T08:30:45Z")
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("It takes about 52,287 more requests (43m35s at the present"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try await decisions() == "hold\nhold\n")
  }

  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func `a signal ends it with the signal's status; what it said first stays on record`(
    signal: Int32, status: Int32
  ) async throws {
    try SampleDatabase().write(to: path)
    let (process, _) = try await waitingGate("1d")
    kill(process.processIdentifier, signal)
    let outcome = AnalyzeProgram.outcome(of: process)
    #expect(outcome.status == status)
    #expect(outcome.output == "")
    #expect(try await decisions() == "hold\n")
  }

  @Test func `what is to come cannot be asked as of a moment`() async throws {
    let outcome = try await program.run("gate", "--wait", "1m", "--until", "1h")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix(
        "Error: --wait looks at what is yet to come: it does not go with --until\n"))
  }
}
