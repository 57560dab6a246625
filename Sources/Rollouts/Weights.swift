/// Where a route sends requests, as the VirtualService names it.
public struct Destination: Hashable, Sendable {
  /// The service's host.
  public let host: String
  /// The DestinationRule subset, if the route names one.
  public let subset: String?

  /// A destination of a route.
  public init(host: String, subset: String?) {
    self.host = host
    self.subset = subset
  }
}

/// One version's part of a route.
public struct VersionWeight: Hashable, Sendable {
  /// The version's name.
  public let version: String
  /// Its weight as configured; not negative.
  public let weight: Int
  /// The destination that stands for the version in the VirtualService.
  public let destination: Destination

  /// The weight of one version.
  public init(version: String, weight: Int, destination: Destination) {
    self.version = version
    self.weight = weight
    self.destination = destination
  }
}

/// The configured weights of the versions of one route, in the route's order.
public struct Weights: Hashable, Sendable {
  /// One entry a version.
  public let entries: [VersionWeight]

  /// The weights of a route.
  public init(_ entries: [VersionWeight]) {
    self.entries = entries
  }

  /// The configured share of a version: `weight / sum of weights`, a fraction of 1.
  ///
  /// One destination alone is 1 whatever its weight (Istio, VirtualService, `HTTPRouteDestination
  /// .weight`); a version that the route does not name has 0.
  public func share(of version: String) -> Double {
    guard let entry = entries.first(where: { $0.version == version }) else { return 0 }
    if entries.count == 1 { return 1 }
    let sum = entries.reduce(0) { $0 + $1.weight }
    return sum == 0 ? 0 : Double(entry.weight) / Double(sum)
  }

  /// The versions in the route's order.
  public var versions: [String] { entries.map(\.version) }

  /// The configured share of every version.
  public var shares: [String: Double] {
    Dictionary(entries.map { ($0.version, share(of: $0.version)) }) { first, _ in first }
  }
}
