import Reports
import Rollouts
import Store
import TestSupport
import Testing

/// What was seen and decided stays as it was.
@Suite struct LedgerTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
    let rolloutID = try store.look(state(canary: 10, generation: 1), at: 5)
    try store.store([interval(0)], [responses(): [interval(0).end: 5]])
    try decide(.hold, at: 30, rolloutID: rolloutID)
  }

  @discardableResult
  private func decide(
    _ verdict: Verdict, at seconds: Double, rolloutID: Int64? = nil, window: TimeWindow? = nil,
    policyJSON: String = #"{"alpha": 0.05}"#, evidenceJSON: String = "{}"
  ) throws -> Decision {
    try store.database.write(to: "decide") { writer in
      try writer.store(
        NewDecision(
          rolloutID: rolloutID, at: at(seconds), decidedAt: at(seconds), verdict: verdict,
          reason: "because of \(seconds)", window: window, policyJSON: policyJSON,
          evidenceJSON: evidenceJSON, toolVersion: "test"),
        of: store.targetID)
    }
  }

  @Test(
    arguments: [
      ("UPDATE decision SET verdict = 'promote'", "decisions are append-only"),
      ("DELETE FROM decision", "decisions are append-only"),
      (
        "INSERT OR REPLACE INTO decision SELECT id, target_id, rollout_id, at, 'promote', reason, "
          + "window_from, window_to, policy, evidence, tool_version, NULL, NULL FROM decision",
        "decisions are append-only"
      ),
      ("UPDATE weight_state SET changed_by = 'somebody else'", "weight states are append-only"),
      ("DELETE FROM weight_state", "weight states are append-only"),
      (
        "INSERT OR REPLACE INTO weight_state SELECT id, target_id, route, 'somebody else', "
          + "changed_at, uid, generation, resource_version FROM weight_state",
        "weight states are append-only"
      ),
      ("UPDATE weight SET weight = 0", "weight states are append-only"),
      ("DELETE FROM weight", "weight states are append-only"),
      (
        "INSERT OR REPLACE INTO weight SELECT weight_state_id, version_id, position, 0, "
          + "destination_host, destination_subset FROM weight", "weight states are append-only"
      ),
      ("UPDATE collection SET observed_at = 0", "collections are append-only"),
      ("DELETE FROM collection", "collections are append-only"),
      (
        "INSERT OR REPLACE INTO collection SELECT id, weight_state_id, 0, tool_version "
          + "FROM collection", "collections are append-only"
      ),
      ("UPDATE ledger_entry SET content = '{}'", "the ledger is append-only"),
      ("DELETE FROM ledger_entry WHERE sequence = 2", "the ledger is append-only"),
      (
        "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry WHERE sequence = 2",
        "the ledger is append-only"
      ),
      (
        "INSERT OR REPLACE INTO ledger_entry SELECT sequence + 1, kind, at, target_id, fact_id, "
          + "content, predecessor, signature, hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1",
        "the ledger is append-only"
      ),
    ])
  func `nobody rewrites the record`(sql: String, refusal: String) async throws {
    let dump = try await store.rows(".dump")
    let error = await #expect(throws: ShellError.self) { try await store.rows(sql) }
    #expect(error?.description.contains(refusal) == true)
    #expect(try await store.rows(".dump") == dump)
  }

  @Test(arguments: [
    "INSERT INTO decision SELECT 9, target_id, rollout_id, at, 'maybe', reason, window_from, "
      + "window_to, policy, evidence, tool_version, NULL, NULL FROM decision",
    "INSERT INTO decision SELECT 9, target_id, rollout_id, at, verdict, '', window_from, "
      + "window_to, policy, evidence, tool_version, NULL, NULL FROM decision",
    "INSERT INTO decision SELECT 9, target_id, rollout_id, at, verdict, reason, 1, NULL, policy, "
      + "evidence, tool_version, NULL, NULL FROM decision",
    "INSERT INTO decision SELECT 9, target_id, rollout_id, at, verdict, reason, window_from, "
      + "window_to, '{', evidence, tool_version, NULL, NULL FROM decision",
    "INSERT INTO weight SELECT weight_state_id, 99, 2, -1, 'h', NULL FROM weight",
    "INSERT INTO observation VALUES (1, 1, 0)",
    "INSERT INTO series (version_id, reporter) VALUES (1, 'source')",
    "INSERT INTO series (version_id, reporter, response_code) VALUES (1, 'sidecar', '200')",
  ])
  func `what makes no sense is refused`(sql: String) async throws {
    let error = await #expect(throws: ShellError.self) { try await store.rows(sql) }
    #expect(error?.description.contains("CHECK constraint failed") == true)
  }

  @Test func `a decision is returned as it was stored, with a number of its own`() throws {
    let decision = try decide(.block, at: 60)
    #expect(
      decision
        == Decision(
          id: 2, at: at(60), decidedAt: at(60), verdict: .block, reason: "because of 60.0"))
  }

  @Test func `decisions are read back through the report, in the order of time`() throws {
    try decide(.promote, at: 90, window: TimeWindow(from: at(0), to: at(75)))
    try decide(.unknown, at: 60)
    let sql = try #require(Reports.sections(of: "canary")["decisions"]?.sql)
    func decisions(_ from: Double, _ to: Double) throws -> [[Table.Value]] {
      try store.database.read(to: "look") {
        try $0.table(
          sql: sql, target: "app-backend", window: TimeWindow(from: at(from), to: at(to)))
      }.rows.map { Array($0[1...3]) }
    }
    let hold = [
      Table.Value.integer(1), .integer(at(30).millisecondsSince1970), .text("hold"),
    ]
    let unknown = [
      Table.Value.integer(3), .integer(at(60).millisecondsSince1970), .text("unknown"),
    ]
    let promote = [
      Table.Value.integer(2), .integer(at(90).millisecondsSince1970), .text("promote"),
    ]
    #expect(try decisions(0, 90) == [hold, unknown, promote])
    #expect(try decisions(30, 89.999) == [unknown])
  }

  @Test func `the evidence is kept as it was given`() async throws {
    let evidence = #"{"intervals":[1,2],"note":"it's \"quoted\" ü"}"#
    try decide(.hold, at: 60, evidenceJSON: evidence)
    #expect(try await store.rows("SELECT evidence FROM decision WHERE id = 2") == [evidence])
  }

  @Test func `what is no JSON is refused as policy or evidence`() throws {
    #expect(
      throws: StoreError.failed(
        path: store.path, operation: "decide",
        reason: "CHECK constraint failed: json_valid(evidence)")
    ) { try decide(.hold, at: 60, evidenceJSON: "no JSON") }
  }
}
