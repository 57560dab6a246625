/// The parameters of a question, as a form writes them.
struct QueryForm {
  private(set) var text = ""

  /// A form with the parameters in the given order.
  init(_ parameters: [(name: String, value: String)]) {
    text = parameters.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
  }

  /// What RFC 3986 calls unreserved stays; everything else is escaped.
  private static func escaped(_ value: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let escaped = value.utf8.reduce(into: [UInt8]()) { escaped, byte in
      if isUnreserved(byte) {
        escaped.append(byte)
      } else {
        escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}
