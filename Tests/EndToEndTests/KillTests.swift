import Foundation
import TestSupport
import Testing

/// However often collectors are killed, started twice, or find VictoriaMetrics gone: nothing is
/// counted twice, and nothing is left out.
@Suite struct KillTests {
  /// How many collectors are killed.
  static let kills = 200
  /// More runs than that take.
  static let mostRuns = 600

  @Test func `collectors that are killed at random moments lose and double nothing`() async throws {
    let history = CounterHistory(
      seed: 4, start: ConservationTests.start, end: ConservationTests.end)
    var metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(history.samples)
    let port = try #require(metrics.baseURL.port.flatMap(UInt16.init(exactly:)))
    let folder = try TemporaryFolder()
    try folder.write(ConservationTests.manifest, to: "vs.yaml")
    let program = AnalyzeProgram(in: folder.url)
    var generator = SplitMix64(seed: 4)
    var killed = 0
    var failed = 0
    for run in 1...Self.mostRuns where killed < Self.kills {
      if run % 50 == 0 { metrics.stop() }
      if run % 50 == 5, run > 50 {
        // The same counters under the same address again.
        metrics = try await VictoriaMetricsServer.start(port: port)
        try await metrics.importSamples(history.samples)
      }
      let length = ConservationTests.end - ConservationTests.start
      let now = ConservationTests.start + length * Int64(killed) / Int64(Self.kills)
      let arguments = Self.arguments(metrics, now: now)
      let processes = try (0..<Int.random(in: 1...2, using: &generator)).map { _ in
        try program.start(arguments)
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &generator)))
      for process in processes where Int.random(in: 0..<3, using: &generator) > 0 {
        kill(process.processIdentifier, SIGKILL)
      }
      for process in processes {
        let status = try await blocking { AnalyzeProgram.outcome(of: process).status }
        if status == 128 + SIGKILL { killed += 1 } else if status != 0 { failed += 1 }
      }
    }
    #expect(killed >= Self.kills)
    #expect(failed >= 1)
    if !metrics.process.isRunning {
      metrics = try await VictoriaMetricsServer.start(port: port)
      try await metrics.importSamples(history.samples)
    }
    let last = try await program.run(Self.arguments(metrics, now: ConservationTests.end))
    #expect(last.errors == "")
    #expect(last.status == 0)

    let requests = try await StoredSums.byVersion(and: "response_code", in: folder)
    #expect(requests == history.requests)
    let durations = try await StoredSums.byVersion(and: "upper_bound_milliseconds", in: folder)
    #expect(durations == history.durations)
    let checks = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "PRAGMA integrity_check", "PRAGMA foreign_key_check",
      "SELECT count(*) FROM gap", "SELECT count(*) FROM correction")
    #expect(checks == "ok\n0\n0\n")
  }

  private static func arguments(_ metrics: VictoriaMetricsServer, now: Int64) -> [String] {
    [
      "collect", "--victoria-metrics", metrics.baseURL.absoluteString, "--virtual-service-file",
      "vs.yaml", "--step", "15s", "--latency-offset", "1s", "--settle", "45s", "--since",
      "2026-11-24T08:00:00Z", "--now", ConservationTests.text(now + 1),
    ]
  }
}
