import Foundation
import Rollouts
import VictoriaMetrics

/// Which version a series belongs to, by the labels that a profile names.
struct VersionLabels: Sendable {
  /// What requests that reached no version are labelled with by Istio.
  static let unknownVersion = "unknown"

  private let profile: MetricsProfile

  /// The label that names the version.
  var versionLabel: String { profile.labels.version }
  let destinations: [(entry: VersionWeight, service: ServiceName, labelValue: String)]

  init(profile: MetricsProfile, weights: Weights, namespace: String) {
    self.profile = profile
    destinations = weights.entries.map { entry in
      let service = ServiceName(host: entry.destination.host, in: namespace)
      return (entry, service, Self.labelValue(entry, service, profile))
    }
  }

  /// The services that the route sends requests to.
  var services: [ServiceName] { destinations.map(\.service) }

  /// What the version label holds for each version of the route.
  var labelValues: [String] { destinations.map(\.labelValue) }

  /// The version that the labels name; `nil` if the series is of another service.
  ///
  /// Where a profile's label holds the version itself, a version that the route does not name keeps
  /// its own name, and one without the label is unknown: both are kept as rows of their own.
  func version(of series: RangeSeries) -> String? {
    let label = series.labels[profile.labels.version] ?? ""
    guard let serviceLabel = profile.labels.service else {
      return destinations.first { $0.labelValue == label }?.entry.version
    }
    let name = series.labels[serviceLabel] ?? ""
    let namespace = profile.labels.namespace.flatMap { series.labels[$0] } ?? ""
    guard
      let candidate = destinations.first(where: { $0.service.isNamed(name, in: namespace) })
    else { return nil }
    if candidate.entry.destination.subset == nil { return candidate.entry.version }
    if let named = destinations.first(where: {
      $0.labelValue == label && $0.service.isNamed(name, in: namespace)
    }) {
      return named.entry.version
    }
    return label.isEmpty ? Self.unknownVersion : label
  }

  private static func labelValue(
    _ entry: VersionWeight, _ service: ServiceName, _ profile: MetricsProfile
  ) -> String {
    guard let template = profile.versionLabelValue else { return entry.version }
    return template.replacing("{{host}}", with: entry.destination.host)
      .replacing("{{name}}", with: service.name)
      .replacing("{{namespace}}", with: service.namespace ?? "")
      .replacing("{{subset}}", with: entry.destination.subset ?? "")
      .replacing("{{version}}", with: entry.version)
  }
}
