import Foundation
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// Decisions are made again from what was stored with them, wherever the file went meanwhile.
@Suite struct ReplayTests {
  static let identical =
    "replayed: identical, the same verdict and the same figures to the last bit\n"

  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() async throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
    try await gate(at: "08:30:45")
  }

  private func gate(at clock: String, _ arguments: String...) async throws {
    let outcome = try await program.run(["gate", "--now", "2026-11-24T\(clock)Z"] + arguments)
    #expect((0...3).contains(outcome.status))
  }

  private func replay(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await program.run(["audit", "replay"] + arguments)
  }

  @discardableResult
  private func sqlite(_ sql: String, file: String = "analyze.db") async throws -> String {
    try await Shell.run("sqlite3", folder.path(file), input: sql)
  }

  /// Every decision of a file replays identically, and there are some.
  private func expectIdentical(
    _ file: String = "analyze.db", decisions: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let count = try await DecisionReplays.expectIdentical(
      in: folder.path(file), sourceLocation: sourceLocation)
    #expect(count == decisions, sourceLocation: sourceLocation)
  }

  @Test func `a decision that nothing happened to replays identically`() async throws {
    let outcome = try await replay("1")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.hasPrefix(
        "decision 1 of app-backend, 2026-11-24T08:30:45Z: block, by analyze "))
    #expect(outcome.output.hasSuffix(", statistics 2\n" + Self.identical))
  }

  @Test func `an entry about a decision names the version of the statistics, and damage`()
    async throws
  {
    let entry = try await program.run("audit", "show", "5")
    #expect(entry.output.contains("\n  as written   yes\n  statistics   version 2\ncontent\n"))
    let json = try await program.run("audit", "show", "5", "--format", "json")
    #expect(json.output.contains(#""statistics": 2,"#))
    let other = try await program.run("audit", "show", "1", "--format", "json")
    #expect(other.output.contains(#""statistics": null,"#))
    try await sqlite("DROP TRIGGER evidence_part_is_not_deleted; DELETE FROM evidence_part;")
    let damaged = try await program.run("audit", "show", "5")
    #expect(damaged.status == 0)
    #expect(
      damaged.output.contains(#/\n  as written   no: the evidence of decision 1 [^\n]+ is missing/#)
    )
  }

  @Test(arguments: 0..<3)
  func `every decision of a series replays identically, as do those of its backup`(
    seed: UInt64
  ) async throws {
    var generator = SplitMix64(seed: seed)
    let policies = [
      "policy: {strict: true, minimumRequests: 100}",
      "policy: {baseline: v2}",
      "policy: {errorResponses: [4xx, 5xx], warmUp: 90s, falseBlockBound: 0.01}",
      """
      policy:
        checks:
          - {check: errors, atMost: {ratio: 2, points: 0.02}}
          - {check: latency, quantile: 0.9}
          - {check: limit, quantile: 0.99, latency: 20ms}
          - {check: traffic-split, tolerance: 0.1, required: false}
      """,
    ]
    var decisions = 1
    for minute in stride(from: 2, through: 30, by: Int.random(in: 5...8, using: &generator)) {
      try SampleDatabase(
        canaryErrorsInThousand: Int.random(in: 0...80, using: &generator),
        begin: SampleDatabase.time("08:\(minute < 12 ? "10" : "25"):00")
      ).write(to: folder.path("analyze.db"))
      let policy = policies.randomElement(using: &generator) ?? ""
      try folder.write(policy, to: "analyze.yaml")
      try await gate(at: String(format: "08:%02d:20", minute))
      decisions += 1
    }
    try FileManager.default.removeItem(atPath: folder.path("analyze.yaml"))
    try await expectIdentical(decisions: decisions)
    #expect(try await program.run("database", "backup", "copy.db").status == 0)
    try await expectIdentical("copy.db", decisions: decisions)
  }

  @Test func `it replays after the observations were summed, and after they were removed`()
    async throws
  {
    // A whole hour under one weight state, and a rollout that ended: the hour may be summed.
    try FileManager.default.removeItem(atPath: folder.path("analyze.db"))
    let hour = SampleDatabase(
      canaryErrorsInThousand: 60, end: SampleDatabase.time("10:00:00"))
    let database = try hour.write(to: folder.path("analyze.db"))
    try await gate(at: "10:00:15")
    try database.write(to: "end the rollout") { writer in
      let weights = Weights([
        VersionWeight(
          version: "v1", weight: 100, destination: Destination(host: "app-backend", subset: "v1"))
      ])
      _ = try writer.record(
        WeightState(
          weights: weights, route: "", changedAt: SampleDatabase.time("10:00:00"), uid: "uid-1",
          generation: 4, resourceVersion: "299"),
        of: 1, observedAt: SampleDatabase.time("10:00:30"), toolVersion: "test")
    }
    let outcome = try await program.run(
      "database", "prune", "--keep-detail", "1h", "--now", "2026-12-24T08:00:00Z")
    #expect(outcome.output.hasPrefix("240 intervals were summed into 1 hours\n"))
    try await expectIdentical(decisions: 1)
    try await sqlite(
      "PRAGMA foreign_keys = ON; DELETE FROM interval; DELETE FROM hourly_count; DELETE FROM gap;")
    try await expectIdentical(decisions: 1)
  }

  @Test(arguments: 7..<Migrations.all.count)
  func `it replays in a database of an earlier schema that was migrated`(schema: Int) async throws {
    try await EarlierSchema.write(
      folder.path("analyze.db"), as: folder.path("old.db"), schema: schema)
    #expect(try await replay("1", "--database", "old.db").status == 3)
    let migration = try await program.run("database", "migrate", "--database", "old.db")
    #expect(migration.status == 0)
    try await expectIdentical("old.db", decisions: 1)
  }

  @Test(arguments: 7...9)
  func `decisions of every earlier schema that kept evidence replay after the migration`(
    schema: Int
  ) async throws {
    let text = try String(
      contentsOf: Checkout.root.appending(
        path: "Tests/StoreTests/Fixtures/schema-\(schema).sql"), encoding: .utf8)
    try await sqlite(text, file: "old.db")
    #expect(try await program.run("database", "migrate", "--database", "old.db").status == 0)
    try await expectIdentical("old.db", decisions: 3)
    #expect(try await program.run("audit", "verify", "--database", "old.db").status == 0)
  }

  /// Commands that read the parts of evidence, and how their message begins where one is damaged.
  static let commandsOnEvidence = [
    (["replay", "1"], "analyze: the evidence of decision 1 in analyze.db "),
    (
      ["verify"],
      "analyze: the ledger of analyze.db does not fit: the evidence of decision 1 "
    ),
  ]

  @Test(arguments: [
    ("X'00'", "it is damaged or cut short"),
    ("substr(content, 1, length(content) - 1)", "it is damaged or cut short"),
    ("content || X'00'", "1 bytes follow its end"),
    (
      "(SELECT other.content FROM evidence_part AS other WHERE other.hash <> evidence_part.hash)",
      "it holds something else than its name says"
    ),
  ])
  func `a damaged part is named, by replay and by verify`(
    content: String, reason: String
  ) async throws {
    let part = try await sqlite("SELECT evidence ->> '$.parts[1]' FROM decision WHERE id = 1")
      .trimmingCharacters(in: .newlines)
    try await sqlite(
      """
      DROP TRIGGER evidence_part_is_not_updated;
      UPDATE evidence_part SET content = CAST(\(content) AS BLOB) WHERE hash = '\(part)';
      """)
    let finding = "is not what was stored: part \(part): \(reason); restore a backup\n"
    for (command, beginning) in Self.commandsOnEvidence {
      let outcome = try await program.run(["audit"] + command)
      #expect(outcome.status == 1)
      #expect(outcome.output == "")
      #expect(outcome.errors == beginning + finding)
    }
  }

  @Test func `a part that is missing is named, by replay and by verify`() async throws {
    try await sqlite("DROP TRIGGER evidence_part_is_not_deleted; DELETE FROM evidence_part;")
    for (command, beginning) in Self.commandsOnEvidence {
      let outcome = try await program.run(["audit"] + command)
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix(beginning))
      #expect(
        outcome.errors.dropFirst(beginning.count).contains(
          #/^is not what was stored: part [0-9a-f]{64}: it is missing; restore a backup\n$/#))
    }
  }

  @Test func `verify names the altered row first, though its evidence is unreadable`() async throws
  {
    try await sqlite(
      """
      DROP TRIGGER decision_is_not_updated;
      UPDATE decision SET evidence = json_set(evidence, '$.parts[0]', 'none');
      """)
    let outcome = try await program.run("audit", "verify")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasPrefix(
        "analyze: the ledger of analyze.db does not fit: entry 5 records decision 1, whose row was "
          + "altered: evidence_sha256 was "))
  }

  @Test func `a figure that differs is told with its place, and the status is 1`() async throws {
    try await sqlite(
      """
      DROP TRIGGER decision_is_not_updated;
      UPDATE decision SET evidence = json_set(evidence, '$.checks[0].limit', 0.5);
      """)
    let outcome = try await replay("1")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("\nreplayed by analyze "))
    #expect(outcome.output.contains(#/: different\n  checks\[0\]\.limit: 0\.5, now 0\.0[0-9]+\n$/#))
  }

  @Test(arguments: [
    ("verdict = 'promote'", #"verdict: "promote", now "block""#),
    ("reason = 'all is well'", #"reason: "all is well", now "[^\n]+""#),
    ("window_from = window_from - 15000", #"windowFrom: "[^\n]+", now "[^\n]+""#),
    (
      "window_from = NULL, window_to = NULL",
      #"windowFrom: null, now [^\n]+\n  windowTo: null, now [^\n]+"#
    ),
    ("at = at - 1", #"at: "[^\n]+", now "2026-11-24T08:30:45Z""#),
  ])
  func `what stands beside the evidence is compared too`(
    change: String, difference: String
  ) async throws {
    try await Tampering.alter(folder.path("analyze.db"), "UPDATE decision SET \(change)")
    let outcome = try await replay("1")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains(#/\nreplayed by analyze [^\n]+: different\n/#))
    #expect(outcome.output.contains(try Regex(#"\n  \#(difference)\n$"#)))
  }

  @Test func `another policy says what it would have said`() async throws {
    try folder.write(
      "policy: {checks: [{check: errors, atMost: {ratio: 20}}]}", to: "lax.yaml")
    let outcome = try await replay("1", "--policy", "lax.yaml")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.hasPrefix(
        "decision 1 of app-backend, 2026-11-24T08:30:45Z: block, by analyze "))
    #expect(outcome.output.contains("\nby the other policy it would have been:\nPROMOTE: "))
    let missing = try await replay("1", "--policy", "none.yaml")
    #expect(missing.status == 78)
  }

  @Test func `what another policy cannot choose any more is said`() async throws {
    try folder.write("policy: {baseline: v2, reporter: destination}", to: "other.yaml")
    let outcome = try await replay("1", "--policy", "other.yaml")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains(
        """

        of these the decision has no counts, so it goes by those that it has: reporter destination \
        (has source), baseline v2 (has v1)

        """))
  }

  @Test func `the commands of docs-audit-md read a part, whose name is its sum`() async throws {
    let page = try String(
      contentsOf: Checkout.root.appending(path: "docs/audit.md"), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "\n## Evidence and replay\n").last)
    let command = try #require(section.firstMatch(of: #/```sh\n((?:[^`]|\n)*?)```/#)?.1)
    let text = try await Shell.run("bash", "-ec", "cd '\(folder.url.path)'\n" + command)
    let hour = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect((hour["intervals"] as? [Any])?.count == 80)
    let counts = (hour["responses"] as? [[String: Any]])?.compactMap { $0["counts"] as? [Int] }
    #expect(counts?.joined().reduce(0, +) == 300 * 80)
    let name = try await sqlite("SELECT evidence ->> '$.parts[1]' FROM decision WHERE id = 1")
    let sum = try await Shell.run("sha256sum", input: String(text.dropLast()))
    #expect(sum.prefix(64) == name.prefix(64))
  }

  @Test(arguments: ["0", "2", "-1"])
  func `a decision that is not there is a mistake of usage`(id: String) async throws {
    let outcome = try await replay("--", id)
    #expect(outcome.status == 64)
    #expect(
      outcome.errors == """
        analyze: there is no decision \(id) in analyze.db; "analyze audit" lists them

        """)
  }

  @Test func `a decision from before evidence was kept cannot be replayed, and says so`()
    async throws
  {
    let text = try String(
      contentsOf: Checkout.root.appending(path: "Tests/StoreTests/Fixtures/schema-4.sql"),
      encoding: .utf8)
    _ = try await Shell.run("sqlite3", folder.path("old.db"), input: text)
    #expect(try await program.run("database", "migrate", "--database", "old.db").status == 0)
    let outcome = try await replay("1", "--database", "old.db")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(
      outcome.errors.contains(
        #/^analyze: cannot replay decision 1 of [^\n]+: it was made before evidence was kept\n$/#))
    #expect(try await program.run("audit", "verify", "--database", "old.db").status == 0)
  }
}
