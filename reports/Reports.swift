/// The reports of this folder: a folder each, with one query a section.
public enum Reports {
  /// One query of a report.
  public struct Section: Sendable, Equatable {
    /// The file's name without its ending, such as `errors`.
    public let name: String
    /// The query; takes `:target`, `:from` and `:to` (milliseconds since 1970).
    public let sql: String
  }

  /// The names of the reports, in order.
  public static let names = Array(Set(EmbeddedText.files.compactMap(folder))).sorted()

  /// The sections of a report by name; empty for a report that does not exist.
  public static func sections(of report: String) -> [String: Section] {
    let sections = EmbeddedText.files.filter { folder($0) == report }.map {
      Section(
        name: String($0.path.dropFirst(report.count + 1).dropLast(".sql".count)), sql: $0.text)
    }
    return Dictionary(uniqueKeysWithValues: sections.map { ($0.name, $0) })
  }

  private static func folder(_ file: (path: String, text: String)) -> String? {
    file.path.split(separator: "/").first.map(String.init)
  }
}
