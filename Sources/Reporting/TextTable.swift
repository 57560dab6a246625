/// Columns of text, each as wide as its widest cell.
struct TextTable {
  enum Alignment {
    case left, right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  mutating func add(_ cells: [String]) {
    rows.append(cells)
  }

  /// The lines, indented by two spaces, without spaces at their ends.
  var lines: [String] {
    let widths = alignments.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, zip(widths, alignments)).map { cell, layout in
        let padding = String(repeating: " ", count: layout.0 - cell.count)
        return layout.1 == .left ? cell + padding : padding + cell
      }
      return ("  " + cells.joined(separator: "  ")).trimmingTrailingSpaces
    }
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    String(reversed().drop { $0 == " " }.reversed())
  }

  /// This text with control characters made visible, so that a name from outside cannot move the
  /// cursor of a terminal, and without marks that reverse the direction of writing.
  var terminalSafe: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// This text in lines of at most `width` characters, broken at spaces where there are any, but
  /// not between a number and its percent sign.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    let words = split(separator: " ").reduce(into: [String]()) { words, word in
      if word.hasPrefix("%"), let last = words.popLast() {
        words.append(last + " " + word)
      } else {
        words.append(String(word))
      }
    }
    for word in words {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty ? [] : [line])
  }
}
