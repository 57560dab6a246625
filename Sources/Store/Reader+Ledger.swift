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
      guard let hash = row.text("hash") else { return nil }
      return LedgerHead(sequence: row["sequence"], hash: hash)
    }
  }

  /// Checks the whole ledger, and the rows that it records.
  ///
  /// - Parameter verifier: What must hold besides the chain.
  /// - Returns: What was found, or the first thing that does not fit.
  /// - Throws: If the database cannot be read.
  public func verifyLedger(
    by verifier: LedgerVerifier = LedgerVerifier()
  ) throws -> Result<LedgerVerifier.Summary, LedgerFault> {
    var verifier = verifier
    let facts = Facts(database: database)
    let rows = try Row.fetchCursor(database, sql: "SELECT * FROM ledger_entry ORDER BY sequence")
    while let row = try rows.next() {
      guard let entry = LedgerEntry(row: row) else {
        return .failure(.unreadable(sequence: row.integer("sequence")))
      }
      var fact: LedgerValue?
      if let kind = EntryKind(rawValue: entry.kind), let factID = entry.factID {
        fact = try facts.content(kind, factID)
      }
      do {
        try verifier.check(entry, fact: fact)
      } catch {
        return .failure(error)
      }
    }
    let unrecorded = try facts.unrecorded(limit: 1).first
    do {
      return .success(
        try verifier.finish(unrecorded: unrecorded.map { (kind: $0.kind, factID: $0.id) }))
    } catch {
      return .failure(error)
    }
  }
}

extension LedgerEntry {
  /// The entry of a row; `nil` if a column holds something else than it ought to.
  init?(row: Row) {
    guard let sequence = row.integer("sequence"), let kind = row.text("kind"),
      let at = row.integer("at"), let content = row.text("content"),
      let predecessor = row.text("predecessor"), let hash = row.text("hash"),
      let targetID = row.optionalInteger("target_id"), let factID = row.optionalInteger("fact_id"),
      let signature = row.optionalText("signature")
    else { return nil }
    self.init(
      sequence: sequence, kind: kind, at: at, targetID: targetID, factID: factID, content: content,
      predecessor: predecessor, signature: signature, hash: hash)
  }
}

/// Reading by the type that is stored: the file may have been written by anybody.
extension Row {
  fileprivate func integer(_ column: String) -> Int64? {
    let value: DatabaseValue? = self[column]
    guard case .int64(let number)? = value?.storage else { return nil }
    return number
  }

  fileprivate func text(_ column: String) -> String? {
    let value: DatabaseValue? = self[column]
    guard case .string(let text)? = value?.storage else { return nil }
    return text
  }

  fileprivate func optionalInteger(_ column: String) -> Int64?? {
    let value: DatabaseValue? = self[column]
    guard let value, !value.isNull else { return .some(nil) }
    return integer(column).map(Optional.some)
  }

  fileprivate func optionalText(_ column: String) -> String?? {
    let value: DatabaseValue? = self[column]
    guard let value, !value.isNull else { return .some(nil) }
    return text(column).map(Optional.some)
  }
}
