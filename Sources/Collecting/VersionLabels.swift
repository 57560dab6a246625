import Rollouts
import VictoriaMetrics

/// Which version a series of Istio's metrics belongs to.
struct VersionLabels: Sendable {
  private let weights: Weights
  private let namespace: String

  init(weights: Weights, namespace: String) {
    self.weights = weights
    self.namespace = namespace
  }

  /// The services that the route sends requests to.
  var services: [ServiceName] {
    weights.entries.map { ServiceName(host: $0.destination.host, in: namespace) }
  }

  /// The version that the labels name; `nil` if they belong to another service.
  ///
  /// Where a destination names a subset, the version label decides; where it names a host alone,
  /// all that the host answers. A version that the route does not name keeps its own name: requests
  /// that reached none are labelled `unknown`.
  func version(of series: RangeSeries) throws(CountError) -> String? {
    let service = ServiceName(
      name: series.labels["destination_service_name"] ?? "",
      namespace: series.labels["destination_service_namespace"] ?? "")
    let entries = weights.entries.filter {
      ServiceName(host: $0.destination.host, in: namespace) == service
    }
    guard let entry = entries.first else { return nil }
    if entry.destination.subset == nil { return entry.version }
    guard let label = series.labels["destination_version"], !label.isEmpty else {
      throw .label(
        metric: "the requests to \(service.name)", name: "destination_version", value: "")
    }
    return label
  }
}
