import Rollouts

/// Tables as comma-separated values (RFC 4180), for spreadsheets and programs.
public enum CSVReport {
  /// One section: a line with the columns' names, then a line a row, all ended by CR LF.
  ///
  /// - Parameter section: The section.
  /// - Returns: The text.
  public static func text(_ section: ReportSection) -> String {
    lines(section.table, named: nil)
  }

  /// All sections, one after another with an empty line between them; the first column says which
  /// section a line belongs to.
  ///
  /// - Parameter sections: The sections.
  /// - Returns: The text.
  public static func text(_ sections: [ReportSection]) -> String {
    sections.map { lines($0.table, named: $0.name) }.joined(separator: "\r\n")
  }

  private static func lines(_ table: Table, named name: String?) -> String {
    let head = (name == nil ? [] : ["section"]) + table.columns
    let rows = zip(table.rows, table.texts).map { values, texts in
      (name.map { [$0] } ?? []) + zip(values, texts).map(cell)
    }
    return ([head.map(\.withoutFormula)] + rows)
      .map { $0.map(\.quotedForCSV).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func cell(_ value: Table.Value, _ text: String) -> String {
    if case .text = value { text.withoutFormula } else { text }
  }
}

extension String {
  /// This text so that a spreadsheet does not take it for a formula: with an apostrophe before it if
  /// it begins like one.
  ///
  /// **Source:** OWASP, CSV Injection.
  fileprivate var withoutFormula: String {
    guard let first = unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else {
      return self
    }
    return "'" + self
  }

  /// This text as one field; in quotes where it must be.
  fileprivate var quotedForCSV: String {
    guard unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return self
    }
    return "\"" + unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
