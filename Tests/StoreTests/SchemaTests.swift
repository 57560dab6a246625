import Ledger
import Rollouts
import Store
import TestSupport
import Testing

/// A schema of another meaning is found, also where every row is as it was written.
@Suite struct SchemaTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
    try store.look(state(canary: 10, generation: 1), at: 5)
    try store.store([interval(1)], [responses(): [interval(1).end: 5]])
  }

  private func verify(_ path: String) throws -> Result<LedgerVerifier.Summary, LedgerFault> {
    try Database(path: path, mode: .readOnly).read(to: "verify") { try $0.verifyLedger() }
  }

  static let changes: [(sql: String, finding: String)] = [
    (
      "DROP VIEW override; CREATE VIEW override AS SELECT 1 AS ledger_entry, 1 AS target_id, "
        + "1 AS at, 1 AS rollout_id, 'me' AS by, 'why' AS reason, 9e15 AS until",
      "view override was altered"
    ),
    (
      "DROP VIEW weight_share; CREATE VIEW weight_share AS SELECT weight_state_id, version_id, "
        + "position, weight, 1.0 AS share FROM weight", "view weight_share was altered"
    ),
    (
      "ALTER TABLE ledger_entry RENAME TO kept; CREATE VIEW ledger_entry AS SELECT * FROM kept",
      "table decision was altered, table kept was added, table ledger_entry is missing"
    ),
    ("DROP TRIGGER decision_is_not_deleted", "trigger decision_is_not_deleted is missing"),
    (
      "CREATE TRIGGER unseen BEFORE INSERT ON ledger_entry BEGIN SELECT RAISE(IGNORE); END",
      "trigger unseen was added"
    ),
    (
      "DROP INDEX decision_of_target; CREATE INDEX decision_of_target ON decision (target_id, at) "
        + "WHERE verdict <> 'block'", "index decision_of_target was altered"
    ),
    (
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'position,', "
        + "'position ,') WHERE name = 'weight_share'", "view weight_share was altered"
    ),
  ]

  @Test(arguments: changes)
  func `a schema that was changed is found by verify, by backup and by whoever asks`(
    sql: String, finding: String
  ) async throws {
    _ = try await store.rows(sql)
    guard case .failure(.otherSchema(let differences)) = try verify(store.path) else {
      Issue.record("the schema fits")
      return
    }
    #expect(differences.joined(separator: ", ").hasPrefix(finding))
    let copy = store.folder.path("copy.db")
    let error = #expect(throws: StoreError.self) {
      try Database(path: store.path, mode: .readOnly).backUp(to: copy)
    }
    #expect(
      error?.description.hasPrefix(
        "the copy was not kept: its ledger does not fit: the schema was changed: \(finding)")
        == true)
    #expect(throws: StoreError.otherSchema(path: store.path, differences: differences)) {
      try Database(path: store.path, mode: .readWrite).read(to: "check") { try $0.checkSchema() }
    }
    #expect(throws: StoreError.otherSchema(path: store.path, differences: differences)) {
      try Database(path: store.path, mode: .readWrite).writeBySchema(to: "decide") { _ in
        Issue.record("it is written by another schema")
      }
    }
  }

  @Test func `triggers that are gone are named, the first three of them`() async throws {
    let drops = try await store.rows(
      "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
    )
    _ = try await store.rows(drops.joined())
    let error = #expect(throws: LedgerFault.self) { try verify(store.path).get() }
    #expect(
      error?.description == """
        the schema was changed: trigger blind_spot_is_not_deleted is missing, trigger \
        blind_spot_is_not_updated is missing, trigger calibration_is_not_deleted is missing and \
        \(drops.count - 3) more; go back to a backup, or copy the rows into a new file with \
        "analyze database recover FILE"
        """)
  }

  @Test func `a file whose ledger was renamed is not given another one by recover`() async throws {
    _ = try await store.rows(
      "ALTER TABLE ledger_entry RENAME TO kept; CREATE VIEW ledger_entry AS SELECT * FROM kept")
    let recovery = try Database.recover(store.path, to: store.folder.path("saved.db"))
    #expect(throws: LedgerFault.factUnrecorded(kind: "weightChange", factID: 1)) {
      try recovery.ledger.get()
    }
  }

  @Test func `what SQLite notes for its planning is no change, and recover makes the schema anew`()
    async throws
  {
    _ = try await store.rows("ANALYZE")
    #expect(try await store.rows("SELECT count(*) > 0 FROM sqlite_stat1") == ["1"])
    #expect(try verify(store.path).get().entries == 2)
    _ = try await store.rows("DROP VIEW weight_share")
    let saved = store.folder.path("saved.db")
    #expect(try Database.recover(store.path, to: saved).isComplete)
    #expect(try verify(saved).get().entries == 2)
  }
}
