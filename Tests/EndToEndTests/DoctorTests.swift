import Foundation
import TestSupport
import Testing

/// The doctor beside a real VictoriaMetrics.
@Suite struct DoctorTests {
  private let folder: TemporaryFolder
  private let now = Int64(Date.now.timeIntervalSince1970)

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      ConservationTests.manifest + """

        ---
        kind: DestinationRule
        metadata: {name: app-backend, namespace: istio}
        spec:
          host: app-backend
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
        """, to: "vs.yaml")
  }

  private func examine(
    _ metrics: VictoriaMetricsServer, _ arguments: String...
  ) async throws -> AnalyzeProgram.Outcome {
    try await AnalyzeProgram(in: folder.url).run(
      [
        "doctor", "--victoria-metrics", metrics.baseURL.absoluteString, "--latency-offset", "1s",
        "--virtual-service-file",
      ] + (arguments.isEmpty ? ["vs.yaml"] : arguments))
  }

  /// Counters of the last ten minutes, a sample each 15 s.
  private func traffic(versions: [String]) -> [ImportedSample] {
    let history = CounterHistory(seed: 6, start: now - 600, end: now)
    return history.samples.filter { sample in
      versions.contains(sample.labels["destination_version"] ?? "")
        && sample.timeMilliseconds <= now * 1000
    }
  }

  @Test func `where all is well every line says so`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(traffic(versions: ["v1", "v2"]))
    let outcome = try await examine(metrics)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    #expect(!outcome.output.contains("broken"))
    for line in [
      "there is no database analyze.db yet", "VictoriaMetrics answers", "its clock agrees",
      "the newest requests were counted", "requests in 15 min: v1 ", "to be promoted at 10 %",
      "VirtualService istio/app-backend is read; its weights are v1 90 %, v2 10 %",
      "its subsets are defined",
    ] {
      #expect(outcome.output.contains(line))
    }
    #expect(outcome.output.contains("  note     only the reporter source counts"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("analyze.db")))
  }

  @Test func `a canary without requests is broken, with what to do`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(traffic(versions: ["v1"]))
    let outcome = try await examine(metrics)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("; none of v2\n"))
    #expect(outcome.output.contains("check that its pods run and carry the version label"))
  }

  @Test func `a selector that matches nothing is broken, with what to do`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let outcome = try await examine(metrics)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains("broken   no series of the last 15m counts requests to the route"))
  }

  @Test func `a subset that no DestinationRule defines is broken`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(traffic(versions: ["v1", "v2"]))
    try folder.write(ConservationTests.manifest, to: "bare.yaml")
    let outcome = try await examine(metrics, "bare.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("broken   no DestinationRule defines the subset v1, v2"))
  }

  @Test func `a VictoriaMetrics that is down and a manifest that is missing are both told`()
    async throws
  {
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "doctor", "--victoria-metrics", "http://127.0.0.1:1", "--virtual-service-file", "no.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("broken   cannot query VictoriaMetrics: "))
    #expect(outcome.output.contains("broken   cannot read the manifest no.yaml: no such file"))
  }
}
