import Foundation
import GRDB

/// The column by which a table is read in parts.
struct Key {
  let column: String
  /// Whether it holds whole numbers; by anything else the table is read in one go.
  let isNumber: Bool
  /// Whether no two rows have the same.
  let isUnique: Bool
}

/// Copies the rows of one table of a damaged file, around what cannot be read.
final class TableRescue {
  private let table: String
  private let key: Key
  private let source: GRDB.Database
  private let copy: GRDB.Database
  private var columns: [String] = []
  private var saved = 0
  private var refused = 0
  private var isPartLost = false
  private var lost: [ClosedRange<Int64>] = []

  /// Copies the rows of a table.
  init(table: String, key: Key, source: GRDB.Database, copy: GRDB.Database) {
    self.table = table
    self.key = key
    self.source = source
    self.copy = copy
  }

  /// Copies what can be read.
  func run() throws -> (table: Recovery.Table, lostKeys: [ClosedRange<Int64>]) {
    columns = try columnNames(source).filter(Set(try columnNames(copy)).contains)
    if key.isNumber {
      try read(0...Int64.max)
    } else {
      try readFromBothEnds()
    }
    var losses = lost.map { range in
      if range.upperBound == .max { return "everything from \(key.column) \(range.lowerBound) on" }
      return range.count == 1
        ? "\(key.column) \(range.lowerBound)"
        : "\(key.column) \(range.lowerBound) to \(range.upperBound)"
    }
    if isPartLost { losses.append("rows between the first and the last") }
    if refused > 0 { losses.append("\(refused) rows whose content makes no sense") }
    return (Recovery.Table(name: table, rows: saved, losses: losses), lost)
  }

  private func columnNames(_ database: GRDB.Database) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
  }

  /// Reads from both ends up to what is damaged, then looks for readable parts between.
  private func read(_ range: ClosedRange<Int64>) throws {
    let up = try scan(range, descending: false)
    if up.isComplete { return }
    let low = up.lastKey.map(afterward) ?? range.lowerBound
    guard low <= range.upperBound else { return }
    let down = try scan(low...range.upperBound, descending: true)
    if down.isComplete { return }
    guard let high = down.lastKey.map(beforehand) ?? bound(range.upperBound) else {
      return lose(low...range.upperBound)
    }
    guard low <= high else { return }
    guard low < high else { return lose(low...high) }
    let middle = low + (high - low) / 2
    try read(low...middle)
    try read((middle + 1)...high)
  }

  /// Where to go on after a key at which reading broke off: rows of it may be missing, where a key
  /// has several.
  private func afterward(_ last: Int64) -> Int64 { key.isUnique ? last + 1 : last }

  private func beforehand(_ last: Int64) -> Int64 { key.isUnique ? last - 1 : last }

  private func bound(_ end: Int64) -> Int64? { end == .max ? nil : end }

  /// Reads rows that are not numbered: what lies between two damaged places is lost.
  private func readFromBothEnds() throws {
    if try scan("", [], descending: false).isComplete { return }
    isPartLost = try !scan("", [], descending: true).isComplete
  }

  private func lose(_ range: ClosedRange<Int64>) {
    if let last = lost.last, range.lowerBound <= last.upperBound + 1,
      range.lowerBound >= last.lowerBound
    {
      lost[lost.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
    } else {
      lost.append(range)
    }
  }

  private func scan(
    _ range: ClosedRange<Int64>, descending: Bool
  ) throws -> (isComplete: Bool, lastKey: Int64?) {
    try scan(
      "WHERE \(key.column) BETWEEN ? AND ?", [range.lowerBound, range.upperBound],
      descending: descending)
  }

  private func scan(
    _ condition: String, _ arguments: StatementArguments, descending: Bool
  ) throws -> (isComplete: Bool, lastKey: Int64?) {
    let list = quotedColumns
    let insert = try copy.cachedStatement(sql: insertion(casting: []))
    var lastKey: Int64?
    do {
      let rows = try Row.fetchCursor(
        source.cachedStatement(
          sql: """
            SELECT \(key.column) AS "rescue key", \(list) FROM \(table) NOT INDEXED
            \(condition) ORDER BY \(key.column) \(descending ? "DESC" : "ASC")
            """),
        arguments: arguments)
      while let row = try rows.next() {
        if case .int64(let number) = (row[0] as DatabaseValue).storage { lastKey = number }
        let values = Array(row.databaseValues.dropFirst())
        if let exact = try exactBytes(of: row, values) {
          save(exact.values, try copy.cachedStatement(sql: insertion(casting: exact.texts)))
        } else {
          save(values, insert)
        }
      }
      return (true, lastKey)
    } catch let error as DatabaseError
      where [.SQLITE_CORRUPT, .SQLITE_IOERR, .SQLITE_NOTADB].contains(error.resultCode)
    {
      return (false, lastKey)
    }
  }

  private var quotedColumns: String {
    columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
  }

  /// The statement that saves a row.
  ///
  /// - Parameter texts: Which of the columns are texts that come as their bytes.
  /// - Returns: SQL with a parameter for each column.
  private func insertion(casting texts: Set<Int>) -> String {
    let values = columns.indices.map { texts.contains($0) ? "CAST(? AS TEXT)" : "?" }
    return """
      INSERT OR IGNORE INTO \(table) (\(quotedColumns)) VALUES (\(values.joined(separator: ", ")))
      """
  }

  /// The texts of a row as bytes, where one of them is not the text that GRDB makes of it: it ends a
  /// text at the first NUL and mends what is no UTF-8.
  private func exactBytes(
    of row: Row, _ values: [DatabaseValue]
  ) throws -> (values: [DatabaseValue], texts: Set<Int>)? {
    var exact = values
    var texts: Set<Int> = []
    for (index, value) in values.enumerated() {
      guard case .string(let text) = value.storage else { continue }
      let bytes = try row.withUnsafeData(atIndex: index + 1) { Data($0 ?? Data()) }
      guard !bytes.elementsEqual(text.utf8) else { continue }
      exact[index] = bytes.databaseValue
      texts.insert(index)
    }
    return texts.isEmpty ? nil : (exact, texts)
  }

  private func save(_ values: [DatabaseValue], _ insert: Statement) {
    do {
      try insert.execute(arguments: StatementArguments(values))
      if copy.changesCount > 0 {
        saved += 1
      } else if key.isUnique, key.isNumber {
        // Nothing was read twice, so this breaks a rule of the schema.
        refused += 1
      }
    } catch {
      // The row breaks a rule of the schema, which a row that was written by us does not.
      refused += 1
    }
  }
}
