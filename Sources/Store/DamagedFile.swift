import Foundation
import GRDB

/// A file of which SQLite may read no more than a part, opened for reading that.
struct DamagedFile {
  let queue: DatabaseQueue
  /// The tables that can be read, as far as the schema says.
  let tables: Set<String>
  /// Whether the schema can be read to its end: else tables may be missing in `tables`.
  let isSchemaComplete: Bool
  /// What is wrong with the file as a whole, each in a sentence.
  let findings: [String]

  /// Opens a file.
  ///
  /// A file that ends early is read as far as it goes. If its first 100 bytes are damaged, a copy is
  /// read in which they are made anew.
  ///
  /// - Parameters:
  ///   - path: The file; it is not changed.
  ///   - copyPath: Where a copy can be made; whoever calls removes it.
  /// - Returns: The file, open; whoever calls closes it.
  /// - Throws: `StoreError.unrecoverable` if nothing of it can be read.
  static func open(_ path: String, copyPath: String) throws -> DamagedFile {
    let size = FileStamp(path: path)?.bytes ?? 0
    let logSize = FileStamp(path: path + "-wal")?.bytes ?? 0
    // SQLite itself would delete the log of an empty file.
    guard size > 0 else {
      let besideLog = ", and its write-ahead log alone (\(path)-wal) is no database"
      throw StoreError.unrecoverable(
        path: path, reason: "it is empty" + (logSize > 0 ? besideLog : ""))
    }
    let header = DatabaseHeader(try beginning(of: path))
    if header.isPlausible, let file = try reading(path, shortness(header, size, logSize)) {
      return file
    }
    if let file = try mended(path, header, copyPath: copyPath, size: size, hasLog: logSize > 0) {
      return file
    }
    if !header.isPlausible, header.isOfSQLite, let file = try reading(path, []) { return file }
    throw StoreError.unrecoverable(
      path: path,
      reason: header.isOfSQLite
        ? "its schema, which says where everything else is, cannot be read"
        : "it is no SQLite file, not even one whose beginning is damaged")
  }

  /// That pages are missing, if the header says how many there were.
  private static func shortness(_ header: DatabaseHeader, _ size: Int, _ logSize: Int) -> [String] {
    guard let pageSize = header.pageSize, let expected = header.pageCount,
      size < expected * pageSize
    else { return [] }
    return [
      "the file ends early: \(size / pageSize) of \(expected) pages are there whole"
        + (logSize > 0 ? "; newer ones may be in its write-ahead log" : "")
    ]
  }

  /// A copy with another header; the one whose page size lets most of the schema be read.
  private static func mended(
    _ path: String, _ header: DatabaseHeader, copyPath: String, size: Int, hasLog: Bool
  ) throws -> DamagedFile? {
    try FileManager.default.copyItem(atPath: path, toPath: copyPath)
    if hasLog {
      try FileManager.default.copyItem(atPath: path + "-wal", toPath: copyPath + "-wal")
    }
    chmod(copyPath, 0o600)
    let claimed = header.pageSize.map { [$0] } ?? []
    let sizes = claimed + DatabaseHeader.pageSizes.filter { $0 != header.pageSize }
    var best: (tables: Int, pageSize: Int)?
    for pageSize in sizes {
      guard let file = try reading(copyPath, pageSize: pageSize, size: size, hasLog: hasLog) else {
        continue
      }
      if file.isSchemaComplete, file.tables.contains("target") { return file }
      try file.queue.close()
      if file.tables.count > best?.tables ?? 0 { best = (file.tables.count, pageSize) }
    }
    guard let best else { return nil }
    return try reading(copyPath, pageSize: best.pageSize, size: size, hasLog: hasLog)
  }

  private static func reading(
    _ copyPath: String, pageSize: Int, size: Int, hasLog: Bool
  ) throws -> DamagedFile? {
    let pageCount = (size + pageSize - 1) / pageSize
    let header = DatabaseHeader(pageSize: pageSize, pageCount: pageCount, hasLog: hasLog)
    let handle = try FileHandle(forUpdating: URL(filePath: copyPath))
    try handle.write(contentsOf: header.data)
    try handle.truncate(atOffset: UInt64(pageCount * pageSize))
    try handle.close()
    let finding =
      "the first \(DatabaseHeader.byteCount) bytes were damaged and made anew, for pages of "
      + "\(pageSize) bytes"
    return try reading(copyPath, [finding])
  }

  /// A file as far as SQLite can read it; `nil` if that is nothing.
  private static func reading(_ path: String, _ findings: [String]) throws -> DamagedFile? {
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    configuration.prepareDatabase { database in
      // SQLite then reads a file that is shorter than it should be, and goes on with what it could
      // read of the schema. The first statement fails all the same where that is not everything.
      try database.execute(sql: "PRAGMA writable_schema = ON")
      _ = try? Row.fetchOne(database, sql: "SELECT 1 FROM sqlite_schema")
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let (tables, isComplete) = try queue.inDatabase(readableTables)
      guard !tables.isEmpty else {
        try queue.close()
        return nil
      }
      return DamagedFile(
        queue: queue, tables: tables, isSchemaComplete: isComplete, findings: findings)
    } catch let error as DatabaseError where error.resultCode != .SQLITE_BUSY {
      // Why it cannot be read is what is found out by trying otherwise.
      return nil
    }
  }

  private static func readableTables(
    _ database: GRDB.Database
  ) throws -> (names: Set<String>, isComplete: Bool) {
    var names: [String] = []
    var isComplete = false
    do {
      let rows = try String.fetchCursor(
        database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
      while let name = try rows.next() { names.append(name) }
      isComplete = true
    } catch let error as DatabaseError where !names.isEmpty && error.resultCode != .SQLITE_BUSY {
      // What stands behind a damaged page of the schema is lost.
    }
    // A definition that makes no sense leaves no table.
    let readable = try names.filter { name in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM pragma_table_info(?)", arguments: [name]) ?? 0 > 0
    }
    return (Set(readable), isComplete && readable.count == names.count)
  }

  private static func beginning(of path: String) throws -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      return Array(try handle.read(upToCount: DatabaseHeader.byteCount) ?? Data())
    } catch {
      throw StoreError.cannotOpen(path: path, reason: "it cannot be read")
    }
  }
}
