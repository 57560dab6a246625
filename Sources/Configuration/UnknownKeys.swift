private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// A key that nobody reads is most likely a mistyped one.
  func refuseUnknownKeys<Key: CodingKey>(_ known: [Key]) throws {
    let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    let names = known.map(\.stringValue)
    guard let unknown = keys.first(where: { !names.contains($0) }) else { return }
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "the key \"\(unknown)\" is not known; the keys are "
          + names.joined(separator: ", ")))
  }
}
