import GRDB
import Ledger

extension Reader {
  /// The newest entry of the ledger; `nil` if it is empty.
  ///
  /// - Returns: Its number and hash.
  /// - Throws: If the database cannot be read.
  public func ledgerHead() throws -> LedgerHead? {
    try Row.fetchOne(
      database.cachedStatement(
        sql: "SELECT sequence, hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1")
    ).flatMap { row in
      guard case .string(let hash) = (row["hash"] as DatabaseValue).storage else { return nil }
      return LedgerHead(sequence: row["sequence"], hash: hash)
    }
  }
}

extension LedgerEntry {
  /// The entry of a row; `nil` if a column holds something else than it ought to.
  init?(row: StoredRow) {
    guard let sequence = row["sequence"]?.integer, let kind = row["kind"]?.text,
      let at = row["at"]?.integer, let content = row["content"]?.text,
      let predecessor = row["predecessor"]?.text, let hash = row["hash"]?.text,
      let targetID = row["target_id"]?.optionalInteger,
      let factID = row["fact_id"]?.optionalInteger, let signature = row["signature"]?.optionalText
    else { return nil }
    self.init(
      sequence: sequence, kind: kind, at: at, targetID: targetID, factID: factID, content: content,
      predecessor: predecessor, signature: signature, hash: hash)
  }
}

/// Reading by the type that is stored: the file may have been written by anybody.
extension StoredValue {
  var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

  var text: String? { if case .text(let text) = self { text } else { nil } }

  /// A number or nothing; `nil` if it is anything else.
  var optionalInteger: Int64?? { self == .null ? .some(nil) : integer.map(Optional.some) }

  /// A text or nothing; `nil` if it is anything else.
  var optionalText: String?? { self == .null ? .some(nil) : text.map(Optional.some) }
}
