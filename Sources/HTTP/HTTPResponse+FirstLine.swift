extension HTTPResponse {
  /// The body's first line that is not empty, cut to 200 characters and without control
  /// characters: enough for an error message to show what a server said.
  public var firstLine: String { text.firstLineShown }
}

extension String {
  /// The first line that is not empty, cut to 200 characters and without control characters.
  public var firstLineShown: String {
    let line = split(whereSeparator: \.isNewline).lazy
      .map { $0.filter { !$0.isControl }.trimmingSpaces }
      .first { !$0.isEmpty }
    guard let line else { return "nothing" }
    return line.count > 200 ? line.prefix(199) + "…" : line
  }
}

extension Character {
  fileprivate var isControl: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}

extension String {
  /// The text on one line, for messages that quote a server: line ends and other control characters
  /// become spaces, and what is longer than 1,000 characters is cut.
  public var onOneLine: String {
    let line = String(map { $0.isNewline || $0.isControl ? " " : $0 })
    return line.count > 1000 ? line.prefix(999) + "…" : line
  }
}

extension HTTPRequest {
  /// The address without user info and query, for messages.
  public var shownURL: String { CheckedURL.shown(url) }
}
