import GRDB

extension Statement {
  /// Makes something of the first row; `nil` if there is none.
  ///
  /// The row is not copied, and its columns are best taken by position: both, and finding a column by
  /// its name, cost more than a short query itself.
  ///
  /// - Parameters:
  ///   - arguments: The values of the statement's parameters.
  ///   - make: Takes the row, which is valid only meanwhile.
  /// - Returns: What is made of it.
  /// - Throws: If the database cannot be read, or what `make` throws.
  func first<Value>(
    _ arguments: StatementArguments, _ make: (Row) throws -> Value
  ) throws -> Value? {
    let rows = try Row.fetchCursor(self, arguments: arguments)
    // The end of the cursor empties the row.
    return try withExtendedLifetime(rows) { try rows.next().map(make) }
  }
}
