import Foundation
import GRDB
import Ledger

extension Database {
  /// What a backup holds.
  public struct Backup: Sendable {
    /// The size of the file.
    public let bytes: Int
    /// What its ledger holds.
    public let ledger: LedgerVerifier.Summary
    /// How many rows all of its tables have together.
    public let rows: Int
  }

  /// Copies the database as it is at this moment, while others write to it.
  ///
  /// The copy is one file without a write-ahead log, so that it can be read where nothing may be
  /// written. It is checked before it takes its name: a file that has the name already is replaced
  /// by a whole copy, or stays.
  ///
  /// - Parameter destination: The path of the copy.
  /// - Returns: What the copy holds.
  /// - Throws: A `StoreError`; nothing stands under the name then that did not before.
  public func backUp(to destination: String) throws(StoreError) -> Backup {
    guard !Self.isSameFile(path, destination) else { throw .backupOntoItself(path: path) }
    let partial = destination + ".partial-\(getpid())"
    defer { unlink(partial) }
    do {
      let rows = try copy(to: partial)
      let backup = try Self.checked(partial, rows: rows)
      try Self.rename(partial, to: destination)
      return backup
    } catch {
      throw StoreError.translating(error, path: path, operation: "back up to \(destination)")
    }
  }

  /// Copies within one transaction, so that the counts are those of the copy.
  private func copy(to partial: String) throws -> [String: Int] {
    try Self.makeFile(at: partial)
    let copy = try DatabaseQueue(path: partial)
    let rows = try queue.read { source in
      // The first thing that is read decides of which moment the copy is.
      let rows = try Reader(database: source, path: path).rowCounts()
      try copy.writeWithoutTransaction { try source.backup(to: $0) }
      return rows
    }
    try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try copy.close()
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.table, $0.count) })
  }

  private static func checked(_ partial: String, rows: [String: Int]) throws -> Backup {
    let copy = try Database(path: partial, mode: .readOnly)
    return try copy.queue.read { database in
      let reader = Reader(database: database, path: partial)
      let copied = Dictionary(
        uniqueKeysWithValues: try reader.rowCounts().map { ($0.table, $0.count) })
      guard copied == rows else {
        throw StoreError.unsoundCopy("it lacks rows of the original")
      }
      switch try reader.verifyLedger() {
      case .success(let ledger):
        return Backup(
          bytes: FileStamp(path: partial)?.bytes ?? 0, ledger: ledger,
          rows: rows.values.reduce(0, +))
      case .failure(let fault): throw StoreError.unsoundCopy("its ledger does not fit: \(fault)")
      }
    }
  }

  /// Gives a file that was written whole its name, so that it is still there after a crash.
  static func rename(_ partial: String, to destination: String) throws(StoreError) {
    try synchronize(partial)
    guard Glibc.rename(partial, destination) == 0 else {
      throw .cannotOpen(path: destination, reason: String(cString: strerror(errno)))
    }
    try synchronize(URL(filePath: destination).deletingLastPathComponent().path)
  }

  /// Gives a file that was written whole a name that no file has yet.
  static func renameToNew(_ partial: String, _ destination: String) throws(StoreError) {
    try synchronize(partial)
    // Unlike renaming it replaces nothing.
    guard link(partial, destination) == 0 else {
      guard errno != EEXIST else { throw .exists(path: destination) }
      // Not every file system knows links.
      guard FileStamp(path: destination) == nil else { throw .exists(path: destination) }
      return try rename(partial, to: destination)
    }
    unlink(partial)
    try synchronize(URL(filePath: destination).deletingLastPathComponent().path)
  }

  private static func synchronize(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw .cannotOpen(path: path, reason: reason)
    }
    close(descriptor)
  }

  private static func isSameFile(_ first: String, _ second: String) -> Bool {
    guard let first = FileStamp(path: first), let second = FileStamp(path: second) else {
      return false
    }
    return first.isSameFile(as: second)
  }
}
