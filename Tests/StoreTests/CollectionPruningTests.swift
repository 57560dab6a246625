import Foundation
import Rollouts
import Store
import TestSupport
import Testing

/// Old runs of the collector go; what is known of any moment stays.
@Suite struct CollectionPruningTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  private func prune(upTo seconds: Double = 36_000) async throws -> Int {
    var outcome = PruneOutcome()
    try await store.database.pruneCollections(store.targetID, upTo: at(seconds), &outcome)
    return outcome.collectionsDropped
  }

  private func ids() async throws -> [String] {
    try await store.rows("SELECT group_concat(id) FROM (SELECT id FROM collection ORDER BY id)")
  }

  private func sourceStates(_ seconds: [Double]) throws -> [SourceState] {
    try store.database.read(to: "look") { reader in
      try seconds.map { try reader.sourceState(of: store.targetID, asOf: at($0)) }
    }
  }

  private func fail(at seconds: Double) throws {
    try store.database.write(to: "fail") {
      try $0.record(
        CollectionFailure(at: at(seconds), kind: .sourceDown, reason: "no answer"),
        of: store.targetID)
    }
  }

  @Test func `of each weight state the first and the last reading stay`() async throws {
    for minute in 0..<60 {
      try store.look(
        state(canary: minute / 20, generation: minute / 20 + 1), at: Double(minute) * 60)
    }
    let spans = try await store.rows("SELECT * FROM weight_span")
    #expect(try await prune() == 54)
    #expect(try await ids() == ["1,20,21,40,41,60"])
    #expect(try await store.rows("SELECT * FROM weight_span") == spans)
    #expect(try await store.rows("PRAGMA foreign_key_check") == [])
    _ = try store.database.read(to: "verify") { try $0.verifyLedger() }.get()
    #expect(try await prune() == 0)
  }

  @Test func `younger runs stay`() async throws {
    for minute in 0..<10 { try store.look(state(canary: 1), at: Double(minute) * 60) }
    #expect(try await prune(upTo: 240) == 4)
    #expect(try await ids() == ["1,6,7,8,9,10"])
  }

  @Test func `runs that something refers to stay`() async throws {
    for minute in 0..<8 { try store.look(state(canary: 1), at: Double(minute) * 60) }
    _ = try await store.rows(
      """
      INSERT INTO interval SELECT 1, 1, \(interval(1).start.millisecondsSince1970),
        \(interval(1).end.millisecondsSince1970), 1, 2;
      INSERT INTO gap SELECT 1, 1, \(interval(2).start.millisecondsSince1970),
        \(interval(2).end.millisecondsSince1970), 'no', 4;
      INSERT INTO custom_gap SELECT 1, 1, 'own', \(interval(2).start.millisecondsSince1970),
        \(interval(2).end.millisecondsSince1970), 'no', 6
      """)
    #expect(try await prune() == 3)
    #expect(try await ids() == ["1,2,4,6,8"])
    #expect(try await store.rows("PRAGMA foreign_key_check") == [])
  }

  @Test func `a reading that the ledger records stays`() async throws {
    let state = state(canary: 1, generation: 1)
    for second in [100.0, 200, 300, 40, 50, 60] { try store.look(state, at: second) }
    let recorded = try await store.rows(
      "SELECT fact_id FROM ledger_entry WHERE kind = 'earlierReading'")
    #expect(recorded == ["4"])
    #expect(try await prune() == 3)
    #expect(try await ids() == ["1,3,4"])
    _ = try store.database.read(to: "verify") { try $0.verifyLedger() }.get()
  }

  @Test func `what is known of the source at any moment stays the same`() async throws {
    let finding = SourceFinding(kind: .selectorEmpty, version: nil, description: "no series")
    for minute in 0..<40 {
      let id = try store.look(state(canary: 1), at: Double(minute) * 60)
      if (10..<20).contains(minute) || minute == 30 {
        try store.database.write(to: "find") {
          try $0.record([finding], of: store.targetID, collectionID: id)
        }
      }
      if [5, 6, 25].contains(minute) { try fail(at: Double(minute) * 60 + 30) }
    }
    let moments = (0..<500).map { Double($0) * 5 }
    let before = try sourceStates(moments)
    #expect(Set(before.map { $0.failure == nil }).count == 2)
    #expect(Set(before.map(\.findings.isEmpty)).count == 2)
    let dropped = try await prune()
    #expect(dropped > 25)
    #expect(try sourceStates(moments) == before)
    // One run a stretch keeps what was found in it.
    #expect(try await store.rows("SELECT count(*) FROM source_finding") == ["2"])
    try fail(at: 2370)
    #expect(try await store.rows("SELECT count(*) FROM collection_failure") == ["4"])
  }

  @Test func `what the first and the last reading say cannot be deleted by hand`() async throws {
    for second in [1.0, 2, 3] { try store.look(state(canary: 1), at: second) }
    for id in [1, 3] {
      await #expect(throws: ShellError.self) {
        try await store.rows("DELETE FROM collection WHERE id = \(id)")
      }
    }
    _ = try await store.rows("DELETE FROM collection WHERE id = 2")
    #expect(try await ids() == ["1,3"])
  }

  @Test(
    arguments: [
      "UPDATE source_finding SET description = 'nothing'", "DELETE FROM source_finding",
      "INSERT OR REPLACE INTO source_finding SELECT * FROM source_finding",
    ])
  func `what a run found is not altered`(sql: String) async throws {
    let id = try store.look(state(canary: 1), at: 1)
    let finding = SourceFinding(kind: .selectorEmpty, version: nil, description: "no series")
    try store.database.write(to: "find") {
      try $0.record([finding, finding], of: store.targetID, collectionID: id)
    }
    await #expect(throws: ShellError.self) { try await store.rows(sql) }
    #expect(try await store.rows("SELECT description FROM source_finding") == ["no series"])
  }
}
