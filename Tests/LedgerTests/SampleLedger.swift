import Foundation
import Ledger

/// A small ledger with every kind of entry, and the rows that its entries record.
struct SampleLedger {
  var entries: [LedgerEntry] = []
  var facts: [String: LedgerValue] = [:]

  static func key(_ seed: UInt8 = 7) throws -> SigningKey {
    try SigningKey(content: Data(repeating: seed, count: 32))
  }

  init(key: SigningKey? = nil) throws {
    try add(.adoption, content: .object(["weightChange": .integer(1)]))
    try add(.weightChange, 1, content: .object(["id": .integer(1), "route": .text("")]))
    try add(.policyChange, 1, content: .object(["after": .text(#"{"ratio":1.25}"#)]))
    try add(.decision, 1, content: .object(["verdict": .text("block")]), key: key)
    try add(.override, content: .object(["by": .text("Ada"), "reason": .text("ein „Test“ \n")]))
    try add(.decision, 2, content: .object(["verdict": .text("hold")]), key: key)
    try add(.correction, 1, content: .object(["count_after": .integer(3)]))
  }

  private mutating func add(
    _ kind: EntryKind, _ factID: Int64? = nil, content: LedgerValue, key: SigningKey? = nil
  ) throws {
    entries.append(
      try LedgerEntry(
        kind, at: 1_795_507_200_000 + Int64(entries.count), targetID: kind == .adoption ? nil : 1,
        factID: factID, content: content, after: entries.last?.head, key: key))
    if let factID { facts["\(kind.rawValue) \(factID)"] = content }
  }

  /// Names and hashes every entry anew, as somebody would who rewrites the ledger without the key.
  mutating func rechain() {
    for index in entries.indices {
      entries[index].sequence = Int64(index + 1)
      entries[index].predecessor = index == 0 ? LedgerEntry.noPredecessor : entries[index - 1].hash
      entries[index].hash = entries[index].computedHash
    }
  }

  func verify(
    head: String? = nil, keys: [VerifyingKey] = []
  ) throws(LedgerFault) -> LedgerVerifier.Summary {
    var verifier = LedgerVerifier(head: head, keys: keys)
    for entry in entries {
      try verifier.check(entry, fact: entry.factID.flatMap { facts["\(entry.kind) \($0)"] })
    }
    return try verifier.finish()
  }
}
