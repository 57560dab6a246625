import Foundation
import TestSupport
import Testing

/// Nothing secret is ever stored: the file is searched for every credential that a run used.
@Suite struct SecretsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(CollectTests.manifest, to: "vs.yaml")
  }

  private static let script: FaultServer.Script = { request in
    guard request.target.hasPrefix("/apis/") else { return [.respond(text: CollectTests.empty)] }
    guard request.target.hasSuffix("/virtualservices/app-backend") else {
      return [.respond(text: #"{"items": []}"#)]
    }
    return [
      .respond(
        text: """
          {"metadata": {"name": "app-backend", "namespace": "istio", "uid": "1"}, "spec":
          {"hosts": ["app-backend"], "http": [{"route": [
          {"destination": {"host": "app-backend", "subset": "v1"}, "weight": 90},
          {"destination": {"host": "app-backend", "subset": "v2"}, "weight": 10}]}]}}
          """)
    ]
  }

  private func collect(
    _ arguments: [String], _ url: String, environment: [String: String] = [:], settings: String
  ) async throws {
    try folder.write("victoriaMetrics:\n  url: \(url)\n\(settings)", to: "analyze.yaml")
    let outcome = try await AnalyzeProgram(in: folder.url, environment: environment)
      .run(["collect"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `no credential that a run used is in the database or beside it`() async throws {
    let certificates = try await TestCertificates.make()
    let manifest = ["--virtual-service-file", "vs.yaml"]
    let authority = "  certificateAuthority: \(certificates.authority.certificatePath)\n"
    try await withFaultServer(Self.script) { server in
      let options = FaultServerTLSOptions(
        identity: certificates.server,
        clientAuthorityPath: certificates.authority.certificatePath)
      try await withTLSFront(of: server, options) { port in
        let url = "https://127.0.0.1:\(port)"
        let client =
          authority + "  clientCertificate: \(certificates.client.certificatePath)\n"
          + "  clientKey: \(certificates.client.keyPath)\n"
        try await collect(manifest, url, settings: client)
        try await collect(
          manifest, url, environment: ["ANALYZE_VICTORIA_METRICS_PASSWORD": "basic-secret-1"],
          settings: client + "  username: basic-user-1\n")
        try await collect(
          manifest, url, environment: ["ANALYZE_VICTORIA_METRICS_TOKEN": "bearer-secret-2"],
          settings: client)
        try folder.write("bearer-secret-3\n", to: "token")
        try await collect(manifest, url, settings: client + "  tokenFile: token\n")
        try folder.write("header-secret-5\n", to: "header")
        try await collect(
          manifest, url,
          settings: client
            + "  headers: {X-Scope: header-secret-4}\n  headerFiles: {X-Api-Key: header}\n")
        for user in [
          "token: static-secret-6", "username: kube-user\npassword: basic-secret-7",
          """
          exec:
            apiVersion: client.authentication.k8s.io/v1
            interactiveMode: Never
            command: sh
            args: ["-c", "echo '{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"status\\":{\\"token\\":\\"exec-secret-8\\"}}'"]
          """,
        ] {
          try folder.write(
            kubeconfig(user: user, url, certificates), to: "kubeconfig")
          try await collect(
            ["--kubeconfig", "kubeconfig", "--virtual-service", "istio/app-backend"], url,
            settings: client)
        }
      }
      let sent = server.requests.flatMap(\.headers.values).joined(separator: "\n")
      #expect(sent.contains("bearer-secret-2") && sent.contains("exec-secret-8"))
      #expect(sent.contains("header-secret-4") && sent.contains("header-secret-5"))
    }
    let key = try String(contentsOfFile: certificates.client.keyPath, encoding: .utf8)
    let keyLines = key.split(separator: "\n").map(String.init).filter { $0.count > 32 }
    #expect(keyLines.count > 1)
    try expectNotStored(Self.secrets + keyLines)
  }

  @Test func `no credential is in the list of processes while a collector runs`() async throws {
    try await withFaultServer(Self.script) { server in
      try folder.write("header-secret-5\n", to: "header")
      try folder.write(
        "victoriaMetrics:\n  url: \(server.url)\n  headers: {X-Scope: header-secret-4}\n"
          + "  headerFiles: {X-Api-Key: header}\n", to: "analyze.yaml")
      let process = try AnalyzeProgram(
        in: folder.url,
        environment: [
          "ANALYZE_VICTORIA_METRICS":
            server.url.replacing("http://", with: "http://basic-user-1:basic-secret-1@")
        ]
      ).start(["collect", "--every", "1s", "--virtual-service-file", "vs.yaml"])
      while server.requests.isEmpty, process.isRunning {
        try await Task.sleep(for: .milliseconds(20))
      }
      let folder = URL(filePath: "/proc/\(process.processIdentifier)")
      let shown = try ["cmdline", "comm"].map { try Data(contentsOf: folder.appending(path: $0)) }
      let isRunning = process.isRunning
      process.terminate()
      let outcome = try await blocking { AnalyzeProgram.outcome(of: process) }
      #expect(isRunning, "\(outcome.errors)")
      let text = shown.map { String(decoding: $0, as: UTF8.self) }.joined()
      #expect(text.contains("--every"))
      #expect(!(text + outcome.errors).contains("secret"))
      #expect(server.requests.contains { $0.headers["authorization"]?.hasPrefix("Basic ") == true })
    }
  }

  /// A server or a proxy in front of it that refuses, and shows what it was sent.
  private static let echo: FaultServer.Script = { request in
    let shown = ["authorization", "x-scope", "x-api-key"].compactMap { request.headers[$0] }
    return [.respond(403, text: "denied: \(shown.joined(separator: ", "))")]
  }

  /// Runs that fail, with what they said.
  private func failing(
    _ arguments: [String], _ url: String, environment: [String: String] = [:], settings: String
  ) async throws -> String {
    try folder.write("victoriaMetrics:\n  url: \(url)\n\(settings)", to: "analyze.yaml")
    let program = AnalyzeProgram(in: folder.url, environment: environment)
    let once = try await program.run(["collect"] + arguments)
    #expect(once.status == 3, "\(once.errors)")
    let process = try program.start(
      ["collect", "--every", "1s", "--log-format", "json"] + arguments)
    try await Task.sleep(for: .seconds(2))
    process.terminate()
    let service = try await blocking { AnalyzeProgram.outcome(of: process) }
    #expect(service.errors.contains(#""level":"error""#))
    let doctor = try await program.run(["doctor"] + arguments)
    return [once, service, doctor].map { $0.output + $0.errors }.joined()
  }

  @Test func `what others repeat of a credential is neither said nor stored`() async throws {
    let manifest = ["--virtual-service-file", "vs.yaml"]
    try await withFaultServer(Self.script) { server in
      try await collect(manifest, server.url, settings: "")
    }
    try folder.write("bearer-secret-3\n", to: "token")
    try folder.write("header-secret-5\n", to: "header")
    var said = ""
    try await withFaultServer(Self.echo) { server in
      said += try await failing(
        manifest, server.url,
        environment: ["ANALYZE_VICTORIA_METRICS_PASSWORD": "basic-secret-1"],
        settings: "  username: basic-user-1\n")
      said += try await failing(
        manifest, server.url,
        settings: "  tokenFile: token\n  headers: {X-Scope: header-secret-4}\n"
          + "  headerFiles: {X-Api-Key: header}\n")
    }
    let certificates = try await TestCertificates.make()
    try await withFaultServer(Self.echo) { server in
      let options = FaultServerTLSOptions(identity: certificates.server)
      try await withTLSFront(of: server, options) { port in
        for user in [
          "token: static-secret-6", "username: kube-user\npassword: basic-secret-7",
          """
          exec:
            apiVersion: client.authentication.k8s.io/v1
            interactiveMode: Never
            command: sh
            args: ["-c", "echo '{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"status\\":{\\"token\\":\\"exec-secret-8\\"}}'; echo exec-secret-8 >&2; exit $EXIT"]
            env: [{name: EXIT, value: "1"}]
          """,
        ] {
          // Of the plugin's user one that fails, and one whose token the server refuses.
          for user in Set([user, user.replacing("\"1\"", with: "\"0\"")]) {
            try folder.write(
              kubeconfig(user: user, "https://127.0.0.1:\(port)", certificates), to: "kubeconfig")
            said += try await failing(
              ["--kubeconfig", "kubeconfig", "--virtual-service", "istio/app-backend"], server.url,
              settings: "")
          }
        }
      }
      let sent = server.requests.flatMap(\.headers.values).joined(separator: "\n")
      #expect(sent.contains("static-secret-6") && sent.contains("exec-secret-8"))
    }
    #expect(said.contains("denied: Bearer <redacted>, <redacted>, <redacted>"))
    #expect(said.contains("denied: Basic <redacted>"))
    #expect(said.contains("it ended with status 1 (<redacted>)"))
    for secret in Self.secrets { #expect(!said.contains(secret), "\(secret) was said") }
    let reasons = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "SELECT reason FROM collection_failure")
    #expect(reasons.contains("<redacted>"))
    try expectNotStored(Self.secrets)
  }

  private func kubeconfig(
    user: String, _ url: String, _ certificates: TestCertificates
  ) -> String {
    let lines =
      user.split(separator: "\n").map { "    \($0)" } + [
        "    client-certificate: \(certificates.client.certificatePath)",
        "    client-key: \(certificates.client.keyPath)",
      ]
    return """
      apiVersion: v1
      kind: Config
      current-context: dev
      contexts:
      - name: dev
        context: {cluster: loop, user: tester}
      clusters:
      - name: loop
        cluster:
          server: \(url)
          certificate-authority: \(certificates.authority.certificatePath)
      users:
      - name: tester
        user:
      \(lines.joined(separator: "\n"))

      """
  }

  private static let secrets =
    (1...8).flatMap { number in
      ["basic", "bearer", "header", "static", "exec"].map { "\($0)-secret-\(number)" }
    }
    + ["basic-user-1:basic-secret-1", "kube-user:basic-secret-7"].map {
      Data($0.utf8).base64EncodedString()
    }

  private func expectNotStored(_ secrets: [String]) throws {
    var searched = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    where name.hasPrefix("analyze.db") {
      let content = try Data(contentsOf: folder.url.appending(path: name))
      for secret in secrets {
        #expect(content.range(of: Data(secret.utf8)) == nil, "\(name) holds \(secret.prefix(20))")
      }
      searched += content.count
    }
    #expect(searched > 10_000)
  }
}
