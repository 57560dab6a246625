/// How far a number has been read.
///
/// Source: RFC 8259, section 6.
enum JSONNumberPart {
  case minus, zero, integer, point, fraction, exponentMark, exponentSign, exponent

  /// What the first byte of a number begins; `nil` if no number begins so.
  init?(startingWith byte: UInt8) {
    switch byte {
    case UInt8(ascii: "-"): self = .minus
    case UInt8(ascii: "0"): self = .zero
    case UInt8(ascii: "1")...UInt8(ascii: "9"): self = .integer
    default: return nil
    }
  }

  /// Whether the number may end here.
  var isComplete: Bool {
    switch self {
    case .zero, .integer, .fraction, .exponent: true
    case .minus, .point, .exponentMark, .exponentSign: false
    }
  }

  /// What a further byte makes of the number; `nil` if the byte does not belong to it.
  func next(after byte: UInt8) -> JSONNumberPart? {
    switch (self, byte) {
    case (.minus, UInt8(ascii: "0")): .zero
    case (.minus, UInt8(ascii: "1")...UInt8(ascii: "9")): .integer
    case (.integer, UInt8(ascii: "0")...UInt8(ascii: "9")): .integer
    case (.zero, UInt8(ascii: ".")), (.integer, UInt8(ascii: ".")): .point
    case (.point, UInt8(ascii: "0")...UInt8(ascii: "9")): .fraction
    case (.fraction, UInt8(ascii: "0")...UInt8(ascii: "9")): .fraction
    case (.zero, UInt8(ascii: "e")), (.zero, UInt8(ascii: "E")): .exponentMark
    case (.integer, UInt8(ascii: "e")), (.integer, UInt8(ascii: "E")): .exponentMark
    case (.fraction, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "E")): .exponentMark
    case (.exponentMark, UInt8(ascii: "+")), (.exponentMark, UInt8(ascii: "-")): .exponentSign
    case (.exponentMark, UInt8(ascii: "0")...UInt8(ascii: "9")): .exponent
    case (.exponentSign, UInt8(ascii: "0")...UInt8(ascii: "9")): .exponent
    case (.exponent, UInt8(ascii: "0")...UInt8(ascii: "9")): .exponent
    default: nil
    }
  }
}
