import YAML

/// The Istio objects of a manifest; objects of other kinds are passed over.
public struct Manifest: Sendable, Equatable {
  /// The VirtualServices, in order.
  public let virtualServices: [VirtualService]
  /// The DestinationRules, in order.
  public let destinationRules: [DestinationRule]

  /// Reads a manifest.
  ///
  /// - Parameter text: YAML or JSON, one document or several, `List` objects included.
  /// - Throws: A `YAMLError` that says where the text is wrong.
  public init(parsing text: String) throws(YAMLError) {
    let documents = try YAML.documents(Document.self, from: text).flatMap(\.flattened)
    virtualServices = documents.compactMap {
      if case .virtualService(let object) = $0 { object } else { nil }
    }
    destinationRules = documents.compactMap {
      if case .destinationRule(let object) = $0 { object } else { nil }
    }
  }

  private enum Document: Decodable {
    case virtualService(VirtualService)
    case destinationRule(DestinationRule)
    case list([Document])
    case other

    private enum CodingKeys: String, CodingKey {
      case kind, items
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      switch try container.decode(String.self, forKey: .kind) {
      case "VirtualService": self = .virtualService(try VirtualService(from: decoder))
      case "DestinationRule": self = .destinationRule(try DestinationRule(from: decoder))
      case "List", "VirtualServiceList", "DestinationRuleList":
        self = .list(try container.decode([Document].self, forKey: .items))
      default: self = .other
      }
    }

    var flattened: [Document] {
      if case .list(let items) = self { items.flatMap(\.flattened) } else { [self] }
    }
  }
}
