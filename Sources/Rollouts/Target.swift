/// The name of a namespaced Kubernetes object, written `namespace/name`.
public struct ObjectName: Hashable, Sendable, CustomStringConvertible {
  /// The namespace.
  public let namespace: String
  /// The name within the namespace.
  public let name: String

  /// The object `name` in `namespace`.
  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// The object that `namespace/name` names; `nil` if the text has another shape.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(namespace: String(parts[0]), name: String(parts[1]))
  }

  /// `namespace/name`.
  public var description: String { "\(namespace)/\(name)" }
}

/// One service under rollout.
public struct Target: Hashable, Sendable {
  /// What users call it.
  public let name: String
  /// The VirtualService that splits its traffic.
  public let virtualService: ObjectName
  /// The host that the VirtualService routes.
  public let host: String

  /// A service under rollout.
  public init(name: String, virtualService: ObjectName, host: String) {
    self.name = name
    self.virtualService = virtualService
    self.host = host
  }
}
