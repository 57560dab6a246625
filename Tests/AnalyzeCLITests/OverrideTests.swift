import Foundation
import TestSupport
import Testing

@Suite(.replaysDecisions) struct OverrideTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
  }

  @discardableResult
  private func override(
    rollout: String = "2", reason: String = "fixes the outage of checkout", by: String = "Ada",
    for period: String = "1h", now: String = "08:30:30"
  ) async throws -> AnalyzeProgram.Outcome {
    try await program.run(
      "override", "--rollout", rollout, "--reason", reason, "--by", by, "--for", period, "--now",
      "2026-11-24T\(now)Z")
  }

  private func gate(_ arguments: String..., now: String) async throws -> AnalyzeProgram.Outcome {
    try await program.run(["gate", "--now", "2026-11-24T\(now)Z"] + arguments)
  }

  @Test func `the gate lets the rollout pass, and says who, why, and what it would have said`()
    async throws
  {
    #expect(
      try await override().output == """
        the gate lets rollout 2 of app-backend pass until 2026-11-24T09:30:30Z, entry 4 of the ledger

        """)
    let outcome = try await gate(now: "08:30:45")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.hasPrefix(
        """
        OVERRIDDEN by Ada until 2026-11-24 09:30:30 UTC: fixes the outage of checkout
        The gate lets the rollout pass. Without the override it would say:
        BLOCK: 
        """))
  }

  @Test func `as JSON it is beside the verdict, which stays what was found`() async throws {
    try await override()
    let outcome = try await gate("--format", "json", now: "08:30:45")
    #expect(outcome.status == 0)
    let answer = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(answer["verdict"] as? String == "block")
    #expect(answer["exitStatus"] as? Int == 0)
    #expect(
      answer["override"] as? [String: String] == [
        "by": "Ada", "reason": "fixes the outage of checkout", "until": "2026-11-24T09:30:30Z",
        "verdictWithout": "block",
      ])
  }

  @Test func `a view that makes up an override lets nothing pass, nor is one stored beside it`()
    async throws
  {
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      DROP VIEW override; CREATE VIEW override AS SELECT 1 AS ledger_entry, 1 AS target_id,
        0 AS at, 2 AS rollout_id, 'Ada' AS by, 'why' AS reason, 9000000000000000 AS until;
      """)
    for outcome in [try await gate(now: "08:30:45"), try await override()] {
      #expect(outcome.status == 3)
      #expect(outcome.output == "")
      #expect(
        outcome.errors == """
          analyze: cannot use analyze.db: the schema was changed: view override was altered; go \
          back to a backup, or copy the rows into a new file with "analyze database recover FILE"

          """)
    }
    #expect(try await program.run("database", "migrate").status == 3)
    #expect(
      try await Shell.run(
        "sqlite3", folder.path("analyze.db"),
        "SELECT count(*) FROM decision; SELECT count(*) FROM ledger_entry") == "0\n3\n")
  }

  @Test func `it expires by itself`() async throws {
    try await override(for: "1m")
    #expect(try await gate(now: "08:31:29").status == 0)
    #expect(try await gate(now: "08:31:30").status == 1)
    // Nor does a question about the past bring it back.
    #expect(try await gate("--until", "2026-11-24T08:31:00Z", now: "08:31:30").status == 1)
  }

  @Test func `it is of no use before it was made`() async throws {
    try await override()
    #expect(try await gate("--until", "2026-11-24T08:30:15Z", now: "08:30:45").status == 1)
  }

  @Test func `a canary that is promoted needs none`() async throws {
    try FileManager.default.removeItem(atPath: folder.path("analyze.db"))
    try SampleDatabase(canaryErrorsInThousand: 2).write(to: folder.path("analyze.db"))
    try await override()
    let outcome = try await gate(now: "08:30:45")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("PROMOTE"))
  }

  @Test func `it is in the ledger, with the decisions that it let pass`() async throws {
    try await override()
    _ = try await gate(now: "08:30:45")
    #expect(try await program.run("audit", "verify").status == 0)
    let rows = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      SELECT content FROM ledger_entry WHERE kind = 'override';
      SELECT verdict, override_entry FROM decision;
      """)
    #expect(
      rows.contains(
        #""by":"Ada","decided_at":1795509030000,"reason":"fixes the outage of checkout","#
          + #""rollout_id":2"#))
    #expect(rows.hasSuffix("\nblock|4\n"))
  }

  @Test func `every report shows it`() async throws {
    try await override()
    let report = try await program.run("report", "--now", "2026-11-24T08:31:00Z")
    #expect(
      report.output.contains(
        """
        Overrides of the gate
          2026-11-24 08:30:30 rollout 2 may pass until 2026-11-24 09:30:30, by Ada: fixes the outage
        """))
    let json = try await program.run(
      "report", "--now", "2026-11-24T08:31:00Z", "--format", "json")
    #expect(json.output.contains(#""by": "Ada""#))
  }

  @Test(arguments: [
    ("--reason", "  ", "--reason is empty; an override needs a name and a reason"),
    ("--by", "", "--by is empty; an override needs a name and a reason"),
    ("--for", "8d", "--for is at most 7d; an override is for a while"),
  ])
  func `what is not on the record is refused`(
    option: String, value: String, message: String
  ) async throws {
    var options = ["--rollout": "2", "--reason": "why", "--by": "who", "--for": "1h"]
    options[option] = value
    let outcome = try await program.run(["override"] + options.flatMap { [$0.key, $0.value] })
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: \(message)"))
  }

  @Test func `only a running rollout can be let pass`() async throws {
    let outcome = try await override(rollout: "7")
    #expect(outcome.status == 78)
    #expect(
      outcome.errors == """
        analyze: cannot let rollout 7 of app-backend pass: it is not running; rollout 2 is

        """)
  }
}
