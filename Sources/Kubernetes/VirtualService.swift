/// An Istio VirtualService: how the requests for a host are routed.
///
/// Source: https://istio.io/latest/docs/reference/config/networking/virtual-service/
public struct VirtualService: Decodable, Sendable, Equatable {
  /// Who and what it is.
  public let metadata: ObjectMetadata
  /// The routes.
  public let spec: Specification

  /// The routes of a VirtualService.
  public struct Specification: Decodable, Sendable, Equatable {
    /// The hosts that it routes.
    public let hosts: [String]?
    /// The HTTP routes in the order in which they are tried.
    public let http: [HTTPRoute]?
    /// Routes of TLS connections, by server name.
    public let tls: [ConnectionRoute]?
    /// Routes of other connections.
    public let tcp: [ConnectionRoute]?
  }

  /// A route of connections, whose requests nobody counts.
  public struct ConnectionRoute: Decodable, Sendable, Equatable {
    /// Where it sends connections.
    public let route: [RouteDestination]?
  }

  /// One HTTP route.
  public struct HTTPRoute: Decodable, Sendable, Equatable {
    /// Its name, if it has one.
    public let name: String?
    /// Which requests it is for; absent: all that come to it.
    public let match: [Match]?
    /// Where it sends requests; absent for redirects, direct responses and delegates.
    public let route: [RouteDestination]?
    /// The VirtualService that decides in its place.
    public let delegate: Delegate?
    /// Where it sends copies of all requests.
    public let mirror: Destination?
    /// Where it sends copies of a share of the requests.
    public let mirrors: [Mirror]?
  }

  /// A condition on requests; what it says does not matter here.
  public struct Match: Decodable, Sendable, Equatable {}

  /// Another VirtualService.
  public struct Delegate: Decodable, Sendable, Equatable {
    /// Its name.
    public let name: String?
    /// Its namespace; absent: that of the VirtualService that names it.
    public let namespace: String?
  }

  /// Where copies go.
  public struct Mirror: Decodable, Sendable, Equatable {
    /// The service and its subset.
    public let destination: Destination
  }

  /// One destination of a route.
  public struct RouteDestination: Decodable, Sendable, Equatable {
    /// The service and its subset.
    public let destination: Destination
    /// Its part of the sum of all weights; absent means 0.
    public let weight: Int?
  }

  /// A service, or a subset of it.
  public struct Destination: Decodable, Sendable, Equatable {
    /// The service's host.
    public let host: String
    /// A subset that a DestinationRule defines.
    public let subset: String?
  }
}

/// An Istio DestinationRule: which pods belong to which subset of a service.
///
/// Source: https://istio.io/latest/docs/reference/config/networking/destination-rule/
public struct DestinationRule: Decodable, Sendable, Equatable {
  /// Who and what it is.
  public let metadata: ObjectMetadata
  /// The subsets.
  public let spec: Specification

  /// What a DestinationRule says.
  public struct Specification: Decodable, Sendable, Equatable {
    /// The service's host.
    public let host: String
    /// Its subsets.
    public let subsets: [Subset]?
  }

  /// The pods of a service that carry certain labels.
  public struct Subset: Decodable, Sendable, Equatable {
    /// The name that routes use.
    public let name: String
    /// The labels of its pods.
    public let labels: [String: String]?
  }
}
