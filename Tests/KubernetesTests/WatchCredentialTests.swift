import Foundation
import HTTP
import Kubernetes
import TestSupport
import Testing

/// A watch over TLS, with a token that runs out.
struct WatchCredentialTests {
  @Test func `a token that ran out is read again once, between and at the start`() async throws {
    let certificates = try await TestCertificates.make()
    let folder = try TemporaryFolder()
    let token = try folder.write("first", to: "token")
    let list = try Recording("list-before").steps
    let unauthorized = try Recording("err-401-bad-token").steps
    let events = try [FaultServer.Step].watch("watch-from-rv") + [.waitForHangUp]
    try await withAPIServer { request in
      let isWatch = request.target.contains("watch=true")
      guard request.headers["authorization"] == "Bearer second" else {
        guard isWatch else { return list }
        do { try Data("second".utf8).write(to: URL(filePath: token)) } catch { return [.reset] }
        return unauthorized
      }
      return isWatch ? events : list
    } _: { server async throws in
      try await withTLSFront(
        of: server, FaultServerTLSOptions(identity: certificates.server)
      ) { port in
        let path = try folder.write(
          kubeconfig(
            server: "https://127.0.0.1:\(port)",
            cluster: "certificate-authority: \(certificates.authority.certificatePath)",
            user: "tokenFile: token"), to: "config")
        let client = KubernetesClient(connection: try .file(path))
        let watch = client.watch(namespace: "istio", name: "app-backend")
        #expect(try await watch.first(2) == ["90/10 at 266", "50/50 at 277"])
        #expect(
          server.requests.map { $0.headers["authorization"] }
            == ["Bearer first", "Bearer first", "Bearer second"])
      }
    }
  }
}
