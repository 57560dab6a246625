import Foundation
import TestSupport
import Testing

@Suite(.replaysDecisions) struct GateTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func ask(
    _ sample: SampleDatabase, at clock: String = "08:30:45", _ arguments: String...
  ) async throws -> AnalyzeProgram.Outcome {
    try sample.write(to: folder.path("analyze.db"))
    return try await program.run(["gate", "--now", "2026-11-24T\(clock)Z"] + arguments)
  }

  /// The head of the ledger depends on all that was ever stored.
  private func withoutHashes(_ text: String) -> String {
    text.replacing(#/[0-9a-f]{64}/#, with: "(hash)")
  }

  @Test func `a canary that is no worse is promoted`() async throws {
    let outcome = try await ask(SampleDatabase(canaryErrorsInThousand: 2))
    #expect(outcome.status == 0)
    try expect(withoutHashes(outcome.output), matchesSnapshot: "gate-promote.txt")
  }

  @Test func `a canary that is worse is blocked, with the error rates`() async throws {
    let outcome = try await ask(SampleDatabase(canaryErrorsInThousand: 60))
    #expect(outcome.status == 1)
    try expect(withoutHashes(outcome.output), matchesSnapshot: "gate-block.txt")
  }

  @Test func `without enough evidence the gate holds and says how much is missing`() async throws {
    let outcome = try await ask(
      SampleDatabase(end: SampleDatabase.time("08:12:00")), at: "08:12:45")
    #expect(outcome.status == 2)
    try expect(withoutHashes(outcome.output), matchesSnapshot: "gate-hold.txt")
  }

  @Test(arguments: ["gate-promote.txt", "gate-block.txt", "gate-hold.txt"])
  func `no line of an answer is longer than a terminal is wide`(snapshot: String) throws {
    let file = Checkout.root.appending(path: "Tests/AnalyzeCLITests/Snapshots/\(snapshot)")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.filter { $0.count > 100 } == [])
  }

  @Test func `stale data is unknown`() async throws {
    let outcome = try await ask(SampleDatabase(), at: "09:00:00")
    #expect(outcome.status == 3)
    #expect(
      outcome.output.hasPrefix(
        "UNKNOWN: the newest interval ended 2026-11-24T08:30:00Z, 30m ago (at most 5m is allowed)"))
  }

  @Test func `without a rollout the verdict is unknown`() async throws {
    let outcome = try await ask(
      SampleDatabase(end: SampleDatabase.time("08:09:00")), at: "08:09:30")
    #expect(outcome.status == 3)
    #expect(outcome.output.hasPrefix("UNKNOWN: no rollout is running: the weights have been"))
  }

  @Test func `the answer as JSON is as recorded`() async throws {
    let outcome = try await ask(SampleDatabase(canaryErrorsInThousand: 60), "--format", "json")
    #expect(outcome.status == 1)
    try expect(withoutHashes(outcome.output), matchesSnapshot: "gate.json")
  }

  @Test func `an earlier moment is judged by what was known then`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 60), "--until", "2026-11-24T08:10:45Z")
    #expect(outcome.status == 2)
  }

  @Test func `a gate that cannot look is unknown, never promote or block`() async throws {
    let outcome = try await program.run("gate")
    #expect(outcome.status == 3)
    #expect(
      outcome.errors == """
        analyze: cannot open analyze.db: no such file; run "analyze collect" first, or name the \
        database with --database

        """)
  }

  @Test func `a gate that cannot write its answer is unknown`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 2), "--output", "no/such/folder.txt")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("\nanalyze: cannot write to no/such/folder.txt: "))
  }

  @Test func `every decision is in the report`() async throws {
    _ = try await ask(SampleDatabase(canaryErrorsInThousand: 60))
    let report = try await program.run("report", "--now", "2026-11-24T08:31:00Z")
    #expect(report.output.contains("Decisions of the gate\n  2026-11-24 08:30:45 block: shown"))
  }
}
