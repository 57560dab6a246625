import Ledger
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// When weights were first seen is on record, also where that turns out to be earlier.
@Suite struct EarlierReadingTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
    try store.look(state(canary: 0, generation: 1), at: 5)
    try store.look(state(canary: 10, generation: 2), at: 60)
    try store.look(state(canary: 10, generation: 2), at: 75)
  }

  private func verify() throws -> Result<LedgerVerifier.Summary, LedgerFault> {
    try store.database.read(to: "verify") { try $0.verifyLedger() }
  }

  private let forged = """
    INSERT INTO collection (weight_state_id, observed_at, tool_version)
    SELECT 2, min(observed_at) - 20000, 'test' FROM collection WHERE weight_state_id = 2
    """

  @Test func `a reading that dates weights back is an entry of its own`() async throws {
    try store.look(state(canary: 10, generation: 2), at: 45)
    try store.look(state(canary: 10, generation: 2), at: 45)
    try store.look(state(canary: 10, generation: 2), at: 50)
    try store.look(state(canary: 10, generation: 2), at: 30)
    #expect(
      try await store.rows(
        "SELECT sequence, kind, fact_id, at - 1795507200000 FROM ledger_entry WHERE sequence > 2")
        == ["3|earlierReading|4|45000", "4|earlierReading|7|30000"])
    #expect(
      try await store.rows("SELECT content FROM ledger_entry WHERE sequence = 3") == [
        #"{"id":4,"observed_at":1795507245000,"target":"app-backend","target_id":1,"#
          + #""tool_version":"test","weight_state_id":2}"#
      ])
    #expect(try verify().get().entries == 4)
    #expect(try store.spans()[1].observedAt == at(30))
  }

  @Test func `a reading that dates weights back without an entry is found`() async throws {
    _ = try await store.rows(forged)
    let error = #expect(throws: LedgerFault.self) { try verify().get() }
    #expect(error?.description == "no entry records reading 4, which dates its weights back")
  }

  @Test func `a reading that was recorded and altered is found`() async throws {
    try store.look(state(canary: 10, generation: 2), at: 45)
    try await Tampering.alter(
      store.path, "UPDATE collection SET observed_at = observed_at - 1 WHERE id = 4")
    let error = #expect(throws: LedgerFault.self) { try verify().get() }
    #expect(
      error?.description == """
        entry 3 records reading 4, which dates its weights back, whose row was altered: \
        observed_at was 1795507245000, is 1795507244999
        """)
  }

  @Test func `readings from before they were recorded are adopted once`() async throws {
    let path = store.folder.path("older.db")
    _ = try Database(path: path, mode: .create, migrations: Array(Migrations.all.prefix(8)))
    _ = try await Shell.run(
      "sqlite3", path,
      """
      ATTACH '\(store.path)' AS new;
      INSERT INTO target SELECT * FROM new.target;
      INSERT INTO version SELECT * FROM new.version;
      INSERT INTO weight_state SELECT * FROM new.weight_state;
      INSERT INTO weight SELECT * FROM new.weight;
      INSERT INTO collection SELECT * FROM new.collection;
      INSERT INTO ledger_entry SELECT * FROM new.ledger_entry;
      \(forged)
      """)
    let database = try Database(path: path, mode: .readWrite)
    #expect(
      try await Shell.run(
        "sqlite3", path, "SELECT kind, content FROM ledger_entry LIMIT -1 OFFSET 2"
      )
      .hasPrefix("adoption|{\"earlierReading\":1}\nearlierReading|"))
    #expect(try database.read(to: "verify") { try $0.verifyLedger() }.get().entries == 4)
    _ = try await Shell.run("sqlite3", path, forged)
    _ = try Database(path: path, mode: .readWrite)
    let result = try database.read(to: "verify") { try $0.verifyLedger() }
    #expect(throws: LedgerFault.factUnrecorded(kind: "earlierReading", factID: 5)) {
      try result.get()
    }
  }
}
