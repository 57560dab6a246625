import Foundation
import Synchronization

/// A database that is opened when it is needed, and made only when there is something to store.
public final class DatabaseFile: Sendable {
  /// Where the file is.
  public let path: String
  private let busyTimeout: Duration
  private let opened = Mutex<Database?>(nil)

  /// The database at a path; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - path: Where the file is, or will be.
  ///   - busyTimeout: How long to wait for another process that is writing.
  public init(path: String, busyTimeout: Duration = .seconds(10)) {
    self.path = path
    self.busyTimeout = busyTimeout
  }

  /// The database, or `nil` if there is no file yet.
  ///
  /// - Returns: The database, open for reading and writing, and migrated.
  /// - Throws: A `StoreError` that says what is wrong with the file.
  public func existing() throws(StoreError) -> Database? {
    try open { FileManager.default.fileExists(atPath: path) ? .readWrite : nil }
  }

  /// The database, made if there is no file yet.
  ///
  /// - Returns: The database, open for reading and writing, and migrated.
  /// - Throws: A `StoreError` that says what is wrong with the file.
  public func existingOrNew() throws(StoreError) -> Database {
    guard let database = try open({ .create }) else {
      throw .missing(path: path)
    }
    return database
  }

  private func open(_ mode: () -> Database.Mode?) throws(StoreError) -> Database? {
    try opened.withLock { database throws(StoreError) in
      if database == nil, let mode = mode() {
        database = try Database(path: path, mode: mode, busyTimeout: busyTimeout)
      }
      return database
    }
  }
}
