/// A cell of a table, and the colour that its meaning has.
struct TextCell: ExpressibleByStringInterpolation {
  let text: String
  let colour: TextColour?

  init(_ text: String, _ colour: TextColour? = nil) {
    self.text = text
    self.colour = colour
  }

  init(stringLiteral text: String) {
    self.init(text)
  }
}

/// Columns of text, each as wide as its widest cell.
struct TextTable {
  enum Alignment {
    case left, right
  }

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[TextCell]] = []

  init(_ columns: [(title: String, alignment: Alignment)]) {
    titles = columns.map(\.title)
    alignments = columns.map(\.alignment)
  }

  mutating func add(_ cells: [TextCell]) {
    rows.append(cells)
  }

  mutating func add(_ cells: [String]) {
    rows.append(cells.map { TextCell($0) })
  }

  /// The lines, indented by two spaces, without spaces at their ends; where they would be too long,
  /// a line for every cell instead.
  func lines(_ style: TextStyle) -> [String] {
    guard fits(style) else { return stacked(style) }
    let all = allRows
    let widths = columnWidths
    return all.map { row in
      var cells = zip(row, zip(widths, alignments)).map { cell, layout in
        let padding = String(repeating: " ", count: layout.0 - cell.text.displayWidth)
        let text = style.paint(cell.text, cell.colour)
        return layout.1 == .left ? (text, padding) : (padding + text, "")
      }
      // Only what ends the line: spaces within it keep the columns apart.
      while let last = cells.last, row[cells.count - 1].text.isEmpty,
        last.1.allSatisfy({ $0 == " " })
      {
        cells.removeLast()
      }
      let line = cells.enumerated().map { index, cell in
        index == cells.count - 1 ? cell.0 : cell.0 + cell.1 + "  "
      }.joined()
      return "  " + line
    }
  }

  /// Whether all columns have room side by side.
  func fits(_ style: TextStyle) -> Bool {
    columnWidths.reduce(0, +) + 2 * columnWidths.count <= style.width
  }

  private var allRows: [[TextCell]] { [titles.map { TextCell($0, .faint) }] + rows }

  private var columnWidths: [Int] {
    let all = allRows
    return titles.indices.map { column in all.map { $0[column].text.displayWidth }.max() ?? 0 }
  }

  private func stacked(_ style: TextStyle) -> [String] {
    let labelWidth = titles.dropFirst().map(\.displayWidth).max() ?? 0
    return rows.flatMap { row -> [String] in
      guard let first = row.first else { return [] }
      let head = "  " + style.paint(first.text.elided(to: style.width - 2), first.colour)
      return [head]
        + zip(titles, row).dropFirst().filter { !$0.1.text.isEmpty }.map { title, cell in
          let padding = String(repeating: " ", count: labelWidth - title.displayWidth)
          let text = cell.text.elided(to: style.width - labelWidth - 6)
          return "    \(style.paint(title, .faint))\(padding)  \(style.paint(text, cell.colour))"
        }
    }
  }
}
