import Foundation
import Store
import TestSupport
import Testing

/// `analyze watch` on a terminal.
@Suite struct WatchCommandTests {
  private static let entering = "\u{1B}[?1049h\u{1B}[?25l"
  private static let leaving = "\u{1B}[?25h\u{1B}[?1049l"

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var path: String { folder.path("analyze.db") }

  private var command: [String] {
    [AnalyzeProgram.executable.path, "watch", "--database", path, "--now", "2026-11-24T08:30:30Z"]
  }

  private func terminal(columns: Int = 90, rows: Int = 24) throws -> PseudoTerminal {
    try PseudoTerminal(columns: columns, rows: rows, command)
  }

  @Test func `it draws at once, redraws when a collector writes, and q ends it`() async throws {
    try SampleDatabase(end: SampleDatabase.time("08:26:00")).write(to: path)
    let terminal = try terminal()
    let first = try await terminal.wait(for: "q ends")
    #expect(first.hasPrefix(Self.entering))
    #expect(first.contains("\u{1B}[33mHOLD\u{1B}[0m: not decided yet: errors"))
    #expect(first.contains("newest data 4m30s ago"))
    try SampleDatabase(
      canaryErrorsInThousand: 300, begin: SampleDatabase.time("08:26:00")
    ).write(to: path)
    let next = try await terminal.wait(for: "BLOCK")
    #expect(!next.contains("\u{1B}[2J"))
    try terminal.press(UInt8(ascii: "q"))
    let end = try await terminal.end()
    #expect(end.hasSuffix("\(Self.leaving)(status 0, echo on)"))
    let decisions = try await Shell.run("sqlite3", path, "SELECT count(*) FROM decision")
    #expect(decisions == "0\n")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int)])
  func `a signal ends it with the signal's status, and the terminal is as it was`(
    signal: Int32, status: Int
  ) async throws {
    try SampleDatabase().write(to: path)
    let terminal = try terminal()
    try await terminal.wait(for: "q ends")
    try terminal.send(signal: signal)
    #expect(try await terminal.end().hasSuffix("\(Self.leaving)(status \(status), echo on)"))
  }

  @Test func `Ctrl-C ends it, and quitting by the keyboard leaves the terminal as it was`()
    async throws
  {
    try SampleDatabase().write(to: path)
    for (key, status) in [(UInt8(3), "130"), (28, "-3")] {
      let terminal = try terminal()
      try await terminal.wait(for: "q ends")
      try terminal.press(key)
      #expect(try await terminal.end().hasSuffix("\(Self.leaving)(status \(status), echo on)"))
    }
  }

  @Test func `stopped by Ctrl-Z it gives the terminal back until it goes on`() async throws {
    try SampleDatabase().write(to: path)
    let script = "set -m; \"$@\"; echo between; fg"
    let terminal = try PseudoTerminal(
      columns: 90, rows: 24, ["bash", "-c", script, "bash"] + command)
    try await terminal.wait(for: "q ends")
    try terminal.press(26)
    let stopped = try await terminal.wait(for: "between")
    #expect(stopped.contains(Self.leaving))
    let resumed = try await terminal.wait(for: "q ends")
    #expect(resumed.contains(Self.entering))
    try terminal.press(UInt8(ascii: "q"))
    #expect(try await terminal.end().hasSuffix("\(Self.leaving)(status 0, echo on)"))
  }

  @Test func `it takes the size that the terminal gets`() async throws {
    try SampleDatabase().write(to: path)
    let terminal = try terminal()
    #expect(try await terminal.wait(for: "q ends").contains("Over time"))
    try terminal.resize(columns: 50, rows: 6)
    let frame = try await terminal.wait(for: "enlarge the terminal")
    #expect(frame.contains("\u{1B}[2J"))
    try terminal.press(UInt8(ascii: "q"))
    let all = try await terminal.end()
    let last = try #require(all.components(separatedBy: "\u{1B}[H").first)
    #expect(!last.contains("Over time"))
  }

  @Test func `an error is told after the terminal was given back`() async throws {
    try SampleDatabase().write(to: path)
    let terminal = try terminal()
    try await terminal.wait(for: "q ends")
    _ = try await Shell.run("sqlite3", path, "DROP TABLE ledger_entry; DROP TABLE interval")
    let end = try await terminal.end()
    #expect(end.contains("\(Self.leaving)analyze: cannot watch the rollout"))
    #expect(end.hasSuffix("(status 1, echo on)"))
  }

  @Test func `there is no colour where it is not wanted`() async throws {
    try SampleDatabase().write(to: path)
    let terminal = try PseudoTerminal(
      columns: 90, rows: 24, command, environment: ["NO_COLOR": "1"])
    #expect(try await terminal.wait(for: "q ends").contains("HOLD: not decided yet"))
    try terminal.press(UInt8(ascii: "q"))
    #expect(!(try await terminal.end()).contains("\u{1B}[33m"))
  }

  @Test func `without a terminal it writes a line for each change`() async throws {
    try SampleDatabase(end: SampleDatabase.time("08:26:00")).write(to: path)
    let process = try AnalyzeProgram(in: folder.url).start(Array(command.dropFirst()))
    let output = try #require(process.standardOutput as? Pipe).fileHandleForReading
    let first = try await blocking { output.availableData }
    #expect(
      String(decoding: first, as: UTF8.self).contains(
        #/^2026-11-24T08:30:30\.?[0-9]*Z app-backend: hold, not decided yet: errors; about [0-9,]+ more requests \([^)]*\) to decide; weights v1 50 %, v2 50 %\n$/#
      ), "\(String(decoding: first, as: UTF8.self))")
    try SampleDatabase(
      canaryErrorsInThousand: 300, begin: SampleDatabase.time("08:26:00")
    ).write(to: path)
    let second = String(decoding: try await blocking { output.availableData }, as: UTF8.self)
    #expect(second.contains("Z app-backend: block, v2 is shown to be worse than the policy allows"))
    kill(process.processIdentifier, SIGINT)
    let outcome = AnalyzeProgram.outcome(of: process)
    #expect(outcome.status == 130)
    #expect(outcome.errors == "")
  }

  @Test func `without a database it fails as every command does`() async throws {
    let outcome = try await AnalyzeProgram(in: folder.url).run("watch")
    #expect(outcome.status == 3)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("analyze: cannot open analyze.db: no such file; "))
  }
}
