import Foundation
import Rollouts

/// Tables with a heading: a report without pictures of its own.
public struct TableReport: Sendable {
  /// What it is called.
  public let title: String
  /// What it is about, in a line.
  public let subtitle: String
  /// When it was made.
  public let generatedAt: Timestamp
  /// The version of the tool.
  public let toolVersion: String
  /// Its tables.
  public let sections: [ReportSection]

  /// Tables with a heading.
  public init(
    title: String, subtitle: String, generatedAt: Timestamp, toolVersion: String,
    sections: [ReportSection]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.generatedAt = generatedAt
    self.toolVersion = toolVersion
    self.sections = sections
  }
}

extension Table {
  /// The rows as text: a column whose name ends in `_at` holds milliseconds since 1970 and is
  /// written as RFC 3339; what is missing is empty.
  var texts: [[String]] {
    rows.map { row in zip(columns, row).map { Self.text($1, column: $0) } }
  }

  /// Whether the column holds nothing but numbers.
  func isNumeric(_ column: Int) -> Bool {
    !columns[column].hasSuffix("_at") && !rows.isEmpty
      && rows.allSatisfy { row in
        switch row[column] {
        case .integer, .real, .null: true
        case .text: false
        }
      }
  }

  /// Whether the column says when.
  func isTime(_ column: Int) -> Bool {
    columns[column] == "at" || columns[column].hasSuffix("_at")
  }

  static func text(_ value: Value, column: String) -> String {
    switch value {
    case .null: ""
    case .integer(let number) where column.hasSuffix("_at"):
      Timestamp(millisecondsSince1970: number).rfc3339
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let text): text
    }
  }
}

extension TextReport {
  /// A report of tables.
  ///
  /// - Parameters:
  ///   - report: What it says.
  ///   - style: How wide it may be, and whether it is coloured.
  /// - Returns: Lines of text with a line end each.
  public static func text(_ report: TableReport, style: TextStyle = .plain) -> String {
    let heading =
      report.title.shownName.wrapped(to: style.width).map { style.paint($0, .heading) }
      + report.subtitle.terminalSafe.wrapped(to: style.width)
    let sections = report.sections.map { section -> [String] in
      let table = section.table
      var lines = TextTable(
        table.columns.indices.map {
          (table.columns[$0].shownName, table.isNumeric($0) ? .right : .left)
        })
      for row in table.texts { lines.add(row.map { TextCell($0.shownName) }) }
      return [style.paint(section.name.shownName, .heading)]
        + (table.rows.isEmpty ? ["  no rows"] : lines.lines(style))
    }
    return ([heading] + sections).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
      + "\n"
  }
}

extension JSONReport {
  /// A report of tables: a list of objects a section, with the columns' names as keys.
  ///
  /// - Parameter report: What it says.
  /// - Returns: The value.
  public static func value(_ report: TableReport) -> JSONValue {
    .object([
      ("schemaVersion", .integer(schemaVersion)), ("generatedAt", moment(report.generatedAt)),
      ("tool", .object([("name", .string("analyze")), ("version", .string(report.toolVersion))])),
      ("report", .string(report.title)),
      ("sections", .object(report.sections.map { ($0.name, rows($0.table)) })),
    ])
  }

  private static func rows(_ table: Table) -> JSONValue {
    .array(
      table.rows.map { row in
        .object(
          zip(table.columns, row).map { column, value in
            switch value {
            case .null: (column, .null)
            case .integer(let number):
              (
                column,
                column.hasSuffix("_at")
                  ? moment(Timestamp(millisecondsSince1970: number)) : .integer(number)
              )
            case .real(let number): (column, .number(number))
            case .text(let text): (column, .string(text))
            }
          })
      })
  }
}
