import Rollouts

/// A row of a table by the names of its columns.
struct TableRow {
  private let values: [String: Table.Value]

  static func all(of table: Table) -> [TableRow] {
    table.rows.map { row in
      TableRow(values: Dictionary(uniqueKeysWithValues: zip(table.columns, row)))
    }
  }

  func text(_ column: String) -> String? {
    if case .text(let text) = values[column] { text } else { nil }
  }

  func integer(_ column: String) -> Int? {
    if case .integer(let number) = values[column] { Int(number) } else { nil }
  }

  func number(_ column: String) -> Double? {
    switch values[column] {
    case .integer(let number): Double(number)
    case .real(let number): number
    default: nil
    }
  }

  func moment(_ column: String) -> Timestamp? {
    integer(column).map { Timestamp(millisecondsSince1970: Int64($0)) }
  }

  func isTrue(_ column: String) -> Bool { integer(column) == 1 }
}
