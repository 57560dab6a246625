import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// Recorded answers over TLS, to a client with each kind of credentials.
struct CredentialTests {
  private let certificates: TestCertificates
  private let folder: TemporaryFolder
  private let object: [FaultServer.Step]
  private let unauthorized: [FaultServer.Step]

  init() async throws {
    certificates = try await TestCertificates.make()
    folder = try TemporaryFolder()
    object = try Recording("get-v1-before").steps
    unauthorized = try Recording("err-401-bad-token").steps
  }

  private var authority: String {
    "certificate-authority: \(certificates.authority.certificatePath)"
  }

  private func base64(_ path: String) throws -> String {
    try Data(contentsOf: URL(filePath: path)).base64EncodedString()
  }

  /// Runs a body with a client of a kubeconfig's context, and a server that takes one token.
  private func withCluster<Value>(
    token: String?, cluster: String? = nil, user: String,
    options: FaultServerTLSOptions? = nil,
    _ body: (KubernetesConnection, FaultServer) async throws -> Value
  ) async throws -> Value {
    let (object, unauthorized) = (object, unauthorized)
    let header = token.map { "Bearer \($0)" }
    return try await withAPIServer { request in
      request.headers["authorization"] == header ? object : unauthorized
    } _: { server async throws in
      try await withTLSFront(
        of: server, options ?? FaultServerTLSOptions(identity: certificates.server)
      ) { port in
        let path = try folder.write(
          kubeconfig(
            server: "https://127.0.0.1:\(port)", cluster: cluster ?? authority, user: user),
          to: "config")
        return try await body(try .file(path), server)
      }
    }
  }

  @Test func `a token goes along with each request`() async throws {
    try await withCluster(token: "abc", user: "token: abc") { connection, _ async throws in
      let object = try await connection.readVirtualService()
      #expect(object.metadata.name == "app-backend")
    }
  }

  @Test func `a user name and a password go along`() async throws {
    try await withCluster(token: nil, user: "username: me\npassword: pass") {
      connection, server async throws in
      _ = try? await connection.readVirtualService()
      #expect(server.requests.map { $0.headers["authorization"] } == ["Basic bWU6cGFzcw=="])
    }
  }

  @Test func `a client certificate is shown, from files and from data`() async throws {
    let pair = certificates.client
    let fromFiles = "client-certificate: \(pair.certificatePath)\nclient-key: \(pair.keyPath)"
    let fromData = """
      client-certificate-data: \(try base64(pair.certificatePath))
      client-key-data: \(try base64(pair.keyPath))
      """
    let options = FaultServerTLSOptions(
      identity: certificates.server, clientAuthorityPath: certificates.authority.certificatePath)
    let authorityData =
      "certificate-authority-data: \(try base64(certificates.authority.certificatePath))"
    for (user, cluster) in [(fromFiles, authority), (fromData, authorityData)] {
      try await withCluster(
        token: nil, cluster: cluster, user: user, options: options
      ) { connection, _ async throws in
        let object = try await connection.readVirtualService()
        #expect(object.metadata.name == "app-backend")
      }
    }
    try await withCluster(token: nil, user: "", options: options) {
      connection, server async throws in
      let message = try await message { try await connection.readVirtualService() }
      #expect(message.contains("the server wants a client certificate that it accepts"))
      #expect(message.hasSuffix("; check context \"dev\" of \(folder.path("config"))"))
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `a token in a file is read again when it was replaced`() async throws {
    try folder.write("first\n", to: "token")
    try await withCluster(token: "second", user: "tokenFile: token") {
      connection, server async throws in
      let client = KubernetesClient(connection: connection)
      let message = try await message {
        try await client.virtualService(namespace: "istio", name: "app-backend")
      }
      #expect(
        message
          == "cannot read VirtualService istio/app-backend: 401 Unauthorized; the server does not "
          + "accept the token in \(folder.path("token")) of user \"tester\" of "
          + "\(folder.path("config")); renew or correct it")
      try folder.write("second\n", to: "token")
      _ = try await client.virtualService(namespace: "istio", name: "app-backend")
      #expect(
        server.requests.map { $0.headers["authorization"] } == ["Bearer first", "Bearer second"])
    }
  }

