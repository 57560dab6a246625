import GRDB
import Rollouts

/// Writes the database within one transaction, of which all or nothing remains.
public struct Writer {
  let database: GRDB.Database
  let path: String

  /// Reads within the same transaction.
  public var reader: Reader { Reader(database: database, path: path) }

  /// Stores a target, or brings the stored one of the same name up to date.
  ///
  /// - Parameter target: The target.
  /// - Returns: Its number.
  /// - Throws: `StoreError.contradiction` if the name stands for another VirtualService.
  public func upsert(_ target: Target) throws -> Int64 {
    if let stored = try reader.target(ofName: target.name) {
      guard stored.target.virtualService == target.virtualService else {
        throw StoreError.contradiction(
          "target \(target.name) in \(path) stands for VirtualService "
            + "\(stored.target.virtualService), not for \(target.virtualService); give the new "
            + "one another name with --target")
      }
      guard stored.target.host != target.host else { return stored.id }
      try database.execute(
        sql: "UPDATE target SET host = ? WHERE id = ?", arguments: [target.host, stored.id])
      return stored.id
    }
    try database.cachedStatement(
      sql: "INSERT INTO target (name, namespace, virtual_service, host) VALUES (?, ?, ?, ?)"
    ).execute(
      arguments: [
        target.name, target.virtualService.namespace, target.virtualService.name, target.host,
      ])
    return database.lastInsertedRowID
  }

  /// The number of the version of the name, which is made where it is new.
  func versionID(_ name: String, of targetID: Int64) throws -> Int64 {
    let known = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM version WHERE target_id = ? AND name = ?"),
      arguments: [targetID, name])
    if let known { return known }
    try database.cachedStatement(sql: "INSERT INTO version (target_id, name) VALUES (?, ?)")
      .execute(arguments: [targetID, name])
    return database.lastInsertedRowID
  }
}
