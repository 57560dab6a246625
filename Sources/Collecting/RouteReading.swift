import Foundation
import Kubernetes
import Rollouts

/// What a VirtualService and its DestinationRules say about one route.
struct RouteReading: Sendable, Equatable {
  let virtualService: ObjectName
  /// The host that the VirtualService routes.
  let host: String
  let state: WeightState
  /// What the user should know although it is no error.
  let warnings: [String]
  /// What the counts of this route cannot tell.
  let blindSpots: [BlindSpot]
  /// The subsets of the route that no DestinationRule defines.
  let undefinedSubsets: [String]

  init(
    _ object: VirtualService, destinationRules: [DestinationRule], routeName: String?,
    judgedBefore: String? = nil, defaultNamespace: String = "default"
  ) throws(RouteError) {
    let name = ObjectName(
      namespace: object.metadata.namespace ?? defaultNamespace, name: object.metadata.name)
    let (route, isJudgedBefore) = try Self.chosenRoute(
      of: object, name: name, routeName: routeName, judgedBefore: judgedBefore)
    let destinations = route.route ?? []
    let entries = try Self.entries(destinations, name: name) { destination in
      Self.version(of: destination, in: name.namespace, destinationRules: destinationRules)
    }
    let change = Self.lastChange(of: object)
    virtualService = name
    host = object.spec.hosts?.first ?? entries[0].destination.host
    state = WeightState(
      weights: Weights(entries), route: route.name ?? "", changedBy: change?.manager,
      changedAt: change?.time, uid: object.metadata.uid, generation: object.metadata.generation,
      resourceVersion: object.metadata.resourceVersion)
    warnings = Self.warnings(entries, name: name)
    blindSpots =
      Self.blindSpots(of: object, judging: route)
      + (isJudgedBefore ? [.judgedBefore(route.name ?? "")] : [])
    undefinedSubsets = destinations.map(\.destination).filter {
      $0.subset != nil
        && Self.rules(for: $0, in: name.namespace, destinationRules).isEmpty
    }.compactMap(\.subset)
  }

  /// The route that is judged, and whether nothing but that it was judged before speaks for it.
  private static func chosenRoute(
    of object: VirtualService, name: ObjectName, routeName: String?, judgedBefore: String?
  ) throws(RouteError) -> (route: VirtualService.HTTPRoute, isJudgedBefore: Bool) {
    let all = (object.spec.http ?? []).enumerated()
    let numbered = all.filter { !($0.element.route ?? []).isEmpty }
    let routes = numbered.map(\.element)
    guard !routes.isEmpty else {
      if let delegate = (object.spec.http ?? []).compactMap(\.delegate).first {
        throw .delegates(
          name,
          to: ObjectName(
            namespace: delegate.namespace ?? name.namespace, name: delegate.name ?? ""))
      }
      throw .noHTTPRoute(name)
    }
    let names = numbered.map { index, route in
      route.name ?? "route \(index + 1) (no name; give it one in the VirtualService)"
    }
    if let routeName {
      guard let route = routes.first(where: { $0.name == routeName }) else {
        throw .noRouteOfName(name, name: routeName, known: names)
      }
      return (route, false)
    }
    if routes.count == 1 { return (routes[0], false) }
    let splitting = routes.filter { ($0.route ?? []).count > 1 }
    // Before and after a rollout no route splits: what has no condition is for all other requests.
    let candidates =
      splitting.isEmpty ? routes.filter { $0.match?.isEmpty != false } : splitting
    if candidates.count == 1 { return (candidates[0], false) }
    // A rollout that has ended would stay open for ever if its last step were not read.
    if splitting.isEmpty, let judgedBefore,
      let route = routes.first(where: { $0.name == judgedBefore })
    {
      return (route, true)
    }
    throw .severalRoutes(name, known: names)
  }

