import Foundation
import Ledger
import Rollouts
import Store
import TestSupport
import Testing

/// Texts are the same only if all of their bytes are.
@Suite struct StoredBytesTests {
  let store: SampleStore

  init() throws {
    let store = try SampleStore()
    self.store = store
    try store.look(state(canary: 10, generation: 1), at: 5)
    let key = try SigningKey(content: Data(repeating: 7, count: 32))
    for (second, key) in [(30, nil), (45, key)] as [(Double, SigningKey?)] {
      try store.database.write(to: "decide") {
        _ = try $0.store(
          NewDecision(
            rolloutID: 1, at: at(second), decidedAt: at(second), verdict: .block,
            reason: "it is worse; \u{FFFD}", window: nil, policyJSON: "{}", evidenceJSON: "{}",
            toolVersion: "test"),
          of: store.targetID, key: key)
      }
    }
  }

  private func fault(_ path: String) throws -> LedgerFault? {
    let result = try Database(path: path, mode: .readOnly).read(to: "verify") {
      try $0.verifyLedger()
    }
    if case .failure(let fault) = result { return fault }
    return nil
  }

  @Test func `a file that nobody touched fits`() throws {
    #expect(try fault(store.path) == nil)
  }

  @Test(arguments: [
    // Canonically equivalent to a semicolon.
    (
      "UPDATE decision SET reason = replace(reason, ';', char(0x37E)) WHERE id = 1",
      "entry 3 records"
    ),
    ("UPDATE decision SET reason = reason || char(0) || 'xyz' WHERE id = 1", "entry 3 records"),
    // No UTF-8, which is read as U+FFFD.
    (
      "UPDATE decision SET reason = CAST(CAST('it is worse; ' AS BLOB) || X'F09F98' AS TEXT)",
      "entry 3 records"
    ),
    (
      "UPDATE ledger_entry SET content = replace(content, ';', char(0x37E)) WHERE sequence = 3",
      "entry 3 was altered"
    ),
    (
      "UPDATE ledger_entry SET content = content || char(0) || 'xyz' WHERE sequence = 3",
      "entry 3 was altered"
    ),
    (
      "UPDATE ledger_entry SET signature = signature || char(0) || 'xyz' WHERE sequence = 4",
      "entry 4 was altered"
    ),
    ("UPDATE ledger_entry SET signature = '' WHERE sequence = 3", "entry 3 was altered"),
    ("UPDATE ledger_entry SET hash = hash || char(0) WHERE sequence = 2", "entry 2 was altered"),
  ])
  func `texts that read the same and are others are found`(
    sql: String, finding: String
  ) async throws {
    try await Tampering.alter(store.path, sql)
    #expect(try fault(store.path)?.description.hasPrefix(finding) == true)
  }

  @Test func `characters that look alike are told apart`() async throws {
    try await Tampering.alter(
      store.path, "UPDATE decision SET reason = replace(reason, ';', char(0x37E)) WHERE id = 1")
    #expect(
      try fault(store.path)?.description.hasSuffix(
        ", is \"it is worse\u{37E} \u{FFFD}\" in other characters that look alike") == true)
  }

  @Test func `a flip of any bit of the ledger in a file is found`() async throws {
    var random = SplitMix64(seed: 20_261_124)
    let columns = ["kind", "content", "predecessor", "signature", "hash"]
    let values = try await store.rows(
      columns.map {
        "SELECT sequence, '\($0)', hex(CAST(\($0) AS BLOB)) FROM ledger_entry "
          + "WHERE \($0) IS NOT NULL;"
      }.joined())
    let numbers = try await store.rows(
      ["sequence", "at", "target_id", "fact_id"].map {
        "SELECT sequence, '\($0)', \($0) FROM ledger_entry;"
      }.joined())
    #expect(values.count == 17 && numbers.count == 16)
    for value in values + numbers {
      let parts = value.split(separator: "|").map(String.init)
      let new: String
      if let number = Int64(parts[2]), !columns.contains(parts[1]) {
        new = "\(number ^ 1 << Int64.random(in: 0..<62, using: &random))"
      } else {
        var digits = Array(parts[2])
        let place = Int.random(in: 0..<digits.count, using: &random)
        let digit = try #require(digits[place].hexDigitValue)
        digits[place] = Character(
          String(digit ^ 1 << Int.random(in: 0..<4, using: &random), radix: 16))
        new = "CAST(X'\(String(digits))' AS TEXT)"
      }
      let copy = store.folder.path("copy.db")
      try? FileManager.default.removeItem(atPath: copy)
      _ = try await store.rows("VACUUM INTO '\(copy)'")
      try await Tampering.alter(
        copy, "UPDATE ledger_entry SET \(parts[1]) = \(new) WHERE sequence = \(parts[0])")
      let found = try fault(copy)?.description
      #expect(found?.contains("entry") == true, "\(parts[1]) of entry \(parts[0]): \(new)")
    }
  }
}
