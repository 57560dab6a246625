import Ledger
import Rollouts
import Store
import TestSupport
import Testing

/// Weight states that no reading shows, as somebody with a shell or a damaged file leaves them.
@Suite struct UnseenWeightsTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
    try store.look(state(canary: 0, generation: 1), at: 5)
    try store.look(state(canary: 10, changedAt: at(50), generation: 2), at: 60)
    try store.look(state(canary: 50, changedAt: at(110), generation: 3), at: 120)
  }

  private func fault() throws -> String? {
    let result = try Database(path: store.path, mode: .readOnly).read(to: "verify") {
      try $0.verifyLedger()
    }
    guard case .failure(let fault) = result else { return nil }
    return fault.description
  }

  @Test func `weights that were put in are left out, and found by verify`() async throws {
    let spans = try store.spans()
    _ = try await store.rows(
      """
      INSERT INTO weight_state (target_id, route, changed_at, uid, generation)
      VALUES (1, '', 1795507250000, 'uid-1', 4);
      INSERT INTO weight SELECT 4, version_id, position, weight, destination_host,
        destination_subset FROM weight WHERE weight_state_id = 3;
      """)
    #expect(try store.spans() == spans)
    #expect(
      try fault() == """
        no reading shows weight state 4: it was put in, or its readings were removed; reports leave \
        it out; go back to a backup
        """)
  }

  @Test(arguments: [1, 2, 3])
  func `weights whose readings are lost are left out, and found by verify`(
    lost: Int64
  ) async throws {
    try await Tampering.alter(store.path, "DELETE FROM collection WHERE weight_state_id = \(lost)")
    #expect(try store.spans().map(\.id) == [1, 2, 3].filter { $0 != lost })
    #expect(try fault()?.hasPrefix("entry \(lost) records weight state \(lost)") == true)
    let record = try store.database.read(to: "read the record") {
      try $0.auditTrail(of: store.targetID)
    }
    #expect(record.weights.count == 2)
  }
}
