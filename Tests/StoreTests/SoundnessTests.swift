import Ledger
import Rollouts
import Store
import TestSupport
import Testing

/// A file whose parts contradict one another does not fit, though every entry of its ledger does.
@Suite struct SoundnessTests {
  let store: SampleStore

  init() throws {
    let store = try SampleStore()
    self.store = store
    try store.look(state(canary: 10, generation: 1), at: 5)
    try store.store([interval(1)], [responses(): [interval(1).end: 5]])
    try store.database.write(to: "decide") {
      _ = try $0.store(
        NewDecision(
          rolloutID: 1, at: at(30), decidedAt: at(30), verdict: .block, reason: "because",
          window: nil, policyJSON: "{}", evidenceJSON: "{}", toolVersion: "test"),
        of: store.targetID)
    }
  }

  private func fault() throws -> String? {
    let result = try Database(path: store.path, mode: .readOnly).read(to: "verify") {
      try $0.verifyLedger()
    }
    if case .failure(let fault) = result { return fault.description }
    return nil
  }

  @Test func `a decision that an index hides from reports is found`() async throws {
    let definition = "CREATE INDEX decision_of_target ON decision (target_id, at)"
    _ = try await store.rows(
      """
      DROP INDEX decision_of_target; \(definition) WHERE verdict <> 'block';
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = '\(definition)' WHERE name = 'decision_of_target';
      """)
    #expect(try await store.rows("SELECT id FROM decision WHERE target_id = 1") == [])
    #expect(
      try fault() == """
        the file is damaged: row 1 missing from index decision_of_target; go back to a backup, or \
        save what can be read with "analyze database recover FILE"
        """)
    let saved = store.folder.path("saved.db")
    #expect(try Database.recover(store.path, to: saved).isComplete)
  }

  @Test func `a row that refers to another that is gone is found`() async throws {
    try await Tampering.alter(store.path, "INSERT INTO gap VALUES (1, 9, 0, 15000, 'none', 1)")
    #expect(
      try fault() == """
        the file is damaged: a row of gap refers to a row of target that is not there; go back to \
        a backup, or save what can be read with "analyze database recover FILE"
        """)
  }

  @Test(arguments: [
    ("UPDATE hourly_count SET count = count * 10", "is 50, but its intervals hold 5;"),
    ("DELETE FROM hourly_count", "is 0, but its intervals hold 5;"),
    ("UPDATE observation SET count = 6", "is 5, but its intervals hold 6;"),
    (
      "INSERT INTO hourly_count SELECT target_id, end_at + 3600000, series_id, 3, first_start_at, "
        + "last_end_at FROM hourly_count", "is 3, but its intervals hold 0;"
    ),
  ])
  func `the sum of an hour that is not that of its intervals is found`(
    sql: String, finding: String
  ) async throws {
    try await Tampering.alter(store.path, sql)
    let found = try #require(try fault())
    #expect(found.hasPrefix("the sum of v1 of app-backend in the hour up to 2026-11-24T"))
    #expect(found.contains(finding))
  }
}
