import Kubernetes
import Rollouts
import Store
import VictoriaMetrics

/// Why nothing was collected.
public indirect enum CollectingError: Error, Equatable, CustomStringConvertible {
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
  /// A count of the user's own cannot be trusted.
  case customCount(check: String, CountError)
  /// The deadline of the run came first; and what failed because it was cut off.
  case tooSlow(after: Duration, CollectingError)

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
    case .customCount(let check, let error):
      "cannot count for the check \(check) of the policy: \(error); correct its queries"
    case .tooSlow(let duration, let error):
      "cannot collect within \(duration.text): \(error)"
    }
  }
}

/// Why a VirtualService cannot be judged.
public enum RouteError: Error, Equatable, CustomStringConvertible {
  /// The manifest does not hold the VirtualService, or not exactly once.
  case notInManifest(path: String, wanted: ObjectName?, found: [String])
  /// Another VirtualService decides in its place.
  case delegates(ObjectName, to: ObjectName)
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
  /// A weight is larger than Istio allows, which is what 32 bits hold.
  case weightTooLarge(ObjectName, weight: Int)
  /// All weights are zero.
  case noPositiveWeight(ObjectName)
  /// Two destinations stand for the same version, whose counts cannot be told apart.
  case sameVersionTwice(ObjectName, version: String)
  /// A destination without a subset stands for a service of which another destination is a part.
  case sameServiceTwice(ObjectName, host: String)

  /// What is wrong with the VirtualService, and what to do.
  public var description: String {
    switch self {
    case .notInManifest(let path, let wanted?, let found)
    where found.contains(wanted.description):
      "\(path) holds VirtualService \(wanted) more than once; keep one of them"
    case .notInManifest(let path, let wanted?, let found):
      "cannot find VirtualService \(wanted) in \(path): it holds \(Self.list(found)); check "
        + "--virtual-service and --virtual-service-file"
    case .notInManifest(let path, nil, let found) where found.isEmpty:
      "cannot find a VirtualService in \(path); check --virtual-service-file"
    case .notInManifest(let path, nil, let found):
      "\(path) holds several VirtualServices: \(Self.list(found)); name one with "
        + "--virtual-service"
    case .delegates(let name, let delegate):
      "cannot judge VirtualService \(name): it delegates to VirtualService \(delegate); name that "
        + "one with --virtual-service"
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
    case .weightTooLarge(let name, let weight):
      "cannot judge VirtualService \(name): it has the weight \(weight); weights are at most "
        + "\(Int32.max)"
    case .noPositiveWeight(let name):
      "cannot judge VirtualService \(name): the weights of its route add up to 0; give one "
        + "destination a weight above 0"
    case .sameVersionTwice(let name, let version):
      "cannot judge VirtualService \(name): two destinations of its route stand for version "
        + "\"\(version)\", whose requests cannot be told apart; check the labels of the "
        + "DestinationRule's subsets"
    case .sameServiceTwice(let name, let host):
      "cannot judge VirtualService \(name): its destination \"\(host)\" has no subset and stands "
        + "for the whole service, of which another destination is a part; give each a subset"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}

/// Why a count of VictoriaMetrics cannot be trusted.
public enum CountError: Error, Equatable, CustomStringConvertible {
  /// It is no whole number.
  case notWhole(String)
  /// It is below zero.
  case negative(String)
  /// It is not a number, or infinite.
  case notFinite(String)
  /// It is more than an interval can hold.
  case tooLarge(String)
  /// A cumulative bucket counts less than a smaller one, or the one of all requests is missing.
  case bucketsContradict(version: String, at: Timestamp)
  /// A value lies beside the grid.
  case offGrid(at: Timestamp)
  /// The label that says who counted has a value that is not known.
  case unknownReporter(String?)
  /// The upper bound of a bucket cannot be read.
  case unreadableBound(String?)

  /// What is wrong with a value that is no count.
  init(value: String) {
    if let number = Double(value), number.isFinite {
      self = number < 0 ? .negative(value) : Int(value) == nil ? .notWhole(value) : .tooLarge(value)
    } else {
      self = .notFinite(value)
    }
  }

  /// Which count cannot be trusted, and what to do.
  public var description: String {
    switch self {
    case .notWhole(let value):
      "an increase of \(value) is no whole number; check that the source is VictoriaMetrics "
        + "(Prometheus extrapolates) and that the metric is a plain counter"
    case .negative(let value):
      "an increase of \(value) is below zero"
    case .notFinite(let value):
      "an increase of \"\(value)\" is no number"
    case .tooLarge(let value):
      "an increase of \(value) is more than an interval can hold; check that the metric is a plain "
        + "counter"
    case .bucketsContradict(let version, let moment):
      "the durations of \(version) at \(moment.rfc3339) are left out: a bucket counts fewer requests "
        + "than a smaller one, as happens when a proxy restarts"
    case .offGrid(let moment):
      "cannot use the answer of VictoriaMetrics: it has a value at \(moment.rfc3339), which was "
        + "not asked for; check --victoria-metrics"
    case .unknownReporter(let label):
      "requests were counted by the reporter \"\(label ?? "")\", which is neither source nor "
        + "destination"
    case .unreadableBound(let label):
      "a duration bucket has the upper bound \"\(label ?? "")\""
    }
  }
}
