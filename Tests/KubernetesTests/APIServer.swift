import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Runs a body with an API server, of which nothing may be asked but to read.
func withAPIServer<Value>(
  _ script: @escaping FaultServer.Script, _ body: (FaultServer) async throws -> Value
) async throws -> Value {
  try await withFaultServer(script) { server in
    let value = try await body(server)
    #expect(server.requests.allSatisfy { $0.method == "GET" && $0.body.isEmpty })
    return value
  }
}

/// A kubeconfig with one context `dev`, of cluster `loop` and user `tester`.
///
/// - Parameters:
///   - server: The address of the API server.
///   - cluster: Further lines of the cluster.
///   - user: The lines of the user.
/// - Returns: YAML.
func kubeconfig(server: String, cluster: String = "", user: String = "") -> String {
  """
  apiVersion: v1
  kind: Config
  current-context: dev
  contexts:
  - name: dev
    context: {cluster: loop, user: tester, namespace: istio}
  clusters:
  - name: loop
    cluster:
      server: \(server)
  \(indented(cluster))
  users:
  - name: tester
    user:
      extensions: []
  \(indented(user))

  """
}

private func indented(_ lines: String) -> String {
  lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
}

/// A clock that a test sets.
final class TestClock: Sendable {
  private let date = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

  /// Tells the time.
  var now: @Sendable () -> Date { { [self] in date.withLock { $0 } } }

  /// The time in this many seconds, as RFC 3339.
  func text(inSeconds seconds: Double) -> String {
    now().addingTimeInterval(seconds).formatted(.iso8601)
  }

  func advance(bySeconds seconds: Double) {
    date.withLock { $0 = $0.addingTimeInterval(seconds) }
  }
}

extension KubernetesConnection {
  /// The current context of a file, without any proxy unless the file names one.
  static func file(
    _ path: String, context: String? = nil, environment: [String: String] = [:],
    clock: TestClock = TestClock()
  ) throws(KubernetesError) -> KubernetesConnection {
    var connection = try kubeconfig(
      paths: [path], context: context, environment: environment, now: clock.now)
    connection.proxy = connection.proxy ?? Secret("")
    return connection
  }

  /// Reads `istio/app-backend` with a client of its own.
  func readVirtualService() async throws -> VirtualService {
    try await KubernetesClient(connection: self).virtualService(
      namespace: "istio", name: "app-backend")
  }
}

/// All that Swift may make of a value without being asked for its parts.
func texts(of value: some Any) -> String {
  var dumped = ""
  dump(value, to: &dumped)
  return "\(value) " + String(reflecting: value) + dumped
}

/// The message of the error that a body throws.
func message<Value>(_ body: () async throws -> Value) async throws -> String {
  let error = try await #require(throws: KubernetesError.self) { _ = try await body() }
  #expect(!error.description.contains("\n"))
  return error.description
}
