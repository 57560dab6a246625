/// How text is laid out for the one who reads it.
public struct TextStyle: Sendable, Equatable {
  /// How many columns a line may take, at least 40 and at most 100.
  public let width: Int
  /// Whether meaning is also shown in colour, by ANSI escape sequences.
  public let isColoured: Bool

  /// A layout.
  ///
  /// - Parameters:
  ///   - width: How many columns there are; more than 100 are not used, as long lines are hard to
  ///     read, and fewer than 40 are not enough for a table.
  ///   - isColoured: Whether meaning is also shown in colour.
  public init(width: Int = 100, isColoured: Bool = false) {
    self.width = min(100, max(40, width))
    self.isColoured = isColoured
  }

  /// For files, pipes and logs.
  public static let plain = TextStyle()

  /// The text in a colour, where there are colours.
  func paint(_ text: String, _ colour: TextColour?) -> String {
    guard isColoured, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }
}

/// A colour by its meaning, as the parameters of the ANSI sequence that selects it.
///
/// Whatever is shown in one is said in words too.
enum TextColour: String {
  case good = "32"
  case bad = "31"
  case undecided = "33"
  case faint = "2"
  case heading = "1"
}
