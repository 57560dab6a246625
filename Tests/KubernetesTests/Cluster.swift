import HTTP
import Kubernetes
import TestSupport

/// The API's folder of objects in namespace `istio`, by API version.
func folder(_ version: String) -> String {
  "/apis/networking.istio.io/\(version)/namespaces/istio"
}

/// Reads `istio/app-backend` from a server.
func readVirtualService(
  _ server: FaultServer, path: String = ""
) async -> Result<VirtualService, KubernetesError> {
  do throws(KubernetesError) {
    return .success(
      try await KubernetesClient(baseURL: server.url + path, http: .direct())
        .virtualService(namespace: "istio", name: "app-backend"))
  } catch {
    return .failure(error)
  }
}

/// Reads `istio/app-backend` from a server that does the same for every request.
func readVirtualService(
  _ steps: [FaultServer.Step]
) async throws -> Result<VirtualService, KubernetesError> {
  try await withFaultServer({ _ in steps }) { await readVirtualService($0) }
}

extension HTTPClient {
  /// A client that uses no proxy, whatever the environment says.
  static func direct() -> HTTPClient {
    HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret("")))
  }
}
