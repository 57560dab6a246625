/// The reports of this folder: a folder each, with one query a section, and templates.
public enum Reports {
  /// One query of a report.
  public struct Section: Sendable, Equatable {
    /// The file's name without its ending, such as `errors`.
    public let name: String
    /// The query; takes `:target`, `:from` and `:to` (milliseconds since 1970).
    public let sql: String
  }

  /// The names of the reports, in order.
  public static let names = Array(Set(files(ending: ".sql").map(\.folder))).sorted()

  /// The sections of a report by name; empty for a report that does not exist.
  public static func sections(of report: String) -> [String: Section] {
    let sections = files(ending: ".sql").filter { $0.folder == report }.map {
      Section(name: $0.name, sql: $0.text)
    }
    return Dictionary(uniqueKeysWithValues: sections.map { ($0.name, $0) })
  }

  /// The mustache templates by path below the folder without their ending, such as `canary/page`.
  public static let templates = Dictionary(
    uniqueKeysWithValues: files(ending: ".mustache").map { ("\($0.folder)/\($0.name)", $0.text) })

  private static func files(
    ending: String
  ) -> [(folder: String, name: String, text: String)] {
    EmbeddedText.files.compactMap { path, text in
      guard path.hasSuffix(ending), let slash = path.firstIndex(of: "/") else { return nil }
      let name = path[path.index(after: slash)...].dropLast(ending.count)
      return (String(path[..<slash]), String(name), text)
    }
  }
}
