import Foundation
import GRDB
import Migrations

/// The one SQLite file.
public final class Database: Sendable {
  /// How a file is opened.
  public enum Mode: Sendable {
    /// Reads an existing file and never changes it.
    case readOnly
    /// Reads and writes an existing file, migrating it if it is older.
    case readWrite
    /// As `readWrite`, and makes the file where there is none.
    case create
  }

  /// Marks a file as ours in SQLite's header: "anlz".
  static let applicationID = 0x616E_6C7A

  /// Where the file is.
  public let path: String
  let queue: DatabaseQueue
  private let group: GroupCommit
  /// The file as it was when it was opened, where it cannot be locked; else `nil`.
  private let unlockedStamp: FileStamp?

  /// Opens a database.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mode: Whether it is written to, and made.
  ///   - busyTimeout: How long to wait for another process that is writing.
  ///   - migrations: The schema; the program's own but in tests.
  /// - Throws: A `StoreError` that says what is wrong with the file.
  public init(
    path: String, mode: Mode, busyTimeout: Duration = .seconds(10),
    migrations: [Migrations.Migration] = Migrations.all
  ) throws(StoreError) {
    self.path = path
    try Self.checkFile(at: path, mode: mode)
    do {
      let configuration = Self.configuration(mode: mode, busyTimeout: busyTimeout)
      let migrator = Migrator(path: path, migrations: migrations, busyTimeout: busyTimeout)
      switch mode {
      case .readOnly:
        let opened = try Self.openForReading(path, configuration, migrator)
        queue = opened.queue
        unlockedStamp = opened.unlockedStamp
      case .readWrite, .create:
        queue = try DatabaseQueue(path: path, configuration: configuration)
        unlockedStamp = nil
        try queue.writeWithoutTransaction { try migrator.migrate($0) }
      }
      group = GroupCommit(queue: queue)
    } catch {
      throw StoreError.translating(error, path: path, operation: "open the database")
    }
  }

  /// Reads within one transaction: everything that `body` sees belongs to the same moment.
  ///
  /// - Parameters:
  ///   - operation: What is being done, for the error message, such as "read the report".
  ///   - body: Reads.
  /// - Returns: What `body` returns.
  /// - Throws: A `StoreError`.
  public func read<Value: Sendable>(
    to operation: String, _ body: @Sendable (Reader) throws -> Value
  ) throws(StoreError) -> Value {
    do {
      // Not GRDB's own reading: its `PRAGMA query_only` has every cached statement compiled again.
      // A reader has no way to write; it refuses queries that would.
      let value = try queue.unsafeRead { database in
        try transaction(.deferred, database) { try body(Reader(database: database, path: path)) }
      }
      guard unlockedStamp == nil || Self.unlockedStamp(of: path) == unlockedStamp else {
        throw StoreError.changedMeanwhile(path: path)
      }
      return value
    } catch {
      throw StoreError.translating(error, path: path, operation: operation)
    }
  }

  /// Reads and writes within one transaction, of which all or nothing remains.
  ///
  /// - Parameters:
  ///   - operation: What is being done, for the error message, such as "store observations".
  ///   - body: Reads and writes.
  /// - Returns: What `body` returns.
  /// - Throws: A `StoreError`; nothing was written then.
  public func write<Value: Sendable>(
    to operation: String, _ body: @Sendable (Writer) throws -> Value
  ) throws(StoreError) -> Value {
    do {
      return try queue.writeWithoutTransaction { database in
        try transaction(.immediate, database) { try body(Writer(database: database, path: path)) }
      }
    } catch {
      throw StoreError.translating(error, path: path, operation: operation)
    }
  }

  private func transaction<Value>(
    _ kind: GRDB.Database.TransactionKind, _ database: GRDB.Database, _ body: () throws -> Value
  ) throws -> Value {
    var value: Value?
    try database.inTransaction(kind) {
      value = try body()
      return .commit
    }
    guard let value else {
      throw DatabaseError(resultCode: .SQLITE_ABORT, message: "the transaction was rolled back")
    }
    return value
  }

