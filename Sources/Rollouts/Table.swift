/// The answer of a report's query: named columns, rows of values.
public struct Table: Hashable, Sendable {
  /// One cell.
  public enum Value: Hashable, Sendable {
    /// No value.
    case null
    /// A whole number.
    case integer(Int64)
    /// A number.
    case real(Double)
    /// A text.
    case text(String)
  }

  /// The columns' names, in order.
  public let columns: [String]
  /// The rows; each has a value for every column.
  public let rows: [[Value]]

  /// Named columns and rows of values.
  public init(columns: [String], rows: [[Value]]) {
    self.columns = columns
    self.rows = rows
  }
}
