import Foundation
import Kubernetes
import Rollouts

/// Where the VirtualService is read from.
public enum VirtualServiceSource: Sendable {
  /// A Kubernetes API server.
  case api(KubernetesClient, ObjectName)
  /// A manifest, read anew each time.
  case manifest(ManifestFile, wanted: ObjectName?)

  /// A manifest, read anew each time; `-` is standard input.
  public static func manifest(path: String, wanted: ObjectName?) -> VirtualServiceSource {
    .manifest(ManifestFile(path: path), wanted: wanted)
  }

  /// What is read, for messages.
  public var subject: String {
    switch self {
    case .api(_, let name): "VirtualService \(name)"
    case .manifest(let file, _): file.path
    }
  }

  /// The object's name without its namespace, as far as it is known without asking a server.
  var knownName: String? {
    switch self {
    case .api(_, let name): name.name
    case .manifest(_, let wanted?): wanted.name
    case .manifest(let file, nil): file.onlyVirtualServiceName
    }
  }

  /// Reads the VirtualService.
  ///
  /// - Parameters:
  ///   - routeName: Which route is judged; `nil`: what the VirtualService itself says.
  ///   - judgedBefore: The name of the route that was judged last; `nil` if it has none.
  /// - Returns: What the route says.
  /// - Throws: A `CollectingError`.
  func read(
    routeName: String?, judgedBefore: String? = nil
  ) async throws(CollectingError) -> RouteReading {
    switch self {
    case .api(let client, let name):
      let object: VirtualService
      do {
        object = try await client.virtualService(namespace: name.namespace, name: name.name)
      } catch {
        throw .kubernetes(error)
      }
      return try await Self.reading(
        object, client, name, routeName: routeName, judgedBefore: judgedBefore)
    case .manifest(let file, let wanted):
      let manifest = try file.read()
      let matching = manifest.virtualServices.filter { object in
        guard let wanted else { return true }
        return object.metadata.name == wanted.name
          && object.metadata.namespace ?? wanted.namespace == wanted.namespace
      }
      guard matching.count == 1 else {
        let found = manifest.virtualServices.map {
          "\($0.metadata.namespace ?? wanted?.namespace ?? "default")/\($0.metadata.name)"
        }
        throw .route(.notInManifest(path: file.path, wanted: wanted, found: found))
      }
      return try Self.reading(
        matching[0], manifest.destinationRules, routeName: routeName, judgedBefore: judgedBefore,
        namespace: wanted?.namespace ?? "default")
    }
  }

  /// What an object of an API server says, with the rules that define its subsets.
  static func reading(
    _ object: VirtualService, _ client: KubernetesClient, _ name: ObjectName, routeName: String?,
    judgedBefore: String?
  ) async throws(CollectingError) -> RouteReading {
    let rules: [DestinationRule]
    do {
      rules = try await destinationRules(for: object, in: name.namespace, client)
    } catch {
      throw .kubernetes(error)
    }
    return try reading(
      object, rules, routeName: routeName, judgedBefore: judgedBefore, namespace: name.namespace)
  }

  /// The rules that may define the subsets of a VirtualService: those of its own namespace, then
  /// those of the services' namespaces.
  ///
  /// Source: https://istio.io/latest/docs/ops/best-practices/traffic-management/, cross-namespace
  /// configuration
  private static func destinationRules(
    for object: VirtualService, in namespace: String, _ client: KubernetesClient
  ) async throws(KubernetesError) -> [DestinationRule] {
    let destinations = (object.spec.http ?? []).flatMap { $0.route ?? [] }.map(\.destination)
    let others = Set(
      destinations.filter { $0.subset != nil }
        .compactMap { ServiceName(host: $0.host, in: namespace).namespace }
    ).subtracting([namespace])
    var rules: [DestinationRule] = []
    for namespace in [namespace] + others.sorted() {
      rules += try await client.destinationRules(namespace: namespace)
    }
    return rules
  }

  private static func reading(
    _ object: VirtualService, _ rules: [DestinationRule], routeName: String?,
    judgedBefore: String?, namespace: String
  ) throws(CollectingError) -> RouteReading {
    do {
      return try RouteReading(
        object, destinationRules: rules, routeName: routeName, judgedBefore: judgedBefore,
        defaultNamespace: namespace)
    } catch {
      throw .route(error)
    }
  }
}
