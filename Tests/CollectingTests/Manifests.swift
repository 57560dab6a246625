import Kubernetes
import Testing

@testable import Collecting

/// The manifest of a VirtualService whose HTTP routes stand in `http`, one list entry a route.
func virtualService(
  metadata: String = "{name: app-backend, namespace: istio}", hosts: String = "[app-backend]",
  http: String
) -> String {
  let routes = http.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  return """
    kind: VirtualService
    metadata: \(metadata)
    spec:
      hosts: \(hosts)
      http:
    \(routes)

    """
}

/// A route without a name over subsets of `app-backend`.
func route(_ weights: (subset: String, weight: Int)...) -> String {
  "- route:\n"
    + weights.map { subset, weight in
      "  - {destination: {host: app-backend, subset: \(subset)}, weight: \(weight)}\n"
    }.joined()
}

/// Reads the VirtualService of a manifest, with its DestinationRules.
func read(
  _ manifest: String, route: String? = nil, judgedBefore: String? = nil
) throws -> RouteReading {
  let manifest = try Manifest(parsing: manifest)
  return try RouteReading(
    try #require(manifest.virtualServices.first), destinationRules: manifest.destinationRules,
    routeName: route, judgedBefore: judgedBefore)
}