  /// Reads and writes like `write`, but commits together with what other tasks write so at about the
  /// same time, for which it waits a little, and does not block a thread meanwhile.
  ///
  /// What `body` wrote remains or not independently of the others, unless the file itself cannot be
  /// written; it is on the disk when this returns.
  ///
  /// - Parameters:
  ///   - operation: What is being done, for the error message, such as "store observations".
  ///   - body: Reads and writes.
  /// - Returns: What `body` returns.
  /// - Throws: A `StoreError`; nothing of it was written then.
  public func writeInGroup<Value: Sendable>(
    to operation: String, _ body: @escaping @Sendable (Writer) throws -> Value
  ) async throws(StoreError) -> Value {
    do {
      return try await group.write { [path] in try body(Writer(database: $0, path: path)) }.get()
    } catch {
      throw StoreError.translating(error, path: path, operation: operation)
    }
  }

  /// Says that the task is about to use `writeInGroup`, so that others wait for it a little.
  ///
  /// - Returns: What to keep until the task has written for the last time.
  public func expectWriter() -> ExpectedWriter { group.expectWriter() }

  /// Opens a file for reading, also where nothing may be written.
  ///
  /// Readers of a write-ahead log share a file of locks beside the database (`-shm`). Where that can
  /// neither be found nor made, and there is no log, the file is read without locks, as one that
  /// does not change; that it did not is checked after each reading.
  private static func openForReading(
    _ path: String, _ configuration: GRDB.Configuration, _ migrator: Migrator
  ) throws -> (queue: DatabaseQueue, unlockedStamp: FileStamp?) {
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { try migrator.check($0) }
      return (queue, nil)
    } catch let error as DatabaseError
      where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
      && access(path, R_OK) == 0 && !isFolderWritable(of: path)
    {
      guard let stamp = unlockedStamp(of: path) else {
        throw StoreError.unreadableLog(path: path)
      }
      let queue = try DatabaseQueue(
        path: URL(filePath: path).absoluteString + "?immutable=1", configuration: configuration)
      try queue.read { try migrator.check($0) }
      return (queue, stamp)
    }
  }

  private static func isFolderWritable(of path: String) -> Bool {
    access(URL(filePath: path).deletingLastPathComponent().path, W_OK) == 0
  }

  /// What tells whether the file changed; `nil` if there is a write-ahead log.
  private static func unlockedStamp(of path: String) -> FileStamp? {
    let log = FileStamp(path: path + "-wal")?.bytes ?? 0
    return log == 0 ? FileStamp(path: path) : nil
  }

  static func checkFile(at path: String, mode: Mode) throws(StoreError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      guard case .create = mode else { throw .missing(path: path) }
      try makeFile(at: path)
      return
    }
    let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type]
    guard !isDirectory.boolValue,
      type as? FileAttributeType == .typeRegular
        || type as? FileAttributeType == .typeSymbolicLink
    else { throw .notAFile(path: path) }
  }

  /// Makes an empty file here and not by SQLite, so that nobody else may ever read it.
  ///
  /// One that another process has made meanwhile stays as it is; `FileManager` would replace it.
  static func makeFile(at path: String) throws(StoreError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .cannotOpen(
        path: path, reason: "cannot create the file: \(String(cString: strerror(errno)))")
    }
    close(descriptor)
  }

  private static func configuration(
    mode: Mode, busyTimeout: Duration
  ) -> GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(
      Double(busyTimeout.components.seconds) + Double(busyTimeout.components.attoseconds) / 1e18)
    configuration.foreignKeysEnabled = true
    configuration.label = "analyze"
    if case .readOnly = mode {
      configuration.readonly = true
    } else {
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        // Savepoints may need a temporary file, for which a container may have no place.
        try database.execute(sql: "PRAGMA temp_store = MEMORY")
      }
    }
    return configuration
  }
}
