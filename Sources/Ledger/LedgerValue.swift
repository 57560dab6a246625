/// A value of an entry's content, written in one way only.
///
/// **Source:** RFC 8785 (JSON Canonicalization Scheme), of which this is the part without fractions:
/// no spaces, keys in the order of their bytes, whole numbers in digits, and only those characters
/// escaped that must be.
public indirect enum LedgerValue: Sendable, Equatable {
  /// A whole number.
  case integer(Int64)
  /// A text.
  case text(String)
  /// A list.
  case list([LedgerValue])
  /// Values by name; a name is of ASCII characters.
  case object([String: LedgerValue])

  /// This value as JSON, always the same for the same value.
  public var canonicalJSON: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .integer(let number): text += String(number)
    case .text(let value): Self.write(value, to: &text)
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, key) in members.keys.sorted(by: Self.precedes).enumerated() {
        if index > 0 { text += "," }
        Self.write(key, to: &text)
        text += ":"
        members[key]?.write(to: &text)
      }
      text += "}"
    }
  }

  private static func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{8}": text += "\\b"
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\u{C}": text += "\\f"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
