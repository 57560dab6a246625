import Foundation

extension Double {
  /// This fraction of 1 as percent with three significant digits: `5.12 %`, `0.0123 %`, `100 %`.
  public var percentText: String {
    "\((self * 100).threeDigits) %"
  }

  /// This number in full, without a fraction where it has none: `3600000`.
  public var plainText: String {
    self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)"
  }

  /// This number with three significant digits and no exponent where it is neither huge nor tiny.
  public var threeDigits: String {
    if self == 0 { return "0" }
    let size = magnitude
    if size >= 999.5, size < 1e15 { return Int(rounded()).groupedText }
    // Formatting costs far more, and says the same.
    if self == rounded(), size < 1e15 { return "\(Int(self))" }
    guard size >= 1e-4, size < 1e15 else { return String(format: "%.2e", self) }
    let decimals = max(0, 2 - Int(floor(log10(size))))
    var text = String(format: "%.\(decimals)f", self)
    guard decimals > 0 else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

extension Double {
  /// This number with two digits after the point.
  public var twoDecimals: String {
    let text = String(format: "%.2f", self)
    return text == "-0.00" ? "0.00" : text
  }
}

extension Int {
  /// This number with its digits in groups of three: `12,345`.
  public var groupedText: String {
    var groups: [String] = []
    var rest = magnitude
    while rest >= 1000 {
      groups.insert(String(String(rest % 1000 + 1000).dropFirst()), at: 0)
      rest /= 1000
    }
    return (self < 0 ? "-" : "") + ([String(rest)] + groups).joined(separator: ",")
  }
}
