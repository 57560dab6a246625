import Foundation
import GRDBSQLite
import Rollouts

/// A connection to a database file on which only reading is possible.
final class ReadingConnection {
  /// A text or blob that a query makes may not be larger, in bytes.
  private static let largestValueBytes: Int32 = 10_000_000

  private let handle: OpaquePointer
  private let deadline: Deadline

  /// When a query must have ended; an object of its own so that SQLite can ask it.
  private final class Deadline {
    let instant: ContinuousClock.Instant
    init(_ instant: ContinuousClock.Instant) { self.instant = instant }
  }

  init(path: String, deadline: ContinuousClock.Instant) throws(OwnQueryError) {
    var opened: OpaquePointer?
    let status = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .failed("cannot open \(path): \(reason)")
    }
    handle = opened
    self.deadline = Deadline(deadline)
    sqlite3_busy_timeout(handle, 10_000)
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.largestValueBytes)
    // JSON's tables are connected by declaring them, which the authorizer would refuse.
    sqlite3_exec(handle, "SELECT 1 FROM json_each('[]'), json_tree('[]')", nil, nil, nil)
    sqlite3_set_authorizer(
      handle,
      { _, action, _, name, _, _ in
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION:
          let isLoading = name.map { String(cString: $0).lowercased() == "load_extension" } ?? true
          return isLoading ? SQLITE_DENY : SQLITE_OK
        default: return SQLITE_DENY
        }
      }, nil)
    sqlite3_progress_handler(
      handle, 10_000,
      { context in
        guard let context else { return 1 }
        let deadline = Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue()
        return ContinuousClock.now < deadline.instant ? 0 : 1
      }, Unmanaged.passUnretained(self.deadline).toOpaque())
  }

  deinit {
    sqlite3_close_v2(handle)
  }

  /// Compiles the one statement that the text holds.
  func statement(_ sql: String) throws(OwnQueryError) -> ReadingStatement {
    var statement: OpaquePointer?
    let (status, rest) = sql.withCString { text -> (Int32, String) in
      var tail: UnsafePointer<CChar>?
      let status = sqlite3_prepare_v2(handle, text, -1, &statement, &tail)
      return (status, tail.map { String(cString: $0) } ?? "")
    }
    guard status == SQLITE_OK else {
      let reason = String(cString: sqlite3_errmsg(handle))
      // A function that is refused has the status of any other mistake.
      throw status == SQLITE_AUTH || reason.hasPrefix("not authorized")
        ? .notReading : .failed(reason)
    }
    guard let statement else { throw .empty }
    let compiled = ReadingStatement(statement, of: self)
    guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0 else {
      throw .notReading
    }
    guard try isBlank(rest) else { throw .several }
    return compiled
  }

  /// Whether a text holds nothing but spaces, comments and semicolons.
  private func isBlank(_ sql: String) throws(OwnQueryError) -> Bool {
    var rest = sql
    while !rest.isEmpty {
      var statement: OpaquePointer?
      let (status, next) = rest.withCString { text -> (Int32, String) in
        var tail: UnsafePointer<CChar>?
        let status = sqlite3_prepare_v2(handle, text, -1, &statement, &tail)
        return (status, tail.map { String(cString: $0) } ?? "")
      }
      sqlite3_finalize(statement)
      guard status == SQLITE_OK, statement == nil, next.utf8.count < rest.utf8.count else {
        return false
      }
      rest = next
    }
    return true
  }

  fileprivate var message: String { String(cString: sqlite3_errmsg(handle)) }
}

/// A compiled query.
final class ReadingStatement {
  private let handle: OpaquePointer
  private let connection: ReadingConnection

  fileprivate init(_ handle: OpaquePointer, of connection: ReadingConnection) {
    self.handle = handle
    self.connection = connection
  }

  deinit {
    sqlite3_finalize(handle)
  }

  /// The names of the columns, in order.
  var columns: [String] {
    (0..<sqlite3_column_count(handle)).map { index in
      sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
    }
  }

  /// Gives the parameters that the query uses their values.
  func bind(_ values: [String: Table.Value]) throws(OwnQueryError) {
    // Destroys nothing: SQLite copies the text.
    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    for index in 0..<sqlite3_bind_parameter_count(handle) {
      let name = sqlite3_bind_parameter_name(handle, index + 1).map { String(cString: $0) } ?? "?"
      guard let value = values[name] else { throw .unknownParameter(name) }
      let status =
        switch value {
        case .null: sqlite3_bind_null(handle, index + 1)
        case .integer(let number): sqlite3_bind_int64(handle, index + 1, number)
        case .real(let number): sqlite3_bind_double(handle, index + 1, number)
        case .text(let text): sqlite3_bind_text(handle, index + 1, text, -1, copies)
        }
      guard status == SQLITE_OK else { throw .failed(connection.message) }
    }
  }

  /// The next row; `nil` after the last.
  func next(timeLimit: Duration) throws(OwnQueryError) -> [Table.Value]? {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return (0..<sqlite3_column_count(handle)).map(value)
    case SQLITE_DONE: return nil
    case SQLITE_INTERRUPT: throw .timeLimit(timeLimit)
    case SQLITE_AUTH: throw .notReading
    default: throw .failed(connection.message)
    }
  }

  private func value(_ column: Int32) -> Table.Value {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(handle, column) else { return .null }
      let bytes = UnsafeBufferPointer(
        start: text, count: Int(sqlite3_column_bytes(handle, column)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB: return .text("(binary)")
    default: return .null
    }
  }
}
