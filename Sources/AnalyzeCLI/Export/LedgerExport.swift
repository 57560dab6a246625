import Exporting
import Ledger
import Rollouts
import Store

/// Writes the ledger as JSON Lines.
struct LedgerExport {
  private static let entriesAtOnce = 500

  let database: Database
  /// The only target that is wanted; `nil`: all.
  let targetName: String?

  /// Writes the entries after one of them.
  ///
  /// - Parameters:
  ///   - sequence: The number of the entry before the first.
  ///   - cursor: Moves to the last entry once all are written; `nil`: there is none.
  ///   - output: Where they go.
  /// - Throws: A `CommandFailure`.
  func run(
    after sequence: Int64, _ cursor: CursorFile?, to output: StreamedOutput
  ) throws(CommandFailure) {
    var sequence = sequence
    var head: LedgerHead?
    if let stored = try cursor?.stored(LedgerCursor.self) {
      try check(stored, cursor)
      sequence = stored.sequence
    }
    let names = try names()
    while true {
      let entries = try read { [sequence] in
        try $0.ledgerEntries(after: sequence, limit: Self.entriesAtOnce)
      }
      guard let last = entries.last else { break }
      var lines = ""
      for entry in entries {
        let target = entry.targetID.flatMap { names[$0] }
        guard targetName == nil || target == targetName else { continue }
        lines += LedgerLine.text(of: entry, target: target)
      }
      try output.write(lines)
      sequence = last.sequence
      head = last.head
    }
    try output.finish()
    if let head { try cursor?.store(LedgerCursor(head)) }
  }

  /// The targets by number.
  private func names() throws(CommandFailure) -> [Int64: String] {
    try read { reader in
      if let targetName { _ = try reader.target(named: targetName) }
      return Dictionary(uniqueKeysWithValues: try reader.targets().map { ($0.id, $0.target.name) })
    }
  }

  private func check(_ stored: LedgerCursor, _ cursor: CursorFile?) throws(CommandFailure) {
    let error: ExportCursorError? = try read { reader in
      do {
        try stored.check(reader)
        return nil
      } catch let error as ExportCursorError {
        return error
      }
    }
    if let error { throw cursor?.failure(error) ?? CommandFailure(.failure, "\(error)") }
  }

  private func read<Value: Sendable>(
    _ body: @Sendable (Reader) throws -> Value
  ) throws(CommandFailure) -> Value {
    do {
      return try database.read(to: "export the ledger", body)
    } catch {
      throw CommandFailure(error)
    }
  }
}