  @Test func `a token that is replaced while it is refused is tried once more`() async throws {
    let token = try folder.write("first", to: "token")
    let (object, unauthorized) = (object, unauthorized)
    try await withAPIServer { request in
      guard request.headers["authorization"] == "Bearer first" else { return object }
      do { try Data("second".utf8).write(to: URL(filePath: token)) } catch { return [.reset] }
      return unauthorized
    } _: { server async throws in
      try await withTLSFront(of: server, FaultServerTLSOptions(identity: certificates.server)) {
        port in
        try FileManager.default.copyItem(
          atPath: certificates.authority.certificatePath, toPath: folder.path("ca.crt"))
        var connection = try KubernetesConnection.inCluster(
          environment: [
            "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(port)",
          ], folder: folder.url.path)
        connection.proxy = Secret("")
        _ = try await connection.readVirtualService()
        #expect(server.requests.count == 2)
      }
    }
  }

  @Test func `an empty token file is an error`() async throws {
    try folder.write(" \n", to: "token")
    try await withCluster(token: nil, user: "tokenFile: token") { connection, _ async throws in
      #expect(
        try await message { try await connection.readVirtualService() }
          == "cannot get the token in \(folder.path("token")) of user \"tester\" of "
          + "\(folder.path("config")): the file is empty")
      try FileManager.default.removeItem(atPath: folder.path("token"))
      #expect(
        try await message { try await connection.readVirtualService() }
          == "cannot get the token in \(folder.path("token")) of user \"tester\" of "
          + "\(folder.path("config")): the file cannot be read")
    }
  }

  @Test(
    arguments: [
      ("token: hidden", "the token of user \"tester\" of "),
      ("username: me\npassword: hidden", "the user name and password of user \"tester\" of "),
      ("", "anonymous requests"),
    ])
  func `a 401 says what was tried`(user: String, tried: String) async throws {
    try await withCluster(token: "none", user: user) { connection, server async throws in
      let message = try await message { try await connection.readVirtualService() }
      #expect(
        message.hasPrefix(
          "cannot read VirtualService istio/app-backend: 401 Unauthorized; the server does not "
            + "accept \(tried)"))
      let advice = user.isEmpty ? "name a user in the kubeconfig" : "renew or correct it"
      #expect(message.hasSuffix("; " + advice))
      #expect(!message.contains("hidden"))
      #expect(server.requests.count == 1)
    }
  }

  @Test func `the name that the certificate bears can be given`() async throws {
    let options = FaultServerTLSOptions(identity: certificates.elsewhere)
    try await withCluster(
      token: nil, cluster: authority + "\ntls-server-name: elsewhere.example", user: "",
      options: options
    ) { connection, _ async throws in
      let object = try await connection.readVirtualService()
      #expect(object.metadata.name == "app-backend")
    }
    try await withCluster(token: nil, user: "", options: options) { connection, _ async throws in
      let message = try await message { try await connection.readVirtualService() }
      #expect(message.contains("certificate is not for the name 127.0.0.1; check context \"dev\""))
    }
  }

  @Test func `verification can be skipped, with a warning`() async throws {
    try await withCluster(
      token: "abc", cluster: "insecure-skip-tls-verify: true", user: "token: abc",
      options: FaultServerTLSOptions(identity: certificates.elsewhere)
    ) { connection, _ async throws in
      #expect(connection.warnings.count == 1)
      let object = try await connection.readVirtualService()
      #expect(object.metadata.name == "app-backend")
    }
  }

  @Test func `a proxy sees where the request is to go, and not what it says`() async throws {
    let proxy = try FaultServer { _ in [.respond(403, text: "no way")] }
    defer { proxy.stop() }
    try await withCluster(
      token: "abc", cluster: "proxy-url: http://me:pass@127.0.0.1:\(proxy.port)", user: "token: abc"
    ) { connection, server async throws in
      let message = try await message { try await connection.readVirtualService() }
      #expect(message.contains("it answered 403; check context \"dev\""))
      #expect(server.requests.isEmpty)
      #expect(
        proxy.requests.map { "\($0.method) https://\($0.target)" } == [
          "CONNECT \(connection.baseURL)"
        ])
      #expect(proxy.requests.map { $0.headers["proxy-authorization"] } == ["Basic bWU6cGFzcw=="])
      #expect(proxy.requests.map { $0.headers["authorization"] } == [nil])
    }
  }
}
