/// The parameters of a question, as a form writes them.
struct QueryForm {
  private(set) var text = ""

  /// A form with the parameters in the given order.
  init(_ parameters: [(name: String, value: String)]) {
    text = parameters.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
  }

  /// What RFC 3986 calls unreserved stays; everything else is escaped.
  private static func escaped(_ value: String) -> String {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(value.utf8.count * 3)
    for byte in value.utf8 {
      if isUnreserved(byte) {
        escaped.append(byte)
      } else {
        escaped.append(UInt8(ascii: "%"))
        escaped.append(hexadecimalDigit(byte >> 4))
        escaped.append(hexadecimalDigit(byte & 15))
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
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
