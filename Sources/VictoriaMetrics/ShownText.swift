extension String {
  /// The first line that is not empty, cut to 200 characters and without control characters.
  var shownFirstLine: String {
    let line = split(whereSeparator: \.isNewline).lazy
      .map { $0.filter { !$0.isControl }.withoutSpacesAround }
      .first { !$0.isEmpty }
    guard let line else { return "nothing" }
    return line.count > 200 ? line.prefix(199) + "…" : line
  }

  /// Whether it has a character that could end or change the line that it is put into.
  var hasControlCharacter: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  private var withoutSpacesAround: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}

extension Character {
  fileprivate var isControl: Bool { String(self).hasControlCharacter }
}
