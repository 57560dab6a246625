import GRDB
import Ledger
import Rollouts

extension Writer {
  /// Adds the entry about a row that was just written.
  func record(
    _ kind: EntryKind, _ id: Int64, at: Timestamp, targetID: Int64, key: SigningKey? = nil
  ) throws {
    guard let content = try Facts(database: database).content(kind, id) else {
      throw DatabaseError(message: "the ledger cannot record \(kind.rawValue) \(id): no such row")
    }
    try append(
      kind, at: at.millisecondsSince1970, targetID: targetID, factID: id, content: content,
      key: key)
  }

  /// Adds an entry after the newest one.
  ///
  /// - Returns: The number of the entry.
  @discardableResult
  func append(
    _ kind: EntryKind, at: Int64, targetID: Int64?, factID: Int64?, content: LedgerValue,
    key: SigningKey? = nil
  ) throws -> Int64 {
    let entry = try LedgerEntry(
      kind, at: at, targetID: targetID, factID: factID, content: content,
      after: reader.ledgerHead(), key: key)
    try database.cachedStatement(
      sql: """
        INSERT INTO ledger_entry
          (sequence, kind, at, target_id, fact_id, content, predecessor, signature, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        entry.sequence, entry.kind, entry.at, entry.targetID, entry.factID, entry.content,
        entry.predecessor, entry.signature, entry.hash,
      ])
    return entry.sequence
  }

  /// Begins to record what a file holds from before such rows were recorded: it is chained from here
  /// on.
  ///
  /// - Parameter kinds: What was not recorded before.
  /// - Throws: If the database cannot be written.
  func adoptFacts(of kinds: [EntryKind] = EntryKind.allCases) throws {
    let facts = try Facts(database: database).unrecorded().filter { kinds.contains($0.kind) }
    guard let newest = facts.map(\.at).max() else { return }
    let counts = Dictionary(grouping: facts, by: \.kind.rawValue)
      .mapValues { LedgerValue.integer(Int64($0.count)) }
    try append(.adoption, at: newest, targetID: nil, factID: nil, content: .object(counts))
    for fact in facts {
      try record(
        fact.kind, fact.id, at: Timestamp(millisecondsSince1970: fact.at), targetID: fact.targetID)
    }
  }
}
