/// Pieces of Markdown that GitHub and GitLab read alike.
enum Markdown {
  enum Alignment: String {
    case left = "---"
    case right = "---:"
  }

  /// A table; its cells are Markdown already.
  static func table(
    _ columns: [(title: String, alignment: Alignment)], _ rows: [[String]]
  ) -> [String] {
    [line(columns.map(\.title)), line(columns.map(\.alignment.rawValue))] + rows.map(line)
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// Something that is shown on demand.
  static func folded(_ summary: String, _ content: [String]) -> [String] {
    ["<details><summary>\(summary)</summary>", ""] + content + ["", "</details>"]
  }

  /// A name from outside, as code: nothing in it means anything, not even a mention or a link.
  static func code(_ text: String) -> String {
    // A bar ends a cell even within code, and a backslash before it is read in two ways.
    let safe = text.terminalSafe.elided(to: 60).replacing("|", with: "\\u{7c}")
    guard !safe.isEmpty else { return "" }
    var longestRun = 0
    var run = 0
    for character in safe {
      run = character == "`" ? run + 1 : 0
      longestRun = max(longestRun, run)
    }
    let fence = String(repeating: "`", count: longestRun + 1)
    let isEdged = "` ".contains { safe.first == $0 || safe.last == $0 }
    let space = isEdged ? " " : ""
    return fence + space + safe + space + fence
  }

  /// A cell that may hold anything: as it is if it holds nothing but words, else as code.
  static func cell(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789 .,;%+-:()".contains(Character(scalar)))
    }
    return isPlain ? text : code(text)
  }

  /// A sentence with words from outside in it.
  static func escaped(_ text: String) -> String {
    let scalars = Array(text.shownSentence.terminalSafe.unicodeScalars)
    return scalars.enumerated().map { index, scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      // Mentions, references and links work even if escaped: an empty comment takes them apart.
      case "@", "#", "!", "~", "$": "\(scalar)<!-- -->"
      case ":" where index + 1 < scalars.count && isPartOfWord(scalars[index + 1]):
        ":<!-- -->"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "|", "^": "\\\(scalar)"
      default: String(scalar)
      }
    }.joined()
  }

  /// Whether a colon before it may begin the name of a picture, or the rest of an address.
  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar.properties.isAlphabetic
  }
}
