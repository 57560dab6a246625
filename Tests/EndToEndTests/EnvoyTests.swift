import Foundation
import TestSupport
import Testing

/// A rollout through a real Envoy, scraped by a real VictoriaMetrics: what is stored is what Envoy
/// itself counted, and the gate sees what the backends did.
@Suite(.replaysDecisions) struct EnvoyTests {
  @Test func `a canary that fails 5 % is counted to the request and blocked`() async throws {
    let v1 = try FaultServer { _ in [.respond(text: "v1")] }
    let v2 = try FaultServer { $0.number % 20 == 19 ? [.respond(500)] : [.respond(text: "v2")] }
    defer {
      v1.stop()
      v2.stop()
    }
    let envoy = try await EnvoyServer.start(v1Port: UInt16(v1.port), v2Port: UInt16(v2.port))
    let metrics = try await VictoriaMetricsServer.start(
      scrapeConfiguration: try envoy.scrapeConfiguration())
    let folder = try TemporaryFolder()
    try folder.write(ConservationTests.manifest, to: "vs.yaml")
    let program = AnalyzeProgram(
      in: folder.url,
      environment: ["ANALYZE_VICTORIA_METRICS": metrics.baseURL.absoluteString])
    let started = Date.now.formatted(.iso8601)
    let reading = try await program.run(
      "collect", "--virtual-service-file", "vs.yaml", "--observed-at", started)
    #expect(reading.status == 0)

    // A few requests first: VictoriaMetrics counts a series from 0 only where it begins small.
    _ = try await Shell.run("hey", "-n", "60", "-c", "2", "-q", "20", envoy.url.absoluteString)
    _ = try await Shell.run("hey", "-n", "3000", "-c", "10", "-q", "20", envoy.url.absoluteString)
    let answers = try await envoy.answers()
    let total = answers.values.flatMap(\.values).reduce(0, +)
    #expect(total == 3060)
    try await waitUntilScraped(total, by: metrics)

    let collected = try await program.run(
      "collect", "--virtual-service-file", "vs.yaml", "--step", "1s", "--latency-offset", "1s",
      "--settle", "0s", "--since",
      started)
    #expect(collected.errors == "")
    #expect(collected.status == 0)
    #expect(try await StoredSums.byVersion(and: "response_code", in: folder) == answers)

    let share = Double(answers["v2", default: [:]].values.reduce(0, +)) / Double(total)
    // The binomial band of 99.9 % around 10 %.
    #expect(abs(share - 0.1) < 3.29 * (0.1 * 0.9 / Double(total)).squareRoot())

    // A rollout of seconds: a canary's usual minute of warm-up would leave nothing to judge.
    try folder.write("policy: {canaryWarmUp: 0s}\n", to: "analyze.yaml")
    let gate = try await program.run("gate", "--config", "analyze.yaml", "--format", "json")
    #expect(gate.status == 1)
    #expect(gate.output.contains("shown to be worse: error rate of v2 "))
  }

  @Test func `Envoy's own metrics are counted to the request by the profile envoy`() async throws {
    let v1 = try FaultServer { _ in [.respond(text: "v1")] }
    let v2 = try FaultServer { _ in [.respond(404)] }
    defer {
      v1.stop()
      v2.stop()
    }
    let envoy = try await EnvoyServer.start(v1Port: UInt16(v1.port), v2Port: UInt16(v2.port))
    let port = try #require(envoy.administrationURL.port)
    let metrics = try await VictoriaMetricsServer.start(
      scrapeConfiguration: """
        global: {scrape_interval: 1s, scrape_timeout: 900ms}
        scrape_configs:
        - job_name: envoy
          metrics_path: /stats/prometheus
          static_configs: [{targets: ["127.0.0.1:\(port)"]}]
        """)
    let folder = try TemporaryFolder()
    try folder.write(ConservationTests.manifest, to: "vs.yaml")
    try folder.write(
      """
      victoriaMetrics: \(metrics.baseURL.absoluteString)
      targets:
      - {name: app-backend, virtualService: istio/app-backend, profile: envoy}
      """, to: "analyze.yaml")
    let started = Date.now.formatted(.iso8601)
    _ = try await Shell.run("hey", "-n", "60", "-c", "2", "-q", "20", envoy.url.absoluteString)
    _ = try await Shell.run("hey", "-n", "500", "-c", "10", "-q", "20", envoy.url.absoluteString)
    let answers = try await envoy.answers()
    try await waitUntilScraped(
      560, by: metrics, metric: #"envoy_cluster_upstream_rq{envoy_cluster_name=~"app-.*"}"#)

    let collected = try await AnalyzeProgram(in: folder.url).run(
      "collect", "--virtual-service-file", "vs.yaml", "--step", "5s", "--latency-offset", "1s",
      "--settle", "0s", "--since", started)
    #expect(collected.errors == "")
    #expect(collected.status == 0)
    #expect(try await StoredSums.byVersion(and: "response_code", in: folder) == answers)
    let durations = try await StoredSums.byVersion(
      and: "upper_bound_milliseconds", in: folder)
    #expect(
      durations.mapValues { $0.values.reduce(0, +) }
        == answers.mapValues {
          $0.values.reduce(0, +)
        })
  }

  /// Waits until VictoriaMetrics shows all requests, and until the step that holds the last of them
  /// is over.
  private func waitUntilScraped(
    _ total: Int, by metrics: VictoriaMetricsServer, metric: String = "istio_requests_total"
  ) async throws {
    for _ in 0..<60 {
      try await metrics.flush()
      let answer = try await metrics.get(
        "/api/v1/query", ["query": "sum(\(metric))", "nocache": "1"])
      if answer.contains("\"\(total)\"") { break }
      try await Task.sleep(for: .milliseconds(500))
    }
    try await Task.sleep(for: .seconds(6))
  }
}
