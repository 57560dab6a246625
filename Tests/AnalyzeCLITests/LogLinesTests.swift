import Foundation
import Synchronization
import TestSupport
import Testing

/// What a collector that runs as a service writes.
@Suite struct LogLinesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(CollectTests.manifest, to: "vs.yaml")
  }

  /// A cluster that refuses the first list of VirtualServices, and metrics that are refused.
  private static func script() -> FaultServer.Script {
    let hasRefused = Mutex(false)
    return { request in
      if request.target == "/api/v1/query_range" { return [.respond(422, text: "no")] }
      if request.target.contains("destinationrules") { return [.respond(text: #"{"items": []}"#)] }
      if request.target.contains("watch=") { return [.startChunked(), .waitForHangUp] }
      let object = """
        {"metadata": {"name": "app-backend", "namespace": "istio", "uid": "1", "generation": 1}, \
        "spec": {"hosts": ["app-backend"], "http": [{"route": [\
        {"destination": {"host": "app-backend", "subset": "v1"}, "weight": 90}, \
        {"destination": {"host": "app-backend", "subset": "v2"}, "weight": 10}]}]}}
        """
      if request.target.contains("virtualservices/") { return [.respond(text: object)] }
      let isFirst = hasRefused.withLock { hasRefused in
        defer { hasRefused = true }
        return !hasRefused
      }
      return isFirst
        ? [.respond(403, text: "no")]
        : [.respond(text: #"{"metadata": {"resourceVersion": "1"}, "items": [\#(object)]}"#)]
    }
  }

  /// Collects once, so that the target is known, and makes that failures cannot be recorded.
  private func makeDatabase() async throws {
    try await withFaultServer({ _ in [.respond(text: CollectTests.empty)] }) { server in
      let outcome = try await AnalyzeProgram(in: folder.url).run(
        "collect", "--victoria-metrics", server.url, "--virtual-service-file", "vs.yaml")
      #expect(outcome.status == 0)
    }
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      CREATE TRIGGER full BEFORE INSERT ON collection_failure
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
      """)
  }

  @Test func `with --log-format json every line is an object, warnings and failures too`()
    async throws
  {
    try await makeDatabase()
    let certificates = try await TestCertificates.make()
    try await withFaultServer(Self.script()) { server in
      let options = FaultServerTLSOptions(identity: certificates.server)
      try await withTLSFront(of: server, options) { port in
        try folder.write(
          """
          current-context: a
          contexts: [{name: a, context: {cluster: c, user: u}}]
          clusters:
          - name: c
            cluster: {server: "https://127.0.0.1:\(port)", insecure-skip-tls-verify: true}
          users: [{name: u, user: {token: sesame}}]
          """, to: "kubeconfig.yaml")
        let process = try AnalyzeProgram(in: folder.url).start([
          "collect", "--every", "1h", "--log-format", "json", "--telemetry-file", "analyze.prom",
          "--kubeconfig", "kubeconfig.yaml", "--virtual-service", "istio/app-backend",
          "--victoria-metrics", server.url,
        ])
        let telemetry = folder.path("analyze.prom")
        #expect(
          await eventually {
            FileManager.default.fileExists(atPath: telemetry)
              && server.requests.contains { $0.target.contains("watch=") }
          })
        kill(process.processIdentifier, SIGTERM)
        let outcome = try await blocking { AnalyzeProgram.outcome(of: process) }
        #expect(outcome.status == 143)
        let entries = try logEntries(outcome.errors)
        for (level, target, beginning) in [
          ("warning", nil, "kubeconfig.yaml: cluster \"c\": insecure-skip-tls-verify is set"),
          ("error", "app-backend", "the weights are not watched, trying again in "),
          ("warning", "app-backend", "cannot record that the run failed: "),
          ("error", "app-backend", "cannot query VictoriaMetrics at "),
          ("info", "app-backend", "app-backend: 0 new intervals"),
        ] as [(String, String?, String)] {
          #expect(
            entries.contains { entry in
              entry["level"] == level && entry["target"] == target
                && entry["message"]?.hasPrefix(beginning) == true
            }, "\(beginning)")
        }
      }
    }
  }

  @Test(
    arguments: [
      (["--every", "1s", "--config", "none.yaml"], 78, "cannot read the configuration "),
      (["--config", "none.yaml"], 78, "cannot read the configuration "),
      (["--every", "1s", "--virtual-service-file", "vs.yaml"], 64, "name VictoriaMetrics with "),
      (["--every", "never"], 64, "The value 'never' is invalid for '--every <duration>': "),
      (
        ["--victoria-metrics", "http://127.0.0.1:1", "--virtual-service-file", "vs.yaml"], 3,
        "cannot query VictoriaMetrics: "
      ),
    ] as [([String], Int32, String)])
  func `with --log-format json it ends with an object that says why`(
    arguments: [String], status: Int32, beginning: String
  ) async throws {
    for form in [["--log-format", "json"], ["--log-format=json"]] {
      let outcome = try await AnalyzeProgram(in: folder.url).run(["collect"] + form + arguments)
      #expect(outcome.status == status)
      let entries = try logEntries(outcome.errors)
      let last = try #require(entries.last)
      #expect(last["level"] == "error")
      #expect(last["message"]?.hasPrefix(beginning) == true, "\(outcome.errors)")
      #expect(last["message"]?.contains("\n") == false)
    }
  }

  @Test func `without it the same is said as text`() async throws {
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "collect", "--every", "1s", "--config", "none.yaml", "--", "--log-format", "json")
    #expect(outcome.errors.hasPrefix("Error: 2 unexpected arguments"))
  }
}
