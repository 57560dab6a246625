import Foundation

/// The part of a Kubernetes object's metadata that tells what it is and who changed it.
///
/// Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
public struct ObjectMetadata: Decodable, Sendable, Equatable {
  /// The name.
  public let name: String
  /// The namespace; manifests may leave it out.
  public let namespace: String?
  /// Differs after deletion and re-creation.
  public let uid: String?
  /// The object's version in the API server; opaque.
  public let resourceVersion: String?
  /// Counts changes of the specification.
  public let generation: Int?
  /// Who set which fields when; `kubectl get` shows it with `--show-managed-fields`.
  public let managedFields: [ManagedFields]?
}

/// The fields that one manager set last.
///
/// Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
public struct ManagedFields: Decodable, Sendable, Equatable {
  /// The manager, such as `kubectl-patch`.
  public let manager: String?
  /// When it last changed one of them, RFC 3339 in whole seconds.
  public let time: String?
  /// The names of the fields of `spec` that it set, without their `f:`.
  public let fieldsOfSpecification: Set<String>

  private enum CodingKeys: String, CodingKey {
    case manager, time, fieldsV1
  }

  private struct Fields: Decodable {
    let spec: [String: Ignored]?

    private enum CodingKeys: String, CodingKey {
      case spec = "f:spec"
    }
  }

  private struct Ignored: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  /// Reads an entry of `metadata.managedFields`.
  ///
  /// - Parameter decoder: Where the entry is read from.
  /// - Throws: A `DecodingError` if it has another shape.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    manager = try container.decodeIfPresent(String.self, forKey: .manager)
    time = try container.decodeIfPresent(String.self, forKey: .time)
    let fields = try container.decodeIfPresent(Fields.self, forKey: .fieldsV1)
    fieldsOfSpecification = Set(
      (fields?.spec ?? [:]).keys.filter { $0.hasPrefix("f:") }.map { String($0.dropFirst(2)) })
  }
}
