extension Duration {
  /// This duration in whole milliseconds; fractions are dropped.
  public var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// This duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// The duration that a text such as `90s`, `15m`, `1h`, `7d` or `1h30m` names; `nil` if it
  /// names none.
  ///
  /// Units are `ms`, `s`, `m`, `h` and `d`, each at most once and the larger first; numbers are
  /// whole.
  public init?(text: String) {
    var total: Int64 = 0
    var rest = text[...]
    var previousUnit = Int64.max
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let letters = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
      guard let number = Int64(digits), let unit = Self.millisecondsByUnit[String(letters)],
        unit < previousUnit
      else { return nil }
      let (product, tooLarge) = number.multipliedReportingOverflow(by: unit)
      let (sum, sumTooLarge) = total.addingReportingOverflow(product)
      guard !tooLarge, !sumTooLarge, sum < Self.longestMilliseconds else { return nil }
      total = sum
      previousUnit = unit
      rest = rest[letters.endIndex...]
    }
    self = .milliseconds(total)
  }

  /// This duration as people write it: `90s` is `1m30s`, `0s` stays.
  public var text: String {
    var rest = wholeMilliseconds
    guard rest > 0 else { return "0s" }
    var parts = ""
    for (name, unit) in [
      ("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ] where rest >= unit {
      parts += "\(rest / unit)\(name)"
      rest %= unit
    }
    return parts
  }

  private static let millisecondsByUnit: [String: Int64] = [
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]

  /// A thousand years: beyond it times no longer fit into four-digit years.
  private static let longestMilliseconds: Int64 = 1000 * 366 * 86_400_000
}
