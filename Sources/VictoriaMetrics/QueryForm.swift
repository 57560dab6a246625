/// The parameters of a question, as a form writes them.
struct QueryForm {
  private(set) var text = ""

  /// A form with the parameters in the given order.
  init(_ parameters: [(name: String, value: String)]) {
    text = parameters.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
  }

  /// What RFC 3986 calls unreserved stays; everything else is escaped.
  private static func escaped(_ value: String) -> String {
    value.utf8.reduce(into: "") { escaped, byte in
      if isUnreserved(byte) {
        escaped.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~".utf8.contains(byte)
    }
  }
}
