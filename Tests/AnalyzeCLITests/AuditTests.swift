import Foundation
import TestSupport
import Testing

@Suite struct AuditTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() async throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
    _ = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    _ = try await program.run(
      "override", "--rollout", "2", "--reason", "a customer waits", "--by", "Ada", "--for", "1h",
      "--now", "2026-11-24T08:31:00Z")
    _ = try await program.run("gate", "--now", "2026-11-24T08:31:15Z")
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      PRAGMA foreign_keys = ON;
      DELETE FROM interval WHERE end_at IN (unixepoch('2026-11-24T08:12:00Z') * 1000,
        unixepoch('2026-11-24T08:12:15Z') * 1000);
      INSERT INTO gap (target_id, start_at, end_at, reason, collection_id)
      SELECT 1, at - 15000, at, 'no sample', 1 FROM (
        SELECT unixepoch('2026-11-24T08:12:00Z') * 1000 AS at
        UNION ALL SELECT unixepoch('2026-11-24T08:12:15Z') * 1000);
      """)
  }

  private func audit(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await program.run(["audit"] + arguments + ["--now", "2026-11-24T08:32:00Z"])
  }

  private func events(_ arguments: String...) async throws -> [[String: Any]] {
    let outcome = try await program.run(
      ["audit", "--format", "json", "--now", "2026-11-24T08:32:00Z"] + arguments)
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require((json as? [String: Any])?["events"] as? [[String: Any]])
  }

  @Test func `the timeline is as recorded`() async throws {
    let outcome = try await audit()
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: "audit.txt")
  }

  @Test func `the timeline as JSON has the same events`() async throws {
    let events = try await events()
    #expect(
      events.map { $0["kind"] as? String } == [
        "weights", "weights", "gap", "weights", "policy", "decision", "override", "decision",
      ])
    #expect(events[6]["by"] as? String == "Ada")
    #expect(events[6]["until"] as? String == "2026-11-24T09:31:00Z")
    #expect(events[2]["entry"] is NSNull)
  }

  @Test(arguments: [("markdown", "audit.md"), ("csv", "audit.csv")])
  func `the timeline is as recorded in other forms`(format: String, file: String) async throws {
    let outcome = try await audit("--format", format)
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: file)
  }

  @Test func `the timeline is a page of its own, with every event`() async throws {
    let page = try await audit("--format", "html").output
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.contains("The record of app-backend"))
    #expect(page.matches(of: #/<tr role="row">/#).count >= 9)
    #expect(page.contains("a customer waits"))
  }

  @Test(arguments: ["text", "json", "markdown", "html", "csv"])
  func `every form of a report shows who passed the gate, and why`(format: String) async throws {
    let outcome = try await program.run(
      "report", "--format", format, "--now", "2026-11-24T08:32:00Z")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("a customer waits"))
    #expect(outcome.output.contains("Ada"))
    #expect(outcome.output.lowercased().contains("overrides"))
  }

  @Test func `filters choose by time, rollout and verdict`() async throws {
    #expect(try await events("--since", "2026-11-24T08:31:00Z").count == 2)
    #expect(try await events("--until", "2026-11-24T08:11:00Z").count == 2)
    #expect(try await events("--rollout", "2").count == 7)
    #expect(try await events("--rollout", "9").count == 0)
    #expect(try await events("--verdict", "block").count == 2)
    #expect(try await events("--verdict", "promote").count == 0)
  }

  @Test(arguments: ["text", "json", "markdown", "html", "csv"])
  func `an answer about the past says when it was asked, in the record and in the report`(
    format: String
  ) async throws {
    _ = try await program.run(
      "gate", "--until", "2026-11-24T08:12:00Z", "--now", "2026-11-24T08:31:30Z")
    for command in ["audit", "report"] {
      let outcome = try await program.run(
        command, "--format", format, "--now", "2026-11-24T08:32:00Z")
      #expect(outcome.status == 0)
      if command == "audit" || !["json", "csv"].contains(format) {
        #expect(outcome.output.contains("asked later, 2026-11-24 08:31:30: "))
      }
      if ["json", "csv"].contains(format) {
        #expect(outcome.output.contains("2026-11-24T08:31:30Z"))
      }
    }
  }

  @Test func `an answer about the past is an entry with both times`() async throws {
    _ = try await program.run(
      "gate", "--until", "2026-11-24T08:12:00Z", "--now", "2026-11-24T08:31:30Z")
    let decision = try #require(try await events("--verdict", "hold").first)
    #expect(decision["at"] as? String == "2026-11-24T08:12:00Z")
    #expect(decision["decidedAt"] as? String == "2026-11-24T08:31:30Z")
    let entry = try await program.run("audit", "show", "8")
    #expect(
      entry.output.contains(
        "\n  at           2026-11-24T08:12:00Z, decided later, 2026-11-24T08:31:30Z\n"))
    #expect(entry.output.contains("\n  decided_at: 2026-11-24T08:31:30Z\n"))
    let json = try await program.run("audit", "show", "8", "--format", "json")
    #expect(json.output.contains(#""decidedAt": "2026-11-24T08:31:30Z""#))
    #expect(try await program.run("audit", "verify").status == 0)
  }

  @Test func `an answer by a clock that was turned back says after which entry it was recorded`()
    async throws
  {
    for clock in ["08:31:00", "08:20:30"] {
      _ = try await program.run("gate", "--now", "2026-11-24T\(clock)Z")
    }
    let text = try await audit().output.flat
    #expect(
      text.contains(
        #/08:20:30 \[9\] [a-z]+: recorded after entry 7, which was decided 2026-11-24 08:31:15: /#))
    #expect(text.matches(of: #/recorded after/#).count == 1)
  }

  @Test func `what was decided at the present moment says so once`() async throws {
    #expect(!(try await audit().output.contains("later")))
    #expect(!(try await program.run("audit", "show", "6").output.contains("later")))
  }

  @Test func `a target without a record has none`() async throws {
    let outcome = try await audit("--rollout", "9")
    #expect(
      outcome.output == "app-backend: VirtualService istio/app-backend\n  nothing is on record\n")
  }

  @Test func `an entry is shown in full, and whether it is as it was written`() async throws {
    let outcome = try await program.run("audit", "show", "6")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("entry 6: override\n  at           2026-11-24T08:31:00Z\n"))
    #expect(outcome.output.contains("\n  as written   yes\ncontent\n  by: Ada\n"))
    #expect(outcome.output.contains("\n  until: 2026-11-24T09:31:00Z\n"))
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      "DROP TRIGGER decision_is_not_updated; UPDATE decision SET verdict = 'promote' WHERE id = 1")
    let altered = try await program.run("audit", "show", "5", "--format", "json")
    let json = try JSONSerialization.jsonObject(with: Data(altered.output.utf8)) as? [String: Any]
    #expect(json?["isAsWritten"] as? Bool == false)
    #expect(
      json?["faults"] as? [String] == [
        #"entry 5 records decision 1, whose row was altered: verdict was "block", is "promote""#
      ])
  }

  @Test func `an entry that is not there is named`() async throws {
    let outcome = try await program.run("audit", "show", "99")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "analyze: no entry 99 in the ledger of analyze.db\n")
  }

  @Test func `outcomes tell what became of each rollout`() async throws {
    let outcome = try await program.run("audit", "outcomes", "--now", "2026-11-24T08:32:00Z")
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        app-backend: 1 rollouts
          rollouts  what became of them
                 1  open: running, or promoted less than a day ago

          rollout  started (UTC)        canary  last answer  outcome
                2  2026-11-24 08:10:00  v2      block        open: running, or promoted less than a day ago

        """)
    let json = try await program.run(
      "audit", "outcomes", "--format", "json", "--now", "2026-11-24T08:32:00Z")
    #expect(json.output.contains(#""open": 1"#))
  }
}
