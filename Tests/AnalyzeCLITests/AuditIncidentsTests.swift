import Foundation
import Rollouts
import Store
import TestSupport
import Testing

/// What went wrong while counts were collected, and readings that came late, in the timeline.
@Suite struct AuditIncidentsTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() async throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    let database = try SampleDatabase(canaryErrorsInThousand: 60).write(
      to: folder.path("analyze.db"))
    let absent = SourceFinding(
      kind: .seriesAbsent, version: "v2", description: "no series counts requests to v2")
    try database.write(to: "add incidents") { writer in
      try writer.record([absent], of: 1, collectionID: 3)
      try writer.record(
        [absent, SourceFinding(kind: .scrapeGap, description: "no sample of late")], of: 1,
        collectionID: 4)
      try writer.record([absent], of: 1, collectionID: 6)
      for (clock, reason) in [
        ("08:30:15", "refused"), ("08:30:30", "refused"), ("08:30:45", "too slow"),
        ("08:31:00", "refused"),
      ] {
        try writer.record(
          CollectionFailure(at: SampleDatabase.time(clock), reason: reason), of: 1)
      }
      _ = try writer.record(Self.canaryState, of: 1, observedAt: Self.early, toolVersion: "test")
    }
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      INSERT INTO collection (weight_state_id, observed_at, tool_version)
      VALUES (3, unixepoch('2026-11-24T08:31:15Z') * 1000, 'test');
      INSERT INTO custom_gap (target_id, check_name, start_at, end_at, reason, collection_id)
      SELECT 1, 'checkout', at - 15000, at, 'no whole number', 5 FROM (
        SELECT unixepoch('2026-11-24T08:25:00Z') * 1000 AS at
        UNION ALL SELECT unixepoch('2026-11-24T08:25:15Z') * 1000);
      """)
    try database.write(to: "add a failure") {
      try $0.record(
        CollectionFailure(at: SampleDatabase.time("08:31:30"), reason: "refused"), of: 1)
    }
    _ = try await program.run("gate", "--now", "2026-11-24T08:31:45Z")
  }

  private static let early = SampleDatabase.time("08:10:02")

  /// The second weight state of the sample.
  private static let canaryState = WeightState(
    weights: Weights(
      zip(["v1", "v2"], [90, 10]).map {
        VersionWeight(
          version: $0, weight: $1, destination: Destination(host: "app-backend", subset: $0))
      }), route: "", changedBy: "kubectl-patch", changedAt: SampleDatabase.time("08:10:00"),
    uid: "uid-1", generation: 2, resourceVersion: "267")

  private func audit(_ arguments: String...) async throws -> String {
    let outcome = try await program.run(["audit", "--now", "2026-11-24T08:32:00Z"] + arguments)
    #expect(outcome.status == 0)
    return outcome.output
  }

  @Test(arguments: ["text", "markdown", "csv"])
  func `the timeline has failed runs, findings, late readings and gaps of checks`(
    format: String
  ) async throws {
    let ending = ["text": "txt", "markdown": "md"][format] ?? format
    try expect(
      try await audit("--format", format), matchesSnapshot: "audit-incidents.\(ending)")
  }

  @Test func `as JSON and as a page there are the same events`() async throws {
    let json = try JSONSerialization.jsonObject(
      with: Data(try await audit("--format", "json").utf8))
    let events = try #require((json as? [String: Any])?["events"] as? [[String: Any]])
    #expect(
      events.compactMap { $0["kind"] as? String } == [
        "weights", "weights", "reading", "finding", "finding", "weights", "gap", "finding",
        "failure", "failure", "policy", "decision",
      ])
    let page = try await audit("--format", "html")
    for event in events {
      #expect(page.contains(try #require(event["text"] as? String)))
    }
  }

  @Test func `a time chooses what happened or lasted in it`() async throws {
    func failures(_ arguments: String...) async throws -> Int {
      let text = try await program.run(
        ["audit", "--now", "2026-11-24T08:32:00Z"] + arguments
      ).output
      return text.matches(of: #/ failure/#).count
    }
    #expect(try await failures() == 2)
    #expect(try await failures("--since", "2026-11-24T08:30:40Z") == 2)
    #expect(try await failures("--since", "2026-11-24T08:31:05Z") == 1)
    #expect(try await failures("--until", "2026-11-24T08:30:20Z") == 1)
    #expect(try await failures("--until", "2026-11-24T08:30:10Z") == 0)
    #expect(try await failures("--rollout", "2") == 2)
    #expect(try await failures("--verdict", "unknown") == 0)
  }

  @Test func `an answer is found by what it is about, and by when it was asked for`() async throws {
    _ = try await program.run(
      "gate", "--until", "2026-11-24T08:12:00Z", "--now", "2026-11-24T08:31:50Z")
    let remark = "asked later"
    #expect(try await audit("--until", "2026-11-24T08:15:00Z").contains(remark))
    #expect(try await audit("--since", "2026-11-24T08:31:46Z").contains(remark))
    let between = try await audit(
      "--since", "2026-11-24T08:15:00Z", "--until", "2026-11-24T08:31:00Z")
    #expect(!between.contains(remark))
  }
}
