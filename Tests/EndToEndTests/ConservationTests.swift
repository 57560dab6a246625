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
          "--virtual-service-file", "vs.yaml", "--step", "\(step)s", "--latency-offset", "1s",
          "--settle", "0s", "--since",
          "2026-11-24T08:00:00Z", "--now", Self.text(now + 1))
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

  @Test func `what VictoriaMetrics makes up of its last second is not stored`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let now = Int64(Date.now.timeIntervalSince1970)
    // In the second that ends n seconds after the start there are n requests, so that one that is
    // repeated shows.
    let start = now - 20
    var (total, samples): (Int64, [ImportedSample]) = (0, [])
    for second in start...(now + 20) {
      total += second - start
      samples.append(
        ImportedSample(
          "istio_requests_total",
          [
            "destination_service_name": "app-backend", "destination_service_namespace": "istio",
            "destination_version": "v1", "reporter": "source", "response_code": "200",
          ], value: Double(total), timeMilliseconds: second * 1000))
    }
    try await metrics.importSamples(samples)
    let folder = try TemporaryFolder()
    try folder.write(Self.manifest, to: "vs.yaml")
    for _ in 1...3 {
      let outcome = try await AnalyzeProgram(in: folder.url).run(
        "collect", "--victoria-metrics", metrics.baseURL.absoluteString,
        "--virtual-service-file", "vs.yaml", "--step", "1s", "--latency-offset", "0s", "--settle",
        "0s", "--since", Self.text(start))
      #expect(outcome.errors == "")
      #expect(outcome.status == 0)
      try await Task.sleep(for: .milliseconds(1300))
    }
    let wrong = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      SELECT end_at / 1000 - \(start), requests FROM response
      WHERE requests <> end_at / 1000 - \(start)
      """)
    #expect(wrong == "")
    let intervals = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "SELECT count(*) >= 20 FROM interval")
    #expect(intervals == "1\n")
  }

  static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
