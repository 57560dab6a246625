import Ledger
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// The ledger of a real file, and what is found when somebody with a shell alters it.
@Suite struct LedgerChainTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  /// Every kind of entry that a collector and a gate write.
  private func fill() throws {
    let first = try store.look(state(canary: 0, generation: 1), at: 1)
    try store.store([interval(0)], [responses(): [interval(0).end: 5]])
    try store.database.write(to: "record the weights") {
      _ = try $0.record(
        state(canary: 50, changedAt: at(19), generation: 2, resourceVersion: "7"),
        of: store.targetID, observedAt: at(20), toolVersion: "test",
        blindSpots: ["requests are mirrored"])
    }
    try store.database.write(to: "correct") {
      _ = try $0.store(
        CollectedCounts(intervals: [interval(0)], counts: [responses(): [interval(0).end: 6]]),
        of: store.targetID, collectionID: first, correctsSettled: true)
    }
    try decide(.hold, at: 30, policyJSON: #"{"ratio":1.25}"#)
    try decide(.block, at: 45, policyJSON: #"{"ratio":1.25}"#)
    try decide(.promote, at: 60, policyJSON: #"{"ratio":9}"#)
  }

  private func decide(
    _ verdict: Verdict, at seconds: Double, policyJSON: String, key: SigningKey? = nil
  ) throws {
    try store.database.write(to: "decide") {
      _ = try $0.store(
        NewDecision(
          rolloutID: 2, at: at(seconds), decidedAt: at(seconds + 1), verdict: verdict,
          reason: "because", window: TimeWindow(from: at(0), to: at(15)), policyJSON: policyJSON,
          evidenceJSON: #"{"strata":[1,2]}"#, toolVersion: "test"), of: store.targetID, key: key)
    }
  }

  private func verify() throws -> Result<LedgerVerifier.Summary, LedgerFault> {
    try Database(path: store.path, mode: .readOnly).read(to: "verify") { try $0.verifyLedger() }
  }

  private func fault() throws -> String? {
    if case .failure(let fault) = try verify() { "\(fault)" } else { nil }
  }

  @Test func `weights, decisions, their policies and corrections are entries`() async throws {
    try fill()
    #expect(
      try await store.rows("SELECT sequence, kind, fact_id, at - 1795507200000 FROM ledger_entry")
        == [
          "1|weightChange|1|1000", "2|weightChange|2|15000", "3|weightChange|3|20000",
          "4|correction|1|1000", "5|policyChange|1|30000", "6|decision|1|30000",
          "7|decision|2|45000", "8|policyChange|3|60000", "9|decision|3|60000",
        ])
    #expect(try verify().get().entries == 9)
  }

  @Test func `an entry says what the rows say`() async throws {
    try fill()
    #expect(
      try await store.rows("SELECT content FROM ledger_entry WHERE sequence IN (3, 4, 8)") == [
        #"{"blind_spots":[{"description":"requests are mirrored"}],"changed_at":1795507219000,"#
          + #""changed_by":"kubectl-patch","first_seen":{"collection_id":3,"#
          + #""observed_at":1795507220000,"tool_version":"test"},"generation":2,"id":3,"#
          + #""namespace":"istio","resource_version":"7","route":"","target":"app-backend","#
          + #""target_id":1,"uid":"uid-1","virtual_service":"app-backend","weights":["#
          + #"{"destination_host":"app-backend","destination_subset":"v1","position":0,"#
          + #""version":"v1","weight":50},{"destination_host":"app-backend","#
          + #""destination_subset":"v2","position":1,"version":"v2","weight":50}]}"#,
        #"{"collection_id":1,"count_after":6,"count_before":5,"end_at":1795507215000,"id":1,"#
          + #""interval_id":1,"reporter":"source","response_code":"200","series_id":1,"#
          + #""start_at":1795507200000,"target":"app-backend","version":"v1"}"#,
        #"{"after":"{\"ratio\":9}","before":"{\"ratio\":1.25}","decided_at":1795507261000,"#
          + #""decision_id":3,"rollout_id":2,"target":"app-backend"}"#,
      ])
  }

  @Test func `the hash of an entry can be computed with a shell`() async throws {
    try fill()
    let sums = try await Shell.run(
      "sh", "-c",
      """
      for sequence in 1 2 3 4 5 6 7 8 9; do
        sqlite3 -separator '
      ' '\(store.path)' "SELECT 'analyze ledger 1', sequence, kind, at, target_id, fact_id, \
      predecessor, content, signature FROM ledger_entry WHERE sequence = $sequence" | sha256sum
      done
      """)
    #expect(
      sums.replacing("  -", with: "").split(separator: "\n").map(String.init)
        == (try await store.rows("SELECT hash FROM ledger_entry ORDER BY sequence")))
  }

  /// The tables that the ledger records, and their primary keys.
  static let recorded = [
    ("ledger_entry", "sequence"), ("weight_state", "id"),
    ("weight", "weight_state_id, version_id"), ("blind_spot", "weight_state_id, description"),
    ("decision", "id"), ("correction", "id"),
  ]

  @Test(arguments: recorded)
  func `no column of a recorded row can be altered unseen`(
    table: String, key: String
  ) async throws {
    try fill()
    let columns = try await store.rows("SELECT name, type FROM pragma_table_info('\(table)')")
    #expect(columns.count > 1)
    for column in columns.map({ $0.split(separator: "|").map(String.init) }) {
      let copy = store.folder.path("\(column[0]).db")
      let other =
        column[1] == "TEXT"
        ? "coalesce(\(column[0]), '') || 'x'" : "coalesce(\(column[0]), 0) + 100"
      _ = try await store.rows("VACUUM INTO '\(copy)'")
      try await Tampering.alter(
        copy,
        """
        UPDATE \(table) SET \(column[0]) = \(other)
        WHERE (\(key)) = (SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT 1)
        """)
      let result = try Database(path: copy, mode: .readOnly).read(to: "verify") {
        try $0.verifyLedger()
      }
      #expect(throws: LedgerFault.self, "\(column[0])") { try result.get() }
    }
  }

  @Test(arguments: recorded)
  func `no recorded row can be removed unseen`(
    table: String, key: String
  ) async throws {
    try fill()
    try await Tampering.alter(
      store.path,
      "DELETE FROM \(table) WHERE (\(key)) = (SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT 1)")
    #expect(throws: LedgerFault.self) { try verify().get() }
  }

  @Test func `a file from before the ledger is adopted, in the order of time`() async throws {
    let path = store.folder.path("older.db")
    let older = Array(Migrations.all.prefix { $0.name < "0005" })
    _ = try Database(path: path, mode: .create, migrations: older)
    let filled = """
      INSERT INTO target VALUES (1, 'app', 'istio', 'app', 'app');
      INSERT INTO version VALUES (1, 1, 'v1');
      INSERT INTO weight_state VALUES (1, 1, '', 'kubectl', 1000, 'uid', 1, '5');
      INSERT INTO weight VALUES (1, 1, 0, 100, 'app', NULL);
      INSERT INTO weight_state VALUES (2, 1, '', 'kubectl', 5000, 'uid', 2, '6');
      INSERT INTO collection VALUES (1, 1, 1500, '0.1'), (2, 2, 5500, '0.1');
      INSERT INTO decision VALUES (1, 1, 2, 3000, 'hold', 'because', NULL, NULL, '{}', '{}', '0.1');
      """
    _ = try await Shell.run("sqlite3", path, filled)
    let database = try Database(path: path, mode: .readWrite)
    #expect(try database.read(to: "verify") { try $0.verifyLedger() }.get().entries == 5)
    let entries = try await Shell.run(
      "sqlite3", path, "SELECT sequence, kind, fact_id, at FROM ledger_entry")
    #expect(
      entries == """
        1|adoption||5500
        2|weightChange|1|1500
        3|policyChange|1|3000
        4|decision|1|3000
        5|weightChange|2|5500

        """)
    #expect(
      try await Shell.run("sqlite3", path, "SELECT content FROM ledger_entry LIMIT 1")
        == #"{"decision":1,"policyChange":1,"weightChange":2}"# + "\n")
  }

  @Test(arguments: [
    "{}", #"{"by":7,"reason":"why","rollout_id":2,"until":9000000000000000}"#,
    #"{"by":"Ada","reason":"why","rollout_id":"2","until":9000000000000000}"#,
    #"{"by":"Ada","reason":"why","rollout_id":2}"#,
  ])
  func `an entry that does not say who lets what pass until when lets nothing pass`(
    content: String
  ) async throws {
    try fill()
    for kind in ["override", "policyChange"] {
      _ = try await store.rows(
        """
        INSERT INTO ledger_entry (sequence, kind, at, target_id, content, predecessor, hash)
        SELECT sequence + 1, '\(kind)', at, 1, '\(content)', hash, hash FROM ledger_entry
        ORDER BY sequence DESC LIMIT 1
        """)
    }
    let record = try store.database.read(to: "read the record") {
      try $0.auditTrail(of: store.targetID)
    }
    #expect(record.overrides == [])
    #expect(record.policyChanges.count == 3)
    #expect(try fault()?.hasPrefix("entry 10 was altered") == true)
  }

  @Test func `a row that no entry records is found`() async throws {
    try fill()
    _ = try await store.rows(
      "INSERT INTO decision SELECT 4, target_id, rollout_id, at, 'promote', reason, window_from, "
        + "window_to, policy, evidence, tool_version, NULL, decided_at FROM decision WHERE id = 3")
    #expect(try fault() == "no entry records decision 4")
  }
}
