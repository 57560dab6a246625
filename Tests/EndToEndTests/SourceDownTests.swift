import Foundation
import TestSupport
import Testing

/// A source of counts that is out of reach, refuses, or comes back.
@Suite(.replaysDecisions) struct SourceDownTests {
  private let stage: GateStage

  init() throws {
    stage = try GateStage()
  }

  private func failures() async throws -> String {
    try await stage.query(
      """
      SELECT first_at / 1000 - \(GateStage.start), last_at / 1000 - \(GateStage.start), runs, kind
      FROM collection_failure ORDER BY id
      """)
  }

  @Test func `a source that is down closes the gate once the data is old, until it is back`()
    async throws
  {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(GateStage.steady(-60...1500))
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 300)
    let down = "http://127.0.0.1:1"
    try await stage.collect(from: down, at: 360, expecting: 3)
    // The data is young enough: what it shows still counts.
    #expect(try await stage.gate(at: 360).status == 2)
    try await stage.collect(from: down, at: 480, expecting: 3)
    try await stage.collect(from: down, at: 660, expecting: 3)
    let answer = try await stage.gate(at: 660)
    #expect(answer.status == 3)
    #expect(
      answer.reason.hasPrefix(
        "source down: the collector's run of 2026-11-24T08:11:01Z failed: cannot query "
          + "VictoriaMetrics: cannot reach http://127.0.0.1:1: "))
    #expect(
      answer.reason.hasSuffix(
        "; the newest interval ended 2026-11-24T08:05:00Z, 6m2s ago (at most 5m is allowed)"))
    #expect(try await failures() == "361|661|3|sourceDown\n")

    try await stage.collect(from: metrics.address, at: 720)
    #expect(try await stage.gate(at: 720).status == 2)
    try await stage.collect(from: down, at: 1100, expecting: 3)
    #expect(try await stage.gate(at: 1100).reason.hasPrefix("source down: "))
    #expect(try await failures() == "361|661|3|sourceDown\n1101|1101|1|sourceDown\n")
  }

  @Test func `a source that refuses is down, too, and the failure is this target's alone`()
    async throws
  {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(GateStage.steady(-60...300))
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 300)
    // Another target in the same file, of which the manifest says nothing.
    try stage.folder.write(
      ConservationTests.manifest.replacing("name: app-backend,", with: "name: other,"),
      to: "other.yaml")
    try await stage.collect(
      from: metrics.address, at: 300, "--virtual-service-file", "other.yaml")
    try await withFaultServer({ _ in [.respond(422, text: "no")] }) { server in
      let outcome = try await stage.collect(from: server.url, at: 900, expecting: 3)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      let answer = try await stage.program.run(
        "gate", "--target", "app-backend", "--now", "2026-11-24T08:15:02Z")
      #expect(answer.status == 3)
      #expect(
        answer.output.replacing("\n", with: " ").contains("UNKNOWN: source down: the collector's"))
    }
    let names = try await stage.query(
      "SELECT name FROM collection_failure JOIN target ON target.id = target_id")
    #expect(names == "app-backend\n")
  }

  @Test func `a manifest that cannot be read is the only target's failure, and nobody's of two`()
    async throws
  {
    let metrics = try await VictoriaMetricsServer.start()
    try await stage.collect(from: metrics.address, at: 0)
    try stage.folder.write("kind: [", to: "broken.yaml")
    try await stage.collect(
      from: metrics.address, at: 60, "--virtual-service-file", "broken.yaml", expecting: 78)
    #expect(try await failures() == "61|61|1|sourceDown\n")
    try stage.folder.write(
      ConservationTests.manifest.replacing("name: app-backend,", with: "name: other,"),
      to: "other.yaml")
    try await stage.collect(
      from: metrics.address, at: 60, "--virtual-service-file", "other.yaml")
    try await stage.collect(
      from: metrics.address, at: 120, "--virtual-service-file", "broken.yaml", expecting: 78)
    #expect(try await failures() == "61|61|1|sourceDown\n")
  }

  @Test func `a failure that cannot be recorded changes nothing about the collector's own`()
    async throws
  {
    let metrics = try await VictoriaMetricsServer.start()
    try await stage.collect(from: metrics.address, at: 0)
    _ = try await stage.query(
      """
      CREATE TRIGGER full BEFORE INSERT ON collection_failure
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
      """)
    let outcome = try await stage.collect(from: "http://127.0.0.1:1", at: 60, expecting: 3)
    let lines = outcome.errors.split(separator: "\n")
    try #require(lines.count == 2)
    #expect(
      lines[0] == "analyze: warning: cannot record that the run failed: cannot record a failure in "
        + "analyze.db: the disk is full")
    #expect(lines[1].hasPrefix("analyze: cannot query VictoriaMetrics: cannot reach "))
    #expect(try await failures() == "")
    #expect(try await stage.query("PRAGMA integrity_check") == "ok\n")
  }
}
