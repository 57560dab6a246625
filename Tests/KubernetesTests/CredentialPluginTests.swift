import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// Credentials from programs, as shell scripts in a temporary folder.
struct CredentialPluginTests: CredentialPluginSuite {
  let certificates: TestCertificates
  let folder: TemporaryFolder
  let clock = TestClock()

  init() async throws {
    certificates = try await TestCertificates.make()
    folder = try TemporaryFolder()
  }

  @Test(arguments: [pluginVersion, "client.authentication.k8s.io/v1beta1"])
  func `the token of a plugin is used until it expires`(version: String) async throws {
    let object = try Recording("get-v1-before").steps
    let expiry = clock.text(inSeconds: 3600)
    let script = """
      n=$(wc -l < "$0.runs")
      \(answer("{\"token\": \"token-$n\", \"expirationTimestamp\": \"\(expiry)\"}", version: version))
      """
    try await withCluster(try user(script, version: version)) { _ in
      object
    } _: { client, server async throws in
      try await read(client)
      clock.advance(bySeconds: 3500)
      try await read(client)
      #expect(runCount == 1)
      clock.advance(bySeconds: 75)
      try await read(client)
      #expect(
        server.requests.map { $0.headers["authorization"] }
          == ["Bearer token-1", "Bearer token-1", "Bearer token-2"])
    }
  }

  @Test func `many requests at a time run the plugin once`() async throws {
    let object = try Recording("get-v1-before").steps
    let user = try user("sleep 0.2\n" + answer("{\"token\": \"abc\"}"))
    try await withCluster(user) { _ in
      object
    } _: { client, server async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<5 { group.addTask { try await read(client) } }
        try await group.waitForAll()
      }
      #expect(runCount == 1)
      #expect(server.requests.count == 5)
    }
  }

  @Test func `a 401 runs the plugin once more, and only once`() async throws {
    let object = try Recording("get-v1-before").steps
    let unauthorized = try Recording("err-401-bad-token").steps
    let script = "n=$(wc -l < \"$0.runs\")\n" + answer("{\"token\": \"token-$n\"}")
    try await withCluster(try user(script)) { request in
      request.headers["authorization"] == "Bearer token-2" ? object : unauthorized
    } _: { client, _ async throws in
      try await read(client)
      try await read(client)
      #expect(runCount == 2)
    }
    try FileManager.default.removeItem(atPath: folder.path("plugin.sh.runs"))
    try await withCluster(try user(script)) { _ in
      unauthorized
    } _: { client, server async throws in
      let message = try await message { try await read(client) }
      #expect(
        message
          == "cannot read VirtualService istio/app-backend: 401 Unauthorized; the server does not "
          + "accept the credentials of user \"tester\" of \(folder.path("config")) from \"sh\"; "
          + "renew or correct it")
      #expect(runCount == 2)
      #expect(server.requests.count == 2)
    }
  }

  @Test func `the client certificate of a plugin is shown`() async throws {
    let object = try Recording("get-v1-before").steps
    let script = """
      certificate=$(awk '{printf "%s\\\\n", $0}' "\(certificates.client.certificatePath)")
      key=$(awk '{printf "%s\\\\n", $0}' "\(certificates.client.keyPath)")
      printf '%s' '{"kind": "ExecCredential", "apiVersion": "\(pluginVersion)", "status": {'
      printf '"clientCertificateData": "%s", "clientKeyData": "%s"}}' "$certificate" "$key"
      """
    let options = FaultServerTLSOptions(
      identity: certificates.server, clientAuthorityPath: certificates.authority.certificatePath)
    try await withCluster(try user(script), options: options) { _ in
      object
    } _: { client, server async throws in
      try await read(client)
      try await read(client)
      #expect(server.requests.map { $0.headers["authorization"] } == [nil, nil])
      #expect(server.connectionCount == 1)
    }
  }

  @Test func `a plugin gets arguments, variables and the cluster, and no input`() async throws {
    let script = """
      { printf '%s|' "$@" "$INHERITED" "$OWN"; wc -c; printf '%s' "$KUBERNETES_EXEC_INFO"; } > "$0.seen"
      \(answer("{\"token\": \"abc\"}"))
      """
    let user = try user(
      script,
      further: """
        env: [{name: OWN, value: mine}]
        provideClusterInfo: true
        """)
    let connection = try connection(
      user,
      cluster: """
        certificate-authority-data: Q0E=
        tls-server-name: elsewhere.example
        extensions:
        - name: client.authentication.k8s.io/exec
          extension: {audience: [a, 1, true, null, 1.5, "1"]}
        """)
    guard case .plugin(let plugin) = connection.credentials.method else {
      Issue.record("no plugin")
      return
    }
    #expect(try await plugin.run().token == Secret("abc"))
    #expect(
      try String(contentsOfFile: folder.path("plugin.sh.seen"), encoding: .utf8)
        == "one|two words|yes|mine|0\n"
        + #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":"#
        + #"{"cluster":{"certificate-authority-data":"Q0E=","config":{"audience":"#
        + #"["a",1,true,null,1.5,"1"]},"server":"https://127.0.0.1:1","#
        + #""tls-server-name":"elsewhere.example"},"interactive":false}}"#)
  }

  @Test func `a command with a slash is relative to the kubeconfig`() async throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("shell"), withDestinationPath: "/bin/sh")
    let user = try user(answer("{\"token\": \"abc\"}")).replacing(
      "command: sh", with: "command: ./shell")
    guard case .plugin(let plugin) = try connection(user).credentials.method else {
      Issue.record("no plugin")
      return
    }
    #expect(plugin.command == folder.path("shell"))
    #expect(try await plugin.run().token == Secret("abc"))
  }
}
