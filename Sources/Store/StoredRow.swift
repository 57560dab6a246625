import Foundation
import GRDB

/// A value as it is stored, with all of its bytes.
///
/// GRDB's own texts end at the first NUL and mend what is no UTF-8: two texts that differ there
/// would be the same.
enum StoredValue: Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  /// A text that is no UTF-8.
  case brokenText(Data)
  case blob(Data)
}

/// A row of a query as it is stored.
struct StoredRow {
  let columns: [(name: String, value: StoredValue)]

  /// The value of a column; `nil` if there is no such column.
  subscript(_ column: String) -> StoredValue? { columns.first { $0.name == column }?.value }
}

extension GRDB.Database {
  /// Runs a query and hands over its rows one by one.
  ///
  /// - Parameters:
  ///   - sql: The query.
  ///   - arguments: Its arguments.
  ///   - body: Receives a row; the rest is left out where it returns `false`.
  /// - Throws: If the query fails, or what `body` throws.
  func forEachStoredRow(
    _ sql: String, _ arguments: StatementArguments = [], _ body: (StoredRow) throws -> Bool
  ) throws {
    // Only the rows of a cursor have the bytes; copies of them have strings.
    let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    while let row = try rows.next() {
      let columns = try row.enumerated().map { index, column in
        (name: column.0, value: try StoredValue(row, index, column.1))
      }
      guard try body(StoredRow(columns: columns)) else { return }
    }
  }

  /// The rows of a query.
  func storedRows(_ sql: String, _ arguments: StatementArguments = []) throws -> [StoredRow] {
    var rows: [StoredRow] = []
    try forEachStoredRow(sql, arguments) { row in
      rows.append(row)
      return true
    }
    return rows
  }
}

extension StoredValue {
  fileprivate init(_ row: Row, _ index: Int, _ value: DatabaseValue) throws {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .blob(let bytes): self = .blob(bytes)
    case .string:
      let bytes = try row.withUnsafeData(atIndex: index) { Data($0 ?? Data()) }
      self = String(validating: bytes, as: UTF8.self).map(Self.text) ?? .brokenText(bytes)
    }
  }
}
