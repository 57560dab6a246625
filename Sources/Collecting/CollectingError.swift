import Kubernetes
import Rollouts
import Store
import VictoriaMetrics

/// Why nothing was collected.
public enum CollectingError: Error, Equatable, CustomStringConvertible {
  /// VictoriaMetrics gave no answer that can be used.
  case metrics(VictoriaMetricsError)
  /// The Kubernetes API gave no answer that can be used.
  case kubernetes(KubernetesError)
  /// The database could not be used.
  case store(StoreError)
  /// The manifest could not be read.
  case manifest(path: String, reason: String)
  /// The VirtualService cannot be judged as it is.
  case route(RouteError)
  /// A count cannot be trusted.
  case count(CountError)

  /// What could not be done, why, and what to do.
  public var description: String {
    switch self {
    case .metrics(let error): error.description
    case .kubernetes(let error): error.description
    case .store(let error): error.description
    case .manifest(let path, let reason):
      "cannot read the manifest \(path): \(reason); check --virtual-service-file"
    case .route(let error): error.description
    case .count(let error): error.description
    }
  }
}

/// Why a VirtualService cannot be judged.
public enum RouteError: Error, Equatable, CustomStringConvertible {
  /// The manifest does not hold the VirtualService.
  case notInManifest(path: String, wanted: ObjectName?, found: [String])
  /// It routes no HTTP traffic.
  case noHTTPRoute(ObjectName)
  /// No route has the name.
  case noRouteOfName(ObjectName, name: String, known: [String])
  /// Several routes could be meant.
  case severalRoutes(ObjectName, known: [String])
  /// The route has several destinations and no weights.
  case noWeights(ObjectName)
  /// A weight is below zero.
  case negativeWeight(ObjectName, weight: Int)
  /// All weights are zero.
  case noPositiveWeight(ObjectName)
  /// Two destinations stand for the same version, whose counts cannot be told apart.
  case sameVersionTwice(ObjectName, version: String)

  /// What is wrong with the VirtualService, and what to do.
  public var description: String {
    switch self {
    case .notInManifest(let path, let wanted?, let found):
      "cannot find VirtualService \(wanted) in \(path): it holds \(Self.list(found)); check "
        + "--virtual-service and --virtual-service-file"
    case .notInManifest(let path, nil, let found) where found.isEmpty:
      "cannot find a VirtualService in \(path); check --virtual-service-file"
    case .notInManifest(let path, nil, let found):
      "\(path) holds several VirtualServices: \(Self.list(found)); name one with "
        + "--virtual-service"
    case .noHTTPRoute(let name):
      "cannot judge VirtualService \(name): it has no HTTP route with a destination; name a "
        + "VirtualService that splits HTTP traffic"
    case .noRouteOfName(let name, let route, let known):
      "cannot judge VirtualService \(name): it has no HTTP route named \"\(route)\" (it has "
        + "\(Self.list(known))); check --route"
    case .severalRoutes(let name, let known):
      "cannot judge VirtualService \(name): it is not clear which of its HTTP routes is meant "
        + "(\(Self.list(known))); name one with --route"
    case .noWeights(let name):
      "cannot judge VirtualService \(name): its route has several destinations and no weights; "
        + "give each destination a weight"
    case .negativeWeight(let name, let weight):
      "cannot judge VirtualService \(name): it has the weight \(weight); weights are not negative"
    case .noPositiveWeight(let name):
      "cannot judge VirtualService \(name): the weights of its route add up to 0; give one "
        + "destination a weight above 0"
    case .sameVersionTwice(let name, let version):
      "cannot judge VirtualService \(name): two destinations of its route stand for version "
        + "\"\(version)\", whose requests cannot be told apart; check the labels of the "
        + "DestinationRule's subsets"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty
      ? "none"
      : names.map { $0.isEmpty ? "one without a name" : $0 }
        .joined(separator: ", ")
  }
}

/// Why a count of VictoriaMetrics cannot be trusted.
public enum CountError: Error, Equatable, CustomStringConvertible {
  /// It is no whole number.
  case notWhole(metric: String, value: String, at: Timestamp)
  /// It is below zero.
  case negative(metric: String, value: String, at: Timestamp)
  /// A cumulative bucket counts less than a smaller one.
  case bucketsDecrease(metric: String, version: String, at: Timestamp)
  /// A value lies beside the grid.
  case offGrid(metric: String, at: Timestamp)
  /// A label is missing, or has a value that is not known.
  case label(metric: String, name: String, value: String)

  /// Which count cannot be trusted, and what to do.
  public var description: String {
    switch self {
    case .notWhole(let metric, let value, let moment):
      "cannot store the increase of \(metric) at \(moment.rfc3339): \(value) is no whole number; "
        + "check that the source is VictoriaMetrics (Prometheus extrapolates) and that the metric "
        + "is a plain counter; nothing was stored"
    case .negative(let metric, let value, let moment):
      "cannot store the increase of \(metric) at \(moment.rfc3339): \(value) is below zero; "
        + "nothing was stored"
    case .bucketsDecrease(let metric, let version, let moment):
      "cannot store the durations of \(version) at \(moment.rfc3339): a bucket of \(metric) "
        + "counts fewer requests than a smaller one; nothing was stored, try again"
    case .offGrid(let metric, let moment):
      "cannot store the increase of \(metric) at \(moment.rfc3339): the time is not one that was "
        + "asked for; nothing was stored"
    case .label(let metric, let name, let value):
      "cannot store \(metric): a series has \(name)=\"\(value)\"; check how the metric is "
        + "labelled; nothing was stored"
    }
  }
}
