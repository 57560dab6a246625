import GRDB
import Ledger

/// Why the database could not be used.
public enum StoreError: Error, Equatable, CustomStringConvertible {
  /// There is no file at the path.
  case missing(path: String)
  /// The path names something else than a file.
  case notAFile(path: String)
  /// SQLite could not open the file.
  case cannotOpen(path: String, reason: String)
  /// The file is a database of another program.
  case foreign(path: String)
  /// The file does not begin as an SQLite file does.
  case notSQLite(path: String)
  /// The file has migrations that this program does not know.
  case newer(path: String, migration: String)
  /// The file lacks migrations and was opened for reading only.
  case older(path: String, migration: String)
  /// A migration's text is not the one that was applied to the file.
  case changedMigration(path: String, migration: String)
  /// The schema of the file is not the one that its migrations make.
  case otherSchema(path: String, differences: [String])
  /// Another process kept the file locked for longer than the busy time-out.
  case busy(path: String, operation: String)
  /// Another collector is at work on the file.
  case collecting(path: String, process: Int?)
  /// The file holds no target of the name, or several and none was named.
  case noTarget(path: String, name: String?, known: [String])
  /// There is no decision of the number.
  case noDecision(path: String, id: Int64)
  /// The evidence of a decision is not what was stored.
  case damagedEvidence(path: String, decision: Int64, reason: String)
  /// A reading of the VirtualService contradicts what is stored about the same time.
  case contradiction(String)
  /// The file is damaged.
  case damaged(path: String, operation: String)
  /// Nothing of a file can be saved.
  case unrecoverable(path: String, reason: String)
  /// The file was changed while it was read where it could not be locked.
  case changedMeanwhile(path: String)
  /// The write-ahead log cannot be read without permission to write.
  case unreadableLog(path: String)
  /// A backup would replace the database itself.
  case backupOntoItself(path: String)
  /// A file that would be written is there already.
  case exists(path: String)
  /// A copy is not what it was made from.
  case unsoundCopy(String)
  /// Anything else, in SQLite's words.
  case failed(path: String, operation: String, reason: String)

  /// What could not be done, why, and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "cannot open \(path): no such file; run \"analyze collect\" first, or name the database "
        + "with --database"
    case .notAFile(let path):
      "cannot open \(path): it is not a regular file; name the database file with --database"
    case .cannotOpen(let path, let reason):
      "cannot open \(path): \(reason); check that the folder exists and that you may read and "
        + "write there"
    case .foreign(let path):
      "cannot use \(path): it is not a database of analyze; name another file with --database"
    case .notSQLite(let path):
      "cannot use \(path): it is no SQLite file, or its beginning is damaged; name the database with "
        + "--database, or save what can be read with \"analyze database recover FILE\""
    case .newer(let path, let migration):
      "cannot use \(path): it was written by a newer analyze (it has migration \(migration)); "
        + "upgrade analyze"
    case .older(let path, let migration):
      "cannot read \(path): it was written by an older analyze (it lacks migration \(migration)); "
        + "run \"analyze database migrate\""
    case .changedMigration(let path, let migration):
      "cannot use \(path): migration \(migration) is not the one that was applied to it; use the "
        + "analyze that wrote the file, or restore the migration"
    case .otherSchema(let path, let differences):
      "cannot use \(path): \(LedgerFault.otherSchema(differences))"
    case .busy(let path, let operation):
      "cannot \(operation) in \(path): another process is writing to it; try again"
    case .collecting(let path, let process):
      "cannot collect into \(path): another collector "
        + (process.map { "(process \($0)) " } ?? "") + "is at work on it; this run stored nothing"
    case .noDecision(let path, let id):
      "there is no decision \(id) in \(path); \"analyze audit\" lists them"
    case .damagedEvidence(let path, let decision, let reason):
      "the evidence of decision \(decision) in \(path) is not what was stored: \(reason); restore "
        + "a backup"
    case .noTarget(let path, let name?, let known):
      "no target \"\(name)\" in \(path); it holds \(Self.list(known)); name one with --target"
    case .noTarget(let path, nil, let known) where known.isEmpty:
      "\(path) holds no target yet; run \"analyze collect\" first"
    case .noTarget(let path, nil, let known):
      "\(path) holds several targets: \(Self.list(known)); name one with --target"
    case .contradiction(let finding):
      finding
    case .damaged(let path, let operation):
      "cannot \(operation) in \(path): the file is damaged; save what can be read with \"analyze "
        + "database recover FILE\", or go back to a backup"
    case .unrecoverable(let path, let reason):
      "cannot save anything of \(path): \(reason); go back to a backup, and check that --database "
        + "names the database"
    case .changedMeanwhile(let path):
      "cannot read \(path): it was written to meanwhile, where it cannot be locked; try again"
    case .unreadableLog(let path):
      "cannot read \(path): its write-ahead log (\(path)-wal) needs permission to write there; run "
        + "\"analyze database backup\" where the database can be written, and read the copy"
    case .backupOntoItself(let path):
      "cannot back up \(path) onto itself; name another file"
    case .exists(let path):
      "cannot write \(path): there is such a file already; name another"
    case .unsoundCopy(let finding):
      "the copy was not kept: \(finding)"
    case .failed(let path, let operation, let reason):
      "cannot \(operation) in \(path): \(reason)"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
  }

  /// Puts an error of the SQLite library into our words.
  static func translating(_ error: any Error, path: String, operation: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else {
      return .failed(path: path, operation: operation, reason: "\(error)")
    }
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path, operation: operation)
    case .SQLITE_CORRUPT: return .damaged(path: path, operation: operation)
    case .SQLITE_NOTADB: return .notSQLite(path: path)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      return .cannotOpen(path: path, reason: reason)
    default: return .failed(path: path, operation: operation, reason: reason)
    }
  }
}
