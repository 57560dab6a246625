import Foundation
import TestSupport
import Testing

@Suite struct CollectTests {
  static let manifest = """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: app-backend, namespace: istio}
    spec:
      hosts: [app-backend]
      http:
      - route:
        - {destination: {host: app-backend, subset: v1}, weight: 90}
        - {destination: {host: app-backend, subset: v2}, weight: 10}
    """
  static let empty = #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#

  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try folder.write(Self.manifest, to: "vs.yaml")
  }

  /// What the database holds, as text.
  private func dump() async throws -> String {
    try await Shell.run("sqlite3", folder.path("analyze.db"), ".dump")
  }

  private func collect(
    _ url: String, _ arguments: String..., input: String = ""
  ) async throws -> AnalyzeProgram.Outcome {
    try await program.run(
      ["collect", "--victoria-metrics", url]
        + (arguments.isEmpty ? ["--virtual-service-file", "vs.yaml"] : arguments), input: input)
  }

  /// Collects once from a source that is well, so that there is something to lose.
  private func collectWell() async throws {
    try await withFaultServer({ _ in [.respond(text: Self.empty)] }) { server in
      let outcome = try await collect(server.url)
      #expect(outcome.status == 0)
    }
  }

  struct BadSource: CustomTestStringConvertible {
    let testDescription: String
    let steps: [FaultServer.Step]
    let message: String
  }

  static let badSources = [
    BadSource(
      testDescription: "500 in plain text",
      steps: [.respond(500, text: "out of memory")],
      message: "it answered 500: out of memory"),
    BadSource(
      testDescription: "422 with an error as JSON",
      steps: [
        .respond(422, text: #"{"status":"error","errorType":"422","error":"unknown function"}"#)
      ],
      message: "it answered 422: unknown function"),
    BadSource(
      testDescription: "HTML", steps: [.respond(text: "<html>Sign in</html>")],
      message: "the answer is not one of its query API (\"<html>Sign in</html>\"); check "
        + "--victoria-metrics"),
    BadSource(
      testDescription: "half a JSON document",
      steps: [.respond(text: #"{"status":"success","data":{"resultType":"matrix","res"#)],
      message: "the answer is not one of its query API"),
    BadSource(
      testDescription: "a partial result",
      steps: [
        .respond(
          text:
            #"{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}"#)
      ],
      message: "it is partial (some storage nodes did not answer)"),
    BadSource(
      testDescription: "a connection that breaks", steps: [.reset],
      message: "cannot query VictoriaMetrics: "),
  ]

  @Test(arguments: badSources)
  func `a source that answers badly is named, and nothing but the failure is stored`(
    source: BadSource
  ) async throws {
    try await collectWell()
    let before = try await dump()
    try await withFaultServer({ _ in source.steps }) { server in
      let outcome = try await program.run(
        "collect", "--victoria-metrics", server.url, "--virtual-service-file", "vs.yaml",
        "--latency-offset", "1s", "--settle", "0s", "--step", "1s")
      #expect(outcome.status == 3)
      #expect(outcome.output == "")
      #expect(outcome.errors.hasPrefix("analyze: cannot "))
      #expect(outcome.errors.contains(source.message))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    let failures = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "SELECT kind, runs FROM collection_failure",
      "DELETE FROM collection_failure")
    #expect(failures == "sourceDown|1\n")
    #expect(try await dump() == before)
  }

  @Test func `a source that is down is out of reach`() async throws {
    let outcome = try await collect("http://127.0.0.1:1")
    #expect(outcome.status == 3)
    #expect(
      outcome.errors.hasPrefix(
        "analyze: cannot query VictoriaMetrics: cannot reach http://127.0.0.1:1: "))
    #expect(outcome.errors.contains("; check --victoria-metrics and that it is running"))
  }

  struct BadManifest: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let message: String
  }

  static let badManifests = [
    BadManifest(
      testDescription: "no HTTP route", text: manifest.replacing("http:", with: "tcp:"),
      message: "cannot judge VirtualService istio/app-backend: it has no HTTP route with a "
        + "destination; name a VirtualService that splits HTTP traffic"),
    BadManifest(
      testDescription: "no weights",
      text: manifest.replacing(", weight: 90", with: "").replacing(", weight: 10", with: ""),
      message: "cannot judge VirtualService istio/app-backend: its route has several "
        + "destinations and no weights; give each destination a weight"),
    BadManifest(
      testDescription: "weights that add up to nothing",
      text: manifest.replacing("weight: 90", with: "weight: 0")
        .replacing("weight: 10", with: "weight: 0"),
      message: "cannot judge VirtualService istio/app-backend: the weights of its route add up "
        + "to 0; give one destination a weight above 0"),
    BadManifest(
      testDescription: "a negative weight",
      text: manifest.replacing("weight: 10", with: "weight: -5"),
      message: "cannot judge VirtualService istio/app-backend: it has the weight -5; weights are "
        + "not negative"),
    BadManifest(
      testDescription: "no VirtualService", text: "kind: Service\nmetadata: {name: x}\n",
      message: "cannot find a VirtualService in bad.yaml; check --virtual-service-file"),
    BadManifest(
      testDescription: "broken YAML", text: "kind: [\n",
      message: "cannot read the manifest bad.yaml: line 2, column 1: "),
  ]

  @Test(arguments: badManifests)
  func `a VirtualService that cannot be judged is refused, and nothing is stored`(
    bad: BadManifest
  ) async throws {
    try await collectWell()
    let before = try await dump()
    try folder.write(bad.text, to: "bad.yaml")
    try await withFaultServer({ _ in [.respond(text: Self.empty)] }) { server in
      let outcome = try await collect(server.url, "--virtual-service-file", "bad.yaml")
      #expect(outcome.status == 78)
      #expect(outcome.errors.hasPrefix("analyze: " + bad.message))
    }
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "DELETE FROM collection_failure")
    #expect(try await dump() == before)
  }

  @Test func `weights that do not add up to 100 are read as shares, with a warning`() async throws {
    try folder.write(Self.manifest.replacing("weight: 10", with: "weight: 30"), to: "vs.yaml")
    try await withFaultServer({ _ in [.respond(text: Self.empty)] }) { server in
      let outcome = try await collect(server.url)
      #expect(outcome.status == 0)
      #expect(
        outcome.errors == """
          analyze: warning: the weights of VirtualService istio/app-backend add up to 120, not to \
          100; they are read as v1 75 %, v2 25 %

          """)
    }
  }

  @Test func `the manifest may come from standard input, as JSON`() async throws {
    let json = """
      {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
       "metadata": {"name": "app-backend", "namespace": "istio"},
       "spec": {"hosts": ["app-backend"], "http": [{"route": [
         {"destination": {"host": "app-backend", "subset": "v1"}, "weight": 90},
         {"destination": {"host": "app-backend", "subset": "v2"}, "weight": 10}]}]}}
      """
    try await withFaultServer({ _ in [.respond(text: Self.empty)] }) { server in
      let outcome = try await collect(server.url, "--virtual-service-file", "-", input: json)
      #expect(outcome.status == 0)
      #expect(outcome.output.hasSuffix("weights v1 90 %, v2 10 %\n"))
    }
  }

  @Test func `the VirtualService is read from the Kubernetes API`() async throws {
    try await withFaultServer(Self.kubernetesAndMetrics) { server in
      let outcome = try await collect(
        server.url, "--kubernetes", server.url, "--virtual-service", "istio/app-backend")
      #expect(outcome.errors == "")
      #expect(outcome.status == 0)
      #expect(outcome.output.hasSuffix("weights blue 90 %, green 10 %\n"))
    }
  }

  @Test func `a VirtualService that does not exist is a wrong name`() async throws {
    try await withFaultServer(Self.kubernetesAndMetrics) { server in
      let outcome = try await collect(
        server.url, "--kubernetes", server.url, "--virtual-service", "istio/other")
      #expect(outcome.status == 78)
      #expect(
        outcome.errors == """
          analyze: cannot read VirtualService istio/other: it does not exist; check \
          --virtual-service and the cluster

          """)
      #expect(!FileManager.default.fileExists(atPath: folder.path("analyze.db")))
    }
  }

  @Test func `a foreign database is refused and stays as it was`() async throws {
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "CREATE TABLE theirs (id INTEGER)")
    let before = try Data(contentsOf: folder.url.appending(path: "analyze.db"))
    let outcome = try await collect("http://127.0.0.1:1")
    #expect(outcome.status == 3)
    #expect(
      outcome.errors == """
        analyze: cannot use analyze.db: it is not a database of analyze; name another file with \
        --database

        """)
    #expect(try Data(contentsOf: folder.url.appending(path: "analyze.db")) == before)
  }

  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func `collecting again and again ends when told to, with the signal's status`(
    signal: Int32, status: Int32
  ) async throws {
    try await withFaultServer({ _ in [.respond(text: Self.empty)] }) { server in
      let process = try program.start([
        "collect", "--every", "1s", "--victoria-metrics", server.url, "--virtual-service-file",
        "vs.yaml",
      ])
      #expect(await eventually { server.requests.count >= 4 })
      kill(process.processIdentifier, signal)
      let outcome = AnalyzeProgram.outcome(of: process)
      #expect(outcome.status == status)
      #expect(outcome.errors.contains("app-backend: "))
    }
    let check = try await Shell.run("sqlite3", folder.path("analyze.db"), "PRAGMA integrity_check")
    #expect(check == "ok\n")
  }

  /// A Kubernetes API with one VirtualService whose subsets have other names than their versions,
  /// and VictoriaMetrics without data.
  private static let kubernetesAndMetrics: FaultServer.Script = { request in
    let base = "/apis/networking.istio.io/v1/namespaces/istio"
    switch request.target {
    case "\(base)/virtualservices/app-backend":
      return [
        .respond(
          text: """
            {"metadata": {"name": "app-backend", "namespace": "istio", "uid": "1"}, "spec":
            {"hosts": ["app-backend"], "http": [{"route": [
            {"destination": {"host": "app-backend", "subset": "v1"}, "weight": 90},
            {"destination": {"host": "app-backend", "subset": "v2"}, "weight": 10}]}]}}
            """)
      ]
    case "\(base)/destinationrules":
      return [
        .respond(
          text: """
            {"items": [{"metadata": {"name": "app-backend", "namespace": "istio"}, "spec":
            {"host": "app-backend.istio.svc.cluster.local", "subsets": [
            {"name": "v1", "labels": {"version": "blue"}},
            {"name": "v2", "labels": {"version": "green"}}]}}]}
            """)
      ]
    case "/api/v1/query_range": return [.respond(text: empty)]
    default: return [.respond(404, text: #"{"kind": "Status", "message": "not found"}"#)]
    }
  }
}

@Suite struct ClusterTests {
  private static func virtualService(generation: Int, canaryWeight: Int) -> String {
    """
    {"kind": "VirtualService", "apiVersion": "networking.istio.io/v1", \
    "metadata": {"name": "app-backend", "namespace": "istio", "uid": "1", \
    "generation": \(generation), "resourceVersion": "\(100 + generation)"}, \
    "spec": {"hosts": ["app-backend"], "http": [{"route": [\
    {"destination": {"host": "app-backend", "subset": "v1"}, "weight": \(100 - canaryWeight)}, \
    {"destination": {"host": "app-backend", "subset": "v2"}, "weight": \(canaryWeight)}]}]}}
    """
  }

  /// A cluster in which the weights go to 50/50 as soon as somebody watches.
  private static let script: FaultServer.Script = { request in
    if request.target == "/api/v1/query_range" { return [.respond(text: CollectTests.empty)] }
    guard request.headers["authorization"] == "Bearer sesame" else {
      return [.respond(401, text: #"{"kind": "Status", "message": "Unauthorized"}"#)]
    }
    let before = virtualService(generation: 1, canaryWeight: 10)
    if request.target.contains("watch=") {
      let after = virtualService(generation: 2, canaryWeight: 50)
      return [
        .startChunked(), .chunk(Array(#"{"type": "MODIFIED", "object": \#(after)}\#n"#.utf8)),
        .waitForHangUp,
      ]
    }
    if request.target.contains("destinationrules") {
      return [.respond(text: #"{"items": []}"#)]
    }
    if request.target.contains("virtualservices/") { return [.respond(text: before)] }
    return [.respond(text: #"{"metadata": {"resourceVersion": "101"}, "items": [\#(before)]}"#)]
  }

  /// The program with a kubeconfig for a cluster behind TLS, where credentials may be sent.
  private func withProgram(
    in folder: TemporaryFolder, _ body: (AnalyzeProgram, FaultServer) async throws -> Void
  ) async throws {
    let certificates = try await TestCertificates.make()
    try await withFaultServer(Self.script) { server in
      let options = FaultServerTLSOptions(identity: certificates.server)
      try await withTLSFront(of: server, options) { port in
        try folder.write(
          """
          current-context: a
          contexts: [{name: a, context: {cluster: c, user: u}}]
          clusters:
          - name: c
            cluster:
              server: "https://127.0.0.1:\(port)"
              certificate-authority: \(certificates.authority.certificatePath)
          users: [{name: u, user: {token: sesame}}]
          """, to: "kubeconfig.yaml")
        let program = AnalyzeProgram(
          in: folder.url,
          environment: [
            "KUBECONFIG": folder.path("kubeconfig.yaml"), "ANALYZE_VICTORIA_METRICS": server.url,
            "ANALYZE_VIRTUAL_SERVICE": "istio/app-backend",
          ])
        try await body(program, server)
      }
    }
  }

  @Test func `the cluster is reached with kubectl's credentials`() async throws {
    let folder = try TemporaryFolder()
    try await withProgram(in: folder) { program, server in
      let outcome = try await program.run("collect")
      #expect(outcome.errors == "")
      #expect(outcome.status == 0)
      #expect(outcome.output.hasSuffix("weights v1 90 %, v2 10 %\n"))
      #expect(server.requests.allSatisfy { $0.method == "GET" || $0.target.hasPrefix("/api/v1/") })
    }
    let stored = try await Shell.run("sqlite3", folder.path("analyze.db"), ".dump")
    #expect(!stored.contains("sesame"))
  }

  @Test func `with --every a change of the weights is recorded when it happens`() async throws {
    let folder = try TemporaryFolder()
    try await withProgram(in: folder) { program, server in
      let process = try program.start([
        "collect", "--every", "1h", "--log-format", "json", "--telemetry-file", "analyze.prom",
      ])
      var states = ""
      for _ in 0..<200 where states != "1\n2\n" {
        try await Task.sleep(for: .milliseconds(100))
        states =
          (try? await Shell.run(
            "sqlite3", folder.path("analyze.db"),
            "SELECT generation FROM weight_state ORDER BY generation")) ?? ""
      }
      kill(process.processIdentifier, SIGTERM)
      let outcome = try await blocking { AnalyzeProgram.outcome(of: process) }
      #expect(states == "1\n2\n")
      #expect(outcome.status == 143)
      for line in outcome.errors.split(separator: "\n") {
        let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(entry?["level"] as? String == "info")
      }
      let telemetry = try String(contentsOfFile: folder.path("analyze.prom"), encoding: .utf8)
      #expect(telemetry.contains("analyze_collect_ticks_total 1\n"))
    }
  }
}
