import Yams

/// Why a text is not the YAML that was expected.
public struct YAMLError: Error, Equatable, CustomStringConvertible {
  /// What is wrong and where, on one line.
  public let description: String

  /// An error with its words.
  public init(_ description: String) {
    self.description = description
  }
}

/// Reads YAML, of which JSON is a part.
public enum YAML {
  /// The documents of a text as values of one type; empty documents are left out.
  ///
  /// - Parameters:
  ///   - type: What each document must be.
  ///   - text: One document or several, divided by `---`.
  /// - Returns: A value a document.
  /// - Throws: A `YAMLError` that says where the text is wrong.
  public static func documents<Value: Decodable>(
    _ type: Value.Type, from text: String
  ) throws(YAMLError) -> [Value] {
    do {
      // The sequence ends at a mistake, and only the value that was iterated knows of it.
      // Editors put a byte order mark in front; libyaml takes it for a part of the first document.
      let hasMark = text.unicodeScalars.first == "\u{FEFF}"
      var sequence = try Yams.compose_all(
        yaml: hasMark ? String(text.unicodeScalars.dropFirst()) : text)
      var nodes: [Node] = []
      while let node = sequence.next() {
        if node.null == nil { nodes.append(node) }
      }
      if let error = sequence.error { throw error }
      return try nodes.map { try YAMLDecoder().decode(type, from: $0) }
    } catch {
      throw YAMLError(words(of: error))
    }
  }

  private static func words(of error: any Error) -> String {
    switch error {
    case let error as YamlError: oneLine(error)
    case let error as DecodingError: oneLine(error)
    default: "\(error)"
    }
  }

  private static func oneLine(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "line \(mark.line), column \(mark.column): \(problem)"
    case .reader(let problem, let offset?, _, let yaml):
      "\(place(ofCharacter: offset, in: yaml)): \(problem)"
    case .duplicatedKeysInMapping(let keys, _):
      "the key \(keys.map { "\"\($0)\"" }.joined(separator: ", ")) stands twice"
    default:
      "\(error)".split(separator: "\n").joined(separator: " ")
    }
  }

  private static func place(ofCharacter offset: Int, in text: String) -> String {
    let before = text.prefix(offset)
    let column = before.reversed().prefix { !$0.isNewline }.count + 1
    return "line \(before.count(where: \.isNewline) + 1), column \(column)"
  }

  private static func oneLine(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context):
      "\(place(context.codingPath)) has no value"
    case .typeMismatch(let type, let context):
      "\(place(context.codingPath)) is not a \(noun(for: type))"
    case .dataCorrupted(let context):
      "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default:
      "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    let text = path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    return text.isEmpty ? "the document" : text
  }

  private static func noun(for type: Any.Type) -> String {
    switch type {
    case is Node.Mapping.Type: "mapping"
    case is Node.Sequence.Type: "list"
    case is Node.Scalar.Type: "single value"
    case is Int.Type, is Int64.Type: "whole number"
    case is Double.Type: "number"
    case is Bool.Type: "true or false"
    case is String.Type: "text"
    default: "mapping"
    }
  }
}
