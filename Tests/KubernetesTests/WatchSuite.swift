import Foundation
import HTTP
import Kubernetes
import TestSupport
import Testing

/// A suite that watches `istio/app-backend` as `list-before` has it.
protocol WatchSuite {
  var list: [FaultServer.Step] { get }
}

extension WatchSuite {
  /// A watch without pauses after failures.
  func watch(_ server: FaultServer, _ settings: WatchSettings? = nil) -> VirtualServiceWatch {
    KubernetesClient(baseURL: server.url, http: .direct()).watch(
      namespace: "istio", name: "app-backend",
      settings: settings ?? WatchSettings(backoff: RetryPolicy(baseDelay: .zero)))
  }

  /// The first events of a server that follows a script, which stays open at the end.
  func events(
    _ count: Int, lists: [[FaultServer.Step]]? = nil, watches: [[FaultServer.Step]],
    _ check: (FaultServer) throws -> Void = { _ in }
  ) async throws -> [String] {
    let script = WatchScript(lists: lists ?? [list], watches: watches).script
    return try await withAPIServer(script) { server async throws in
      let events = try await watch(server).first(count)
      try check(server)
      return events
    }
  }

  func deletion(_ version: String) -> String {
    #"{"type":"DELETED","object":{"metadata":{"name":"app-backend","resourceVersion":"\#(version)"}}}"#
  }
}
