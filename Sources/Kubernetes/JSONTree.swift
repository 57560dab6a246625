/// Any JSON, to be handed on as it is.
indirect enum JSONTree: Codable, Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([JSONTree])
  case mapping([String: JSONTree])

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      var mapping: [String: JSONTree] = [:]
      for key in container.allKeys {
        mapping[key.stringValue] = try container.decode(JSONTree.self, forKey: key)
      }
      self = .mapping(mapping)
      return
    }
    if var container = try? decoder.unkeyedContainer() {
      var list: [JSONTree] = []
      while !container.isAtEnd { list.append(try container.decode(JSONTree.self)) }
      self = .list(list)
      return
    }
    let container = try decoder.singleValueContainer()
    self =
      if container.decodeNil() {
        .null
      } else if let value = try? container.decode(Bool.self) {
        .bool(value)
      } else if let value = try? container.decode(Int64.self) {
        .integer(value)
      } else if let value = try? container.decode(Double.self), value.isFinite {
        .number(value)
      } else {
        .text(try container.decode(String.self))
      }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .mapping(let value): try container.encode(value)
    }
  }
}
