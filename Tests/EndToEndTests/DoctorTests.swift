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
      // More errors than the policy's limit allows are another finding.
      versions.contains(sample.labels["destination_version"] ?? "")
        && sample.labels["response_code"]?.hasPrefix("5") != true
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
    var rest = outcome.output[...]
    // In the order in which to set it right.
    for line in [
      "there is no database analyze.db yet", "VictoriaMetrics answers",
      "the newest requests were counted", "requests in 15 min: v1 ", "to be promoted at 10 %",
      "VirtualService istio/app-backend is read; its weights are v1 90 %, v2 10 %",
      "its subsets are defined", "  note     only the reporter source counts",
      "no two versions are counted by the same series", "VictoriaMetrics' clock agrees with ours",
    ] {
      let place = try #require(rest.range(of: line), "\(line): \(outcome.output)")
      rest = rest[place.upperBound...]
    }
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

  @Test func `a database that cannot be made is broken, with what to do`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let outcome = try await examine(metrics, "vs.yaml", "--database", "none/a.db")
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        """
          broken   the database none/a.db cannot be made: there is no folder \
        \(folder.path("none"))
                   make the folder, or name another file with --database

        """))
  }

  @Test func `versions that are counted by the same series are broken, with what to do`()
    async throws
  {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(traffic(versions: ["v1", "v2"]))
    try folder.write(
      """
      targets:
        - name: app-backend
          virtualService: istio/app-backend
          profile:
            requests: sum by (app, code) (increase(hits{app=~{{versions}}}[{{step}}]))
            labels: {version: app, responseCode: code}
            versionLabelValue: "{{name}}"
      """, to: "analyze.yaml")
    let outcome = try await examine(metrics)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        """
          broken   v1 and v2 are counted by the same series
                   correct versionLabelValue of the target's profile, so that their labels differ

        """))
  }

  @Test func `whatever is not as it should be says what to do`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(traffic(versions: ["v1", "v2"]))
    try folder.write(
      """
      kind: VirtualService
      metadata: {name: app-backend, namespace: istio}
      spec:
        hosts: [app-backend]
        tcp: [{route: [{destination: {host: app-backend}}]}]
        http:
        - match: [{headers: {x-old: {exact: "1"}}}]
          redirect: {uri: /old}
        - name: shop
          delegate: {name: shop}
        - match: [{headers: {x-beta: {exact: "1"}}}]
          route: [{destination: {host: app-backend, subset: v2}}]
        - match: [{uri: {prefix: /}}]
          mirror: {host: shadow}
          route:
          - {destination: {host: app-backend, subset: v1}, weight: 90}
          - {destination: {host: app-backend, subset: v2}, weight: 20}
      """, to: "odd.yaml")
    let lines = try await examine(metrics, "odd.yaml").output.split(separator: "\n")
    let marked = lines.indices.filter {
      lines[$0].hasPrefix("  note ") || lines[$0].hasPrefix("  broken ")
    }
    #expect(marked.count == 9)
    for index in marked {
      let isFollowed = lines.dropFirst(index + 1).first?.hasPrefix("           ") ?? false
      #expect(isFollowed, "\(lines[index])")
    }
  }

  @Test func `a series without requests tells how far VictoriaMetrics is behind`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let silent = ["v1", "v2"].flatMap { version in
      stride(from: now - 1200, through: now, by: 15).map { time in
        ImportedSample(
          "istio_requests_total",
          [
            "reporter": "source", "destination_service_name": "app-backend",
            "destination_service_namespace": "istio", "destination_version": version,
            "response_code": "200",
          ], value: 7, timeMilliseconds: time * 1000)
      }
    }
    try await metrics.importSamples(silent)
    let output = try await examine(metrics).output
    #expect(
      output.contains(
        /note     the series are there, but no request was counted in the last 15 min; the newest sample of any series is \d+ s old\n           send some traffic/
      ), "\(output)")
  }

  @Test func `a VictoriaMetrics that is down and a manifest that is missing are both told`()
    async throws
  {
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "doctor", "--victoria-metrics", "http://127.0.0.1:1", "--virtual-service-file", "no.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("broken   cannot query VictoriaMetrics: "))
    #expect(outcome.output.contains("broken   cannot read the manifest no.yaml: no such file"))
    #expect(
      outcome.output.hasSuffix(
        """
          note     not looked at: counts, subsets, reporters, clocks
                   set right what is broken above, and ask again

        """))
  }
}
