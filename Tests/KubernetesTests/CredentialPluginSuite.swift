import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// A suite whose kubeconfig names a program that gives credentials: a shell script.
protocol CredentialPluginSuite {
  var certificates: TestCertificates { get }
  var folder: TemporaryFolder { get }
  var clock: TestClock { get }
}

/// The newest version of what such programs write.
let pluginVersion = "client.authentication.k8s.io/v1"

extension CredentialPluginSuite {
  /// Writes a script that is run by the shell, and gives the user that runs it.
  func user(
    _ script: String, version: String = pluginVersion, further: String = ""
  ) throws -> String {
    let path = try folder.write("echo run >> \"$0.runs\"\n" + script, to: "plugin.sh")
    return """
      exec:
        apiVersion: \(version)
        interactiveMode: Never
        command: sh
        args: ["\(path)", one, "two words"]
      \(further.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      """
  }

  func answer(_ status: String, version: String = pluginVersion) -> String {
    """
    cat <<END
    {"kind": "ExecCredential", "apiVersion": "\(version)", "spec": {}, "status": \(status)}
    END
    """
  }

  var runCount: Int {
    let text = (try? String(contentsOfFile: folder.path("plugin.sh.runs"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").count
  }

  func connection(
    _ user: String, server: String = "https://127.0.0.1:1", cluster: String = ""
  ) throws -> KubernetesConnection {
    let path = try folder.write(
      kubeconfig(server: server, cluster: cluster, user: user), to: "config")
    return try .file(
      path, environment: ["PATH": "/usr/bin:/bin", "INHERITED": "yes"], clock: clock)
  }

  /// Runs a body with a client whose user is the plugin, over TLS.
  func withCluster<Value>(
    _ user: String, options: FaultServerTLSOptions? = nil,
    _ script: @escaping FaultServer.Script,
    _ body: (KubernetesClient, FaultServer) async throws -> Value
  ) async throws -> Value {
    try await withAPIServer(script) { server async throws in
      try await withTLSFront(
        of: server, options ?? FaultServerTLSOptions(identity: certificates.server)
      ) { port in
        let connection = try connection(
          user, server: "https://127.0.0.1:\(port)",
          cluster: "certificate-authority: \(certificates.authority.certificatePath)")
        return try await body(KubernetesClient(connection: connection), server)
      }
    }
  }

  func read(_ client: KubernetesClient) async throws {
    _ = try await client.virtualService(namespace: "istio", name: "app-backend")
  }
}
