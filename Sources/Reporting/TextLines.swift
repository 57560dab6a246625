extension String {
  /// This text with control characters made visible, so that a name from outside cannot move the
  /// cursor of a terminal, and without marks that reverse the direction of writing.
  public var terminalSafe: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// A name from outside in a table or a sentence: safe, and not longer than is read.
  var shownName: String { terminalSafe.elided(to: 40) }

  /// This text in lines of at most `width` columns, broken at spaces, but not between a number and
  /// its percent sign; the middle of a longer word is left out.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var lineWidth = 0
    let words = split(separator: " ").reduce(into: [String]()) { words, word in
      if word.hasPrefix("%"), let last = words.popLast() {
        words.append(last + " " + word)
      } else {
        words.append(String(word))
      }
    }
    for word in words.map({ $0.elided(to: width) }) {
      let wordWidth = word.displayWidth
      if !line.isEmpty, lineWidth + 1 + wordWidth > width {
        lines.append(line)
        line = ""
        lineWidth = 0
      }
      lineWidth += wordWidth + (line.isEmpty ? 0 : 1)
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty ? [] : [line])
  }

  /// This text in lines of at most `width` columns that begin with two spaces, all but the first
  /// with four.
  func listed(width: Int) -> [String] {
    terminalSafe.wrapped(to: width - 4).enumerated().map {
      ($0.offset == 0 ? "  " : "    ") + $0.element
    }
  }
}
