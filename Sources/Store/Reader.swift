import GRDB
import Rollouts

/// Reads the database within one transaction.
public struct Reader {
  let database: GRDB.Database
  let path: String

  /// A target and its number in the database.
  public struct StoredTarget: Sendable, Equatable {
    /// Its number.
    public let id: Int64
    /// The target.
    public let target: Target
  }

  /// The target of the name, or the only one if none is named.
  ///
  /// - Parameter name: The target's name, or `nil`.
  /// - Returns: The target.
  /// - Throws: `StoreError.noTarget` if there is no such target, or several and none was named.
  public func target(named name: String?) throws -> StoredTarget {
    let all = try targets()
    if let name, let found = all.first(where: { $0.target.name == name }) { return found }
    if name == nil, all.count == 1 { return all[0] }
    throw StoreError.noTarget(path: path, name: name, known: all.map(\.target.name))
  }

  /// All targets, by name.
  ///
  /// - Returns: The targets.
  /// - Throws: If the database cannot be read.
  public func targets() throws -> [StoredTarget] {
    try Row.fetchAll(
      database, sql: "SELECT id, name, namespace, virtual_service, host FROM target ORDER BY name"
    ).map(StoredTarget.init(row:))
  }

  /// The target of the name; `nil` if there is none.
  ///
  /// - Parameter name: The target's name.
  /// - Returns: The target.
  /// - Throws: If the database cannot be read.
  public func target(ofName name: String) throws -> StoredTarget? {
    try database.cachedStatement(
      sql: "SELECT id, name, namespace, virtual_service, host FROM target WHERE name = ?"
    ).first([name], StoredTarget.init(row:))
  }

  /// Whose counts of the target are judged; `nil` if nothing was counted yet.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: The reporter.
  /// - Throws: If the database cannot be read.
  public func judgedReporter(of targetID: Int64) throws -> Reporter? {
    try String.fetchOne(
      database, sql: "SELECT reporter FROM judged_reporter WHERE target_id = ?",
      arguments: [targetID]
    ).flatMap(Reporter.init(rawValue:))
  }

  /// Runs a report's query.
  ///
  /// - Parameters:
  ///   - sql: A query; may use `:target`, `:from` and `:to`.
  ///   - target: The target's name.
  ///   - window: The stretch of time.
  ///   - errorResponses: What counts as an error, as a JSON array of a policy's words; `nil`: 5xx and
  ///     no response.
  /// - Returns: The answer.
  /// - Throws: If the query fails, or would write.
  public func table(
    sql: String, target: String, window: TimeWindow, errorResponses: String? = nil
  ) throws -> Rollouts.Table {
    let statement = try database.cachedStatement(sql: sql)
    guard statement.isReadonly else {
      throw DatabaseError(
        resultCode: .SQLITE_READONLY, message: "attempt to write a readonly database")
    }
    // Those that the query does not use are left out by GRDB.
    let arguments: StatementArguments = [
      "target": target, "from": window.from.millisecondsSince1970,
      "to": window.to.millisecondsSince1970, "error_responses": errorResponses,
    ]
    let rows = try Row.fetchAll(statement, arguments: arguments).map { row in
      Array(row.databaseValues).map(Rollouts.Table.Value.init)
    }
    return Rollouts.Table(columns: statement.columnNames, rows: rows)
  }
}

extension Reader.StoredTarget {
  /// From the columns number, name, namespace, VirtualService and host.
  fileprivate init(row: Row) {
    id = row[0]
    target = Target(
      name: row[1], virtualService: ObjectName(namespace: row[2], name: row[3]), host: row[4])
  }
}

extension Rollouts.Table.Value {
  init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob: self = .text("(binary)")
    }
  }
}
