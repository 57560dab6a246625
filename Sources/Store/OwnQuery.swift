import Foundation
import GRDBSQLite
import Rollouts

/// A query of the user's, run so that nothing but reading is possible.
///
/// It has a connection of its own: read-only, without attached files, and with an authorizer that
/// refuses everything but reading tables and computing.
public struct OwnQuery: Sendable {
  /// The values of the parameters that a query may use.
  public struct Arguments: Sendable {
    /// The value of `:target`; `nil`: every target.
    public let target: String?
    /// The values of `:from` and `:to`.
    public let window: TimeWindow
    /// The value of `:error_responses`: a JSON array of a policy's words; `nil`: no policy's.
    public let errorResponses: String?

    /// The values of the parameters.
    public init(target: String?, window: TimeWindow, errorResponses: String? = nil) {
      self.target = target
      self.window = window
      self.errorResponses = errorResponses
    }
  }

  /// An answer with more rows than this is refused.
  public static let mostRows = 1_000_000

  /// The text of the query.
  public let sql: String
  /// How long it may run.
  public let timeLimit: Duration

  /// A query.
  ///
  /// - Parameters:
  ///   - sql: One SELECT, with or without a WITH before it; may use `:target`, `:from`, `:to` and
  ///     `:error_responses`.
  ///   - timeLimit: How long it may run.
  public init(sql: String, timeLimit: Duration) {
    self.sql = sql
    self.timeLimit = timeLimit
  }

  /// Runs the query.
  ///
  /// - Parameters:
  ///   - database: The database, which is checked already.
  ///   - arguments: The values of the parameters that it uses.
  /// - Returns: The answer.
  /// - Throws: An `OwnQueryError` if it is no query, would do something else than read, or does not
  ///   come to an end.
  public func run(on database: Database, _ arguments: Arguments) throws(OwnQueryError) -> Table {
    let connection = try ReadingConnection(path: database.path, deadline: .now + timeLimit)
    let statement = try connection.statement(sql)
    try statement.bind([
      ":target": arguments.target.map(Table.Value.text) ?? .null,
      ":from": .integer(arguments.window.from.millisecondsSince1970),
      ":to": .integer(arguments.window.to.millisecondsSince1970),
      ":error_responses": arguments.errorResponses.map(Table.Value.text) ?? .null,
    ])
    let columns = statement.columns
    if let twice = columns.first(where: { name in columns.count { $0 == name } > 1 }) {
      throw .sameColumn(twice)
    }
    var rows: [[Table.Value]] = []
    while let row = try statement.next(timeLimit: timeLimit) {
      guard rows.count < Self.mostRows else { throw .tooManyRows }
      rows.append(row)
    }
    return Table(columns: columns, rows: rows)
  }
}

/// Why a query of the user's was not answered.
public enum OwnQueryError: Error, Equatable, CustomStringConvertible {
  /// The text holds no statement.
  case empty
  /// The text holds more than one statement.
  case several
  /// It would do something else than read.
  case notReading
  /// It uses a parameter that has no value.
  case unknownParameter(String)
  /// Two columns of its answer have the same name.
  case sameColumn(String)
  /// It ran for longer than it may.
  case timeLimit(Duration)
  /// Its answer has too many rows.
  case tooManyRows
  /// Anything else, in SQLite's words.
  case failed(String)

  /// Why it was not answered, and what to do.
  public var description: String {
    switch self {
    case .empty: "it holds no query; write one SELECT"
    case .several: "it holds more than one statement; write one SELECT"
    case .notReading: "only reading is possible; write one SELECT"
    case .unknownParameter(let name):
      "it uses the parameter \(name); there are :target, :from and :to"
    case .sameColumn(let name):
      "two of its columns are called \"\(name)\"; tell them apart with AS"
    case .timeLimit(let limit):
      "it ran for longer than \(limit.text); allow more with --time-limit, or ask for less"
    case .tooManyRows:
      "it gives more than \(OwnQuery.mostRows.groupedText) rows; add a LIMIT"
    case .failed(let reason): reason
    }
  }
}
