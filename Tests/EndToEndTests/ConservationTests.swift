import Foundation
import TestSupport
import Testing

/// What is stored is what the counters grew by, to the request.
@Suite struct ConservationTests {
  static let manifest = """
    kind: VirtualService
    metadata: {name: app-backend, namespace: istio}
    spec:
      hosts: [app-backend]
      http:
      - route:
        - {destination: {host: app-backend, subset: v1}, weight: 90}
        - {destination: {host: app-backend, subset: v2}, weight: 10}
    """
  // 2026-11-24T08:00:00Z
  static let start: Int64 = 1_795_507_200
  static let end = start + 1800

  @Test(arguments: [(1, 15), (2, 30), (3, 60)] as [(UInt64, Int64)])
  func `counters with resets, jitter, gaps and late series are stored to the request`(
    seed: UInt64, step: Int64
  ) async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let history = CounterHistory(seed: seed, start: Self.start, end: Self.end)
    try await metrics.importSamples(history.samples)
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "vs.yaml")
    let program = AnalyzeProgram(in: folder.url)

    // In pieces of random length, some of them asked for twice.
    var generator = SplitMix64(seed: seed)
    var now = Self.start
    while now < Self.end {
      now = min(Self.end, now + Int64.random(in: 20...700, using: &generator))
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let outcome = try await program.run(
          "collect", "--victoria-metrics", metrics.baseURL.absoluteString,
          "--virtual-service-file", "vs.yaml", "--step", "\(step)s", "--latency-offset", "0s",
          "--settle", "0s", "--since",
          "2026-11-24T08:00:00Z", "--now", Self.text(now))
        #expect(outcome.errors == "")
        #expect(outcome.status == 0)
      }
    }

    let requests = try await StoredSums.byVersion(and: "response_code", in: folder)
    #expect(requests == history.requests)
    let durations = try await StoredSums.byVersion(
      and: "upper_bound_milliseconds", in: folder)
    #expect(durations == history.durations)
    let intervals = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "SELECT count(*) FROM interval")
    #expect(intervals == "\((Self.end - Self.start) / step)\n")
  }

  static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
