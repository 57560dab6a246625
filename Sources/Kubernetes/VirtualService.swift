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
  }

  /// One HTTP route.
  public struct HTTPRoute: Decodable, Sendable, Equatable {
    /// Its name, if it has one.
    public let name: String?
    /// Where it sends requests; absent for redirects and direct responses.
    public let route: [RouteDestination]?
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
