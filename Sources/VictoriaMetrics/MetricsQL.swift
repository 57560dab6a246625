/// Puts values into MetricsQL without letting them end their quotes.
///
/// Source: https://docs.victoriametrics.com/metricsql/, string literals as in Go.
public enum MetricsQL {
  /// The text as a string literal.
  public static func quoted(_ text: String) -> String {
    var literal = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\\": literal += "\\\\"
      case "\"": literal += "\\\""
      case "\n": literal += "\\n"
      default: literal.unicodeScalars.append(character)
      }
    }
    return literal + "\""
  }

  /// A label filter that matches exactly the given values, such as `reporter="source"`.
  ///
  /// - Parameters:
  ///   - label: The label's name, known to be one.
  ///   - values: The values; several become a regular expression of alternatives.
  /// - Returns: The filter.
  public static func filter(_ label: String, in values: [String]) -> String {
    guard values.count != 1 else { return "\(label)=\(quoted(values[0]))" }
    return "\(label)=~\(quoted(values.map(escapedForRegularExpression).joined(separator: "|")))"
  }

  static func escapedForRegularExpression(_ text: String) -> String {
    // Not by characters: a special one with a combining mark behind it would count as another.
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(scalar) { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
  }
}

extension MetricsQL {
  /// A quoted regular expression that matches exactly the given values, each once and in order.
  public static func alternatives(_ values: [String]) -> String {
    quoted(Array(Set(values)).sorted().map(escapedForRegularExpression).joined(separator: "|"))
  }
}