  private static func entries(
    _ destinations: [VirtualService.RouteDestination], name: ObjectName,
    version: (VirtualService.Destination) -> String
  ) throws(RouteError) -> [VersionWeight] {
    if destinations.count > 1, destinations.allSatisfy({ $0.weight == nil }) {
      throw .noWeights(name)
    }
    let entries = destinations.map {
      VersionWeight(
        version: version($0.destination), weight: $0.weight ?? 0,
        destination: Destination(host: $0.destination.host, subset: $0.destination.subset))
    }
    if let negative = entries.first(where: { $0.weight < 0 }) {
      throw .negativeWeight(name, weight: negative.weight)
    }
    if let large = entries.first(where: { $0.weight > Int(Int32.max) }) {
      throw .weightTooLarge(name, weight: large.weight)
    }
    if entries.count > 1, entries.allSatisfy({ $0.weight == 0 }) {
      throw .noPositiveWeight(name)
    }
    let repeated = Dictionary(grouping: entries, by: \.version).filter { $0.value.count > 1 }
    if let version = repeated.keys.sorted().first {
      throw .sameVersionTwice(name, version: version)
    }
    let services = entries.map { ServiceName(host: $0.destination.host, in: name.namespace) }
    for (entry, service) in zip(entries, services) where entry.destination.subset == nil {
      guard services.count(where: { $0 == service }) == 1 else {
        throw .sameServiceTwice(name, host: entry.destination.host)
      }
    }
    return entries
  }

  /// The name under which a destination's requests are labelled.
  private static func version(
    of destination: VirtualService.Destination, in namespace: String,
    destinationRules: [DestinationRule]
  ) -> String {
    guard let subset = destination.subset else { return destination.host }
    let labels = rules(for: destination, in: namespace, destinationRules).lazy
      .compactMap { $0.labels?["version"] }
    return labels.first ?? subset
  }

  /// What the rules say about the subset of a destination.
  private static func rules(
    for destination: VirtualService.Destination, in namespace: String,
    _ destinationRules: [DestinationRule]
  ) -> [DestinationRule.Subset] {
    let host = ServiceName(host: destination.host, in: namespace)
    return
      destinationRules
      .filter { ServiceName(host: $0.spec.host, in: $0.metadata.namespace ?? namespace) == host }
      .compactMap { $0.spec.subsets?.first { $0.name == destination.subset } }
  }

  /// Who wrote the routes last: among the managers that own `spec.http`, the latest.
  private static func lastChange(
    of object: VirtualService
  ) -> (manager: String?, time: Timestamp)? {
    (object.metadata.managedFields ?? [])
      .filter { $0.fieldsOfSpecification.contains("http") }
      .compactMap { entry in
        entry.time.flatMap(Timestamp.init(rfc3339:)).map { (entry.manager, $0) }
      }
      .max { $0.1 < $1.1 }
  }

  private static func warnings(_ entries: [VersionWeight], name: ObjectName) -> [String] {
    let sum = entries.reduce(0) { $0 + $1.weight }
    guard entries.count > 1, sum != 100 else { return [] }
    let weights = Weights(entries)
    let shares = entries.map { "\($0.version) \(percent(weights.share(of: $0.version)))" }
    return [
      "the weights of VirtualService \(name) add up to \(sum), not to 100; they are read as "
        + shares.joined(separator: ", ")
    ]
  }

  private static func percent(_ share: Double) -> String {
    String(format: "%.4g %%", share * 100)
  }
}

/// A service, as a host in a route or in Istio's metrics names it.
struct ServiceName: Hashable, Sendable {
  let name: String
  /// `nil` for an external host, whose ServiceEntry may be in any namespace.
  let namespace: String?

  /// The service of a host.
  ///
  /// `name`, in the namespace of the object that uses it, `name.namespace`, and these with `.svc` and
  /// a domain are services of the mesh. Any other host is that of a ServiceEntry, whose requests
  /// Istio labels with the host itself.
  ///
  /// **Source:** https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination,
  /// and `convertServices` in
  /// https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/serviceentry/conversion.go
  init(host: String, in namespace: String) {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isExternal = parts.count > 2 && parts[2] != "svc"
    name = isExternal ? host : parts[0]
    self.namespace = isExternal ? nil : parts.count > 1 ? parts[1] : namespace
  }

  /// `name.namespace`, or the host of an external service.
  var description: String { ([name] + [namespace].compactMap { $0 }).joined(separator: ".") }

  /// Whether the labels of a series are those of this service.
  func isNamed(_ name: String, in namespace: String) -> Bool {
    self.name == name && (self.namespace ?? namespace) == namespace
  }
}
