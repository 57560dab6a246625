import Foundation
import Ledger
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// What docs/audit.md says of the content of entries is what they hold.
@Suite struct LedgerKeysTests {
  let store: SampleStore

  init() throws {
    let store = try SampleStore()
    self.store = store
    let first = try store.look(
      state(canary: 0, changedAt: at(0), generation: 1, resourceVersion: "5"), at: 1)
    let second = state(canary: 50, changedAt: at(19), generation: 2, resourceVersion: "7")
    try store.database.write(to: "record the weights") {
      _ = try $0.record(
        second, of: store.targetID, observedAt: at(20), toolVersion: "test",
        blindSpots: ["requests are mirrored"])
    }
    try store.look(second, at: 19.5)
    let answers = responses(ResponseStatus(code: "200", grpcStatus: "0"))
    for count in [5, 6] {
      try store.database.write(to: "count") {
        _ = try $0.store(
          CollectedCounts(
            intervals: [interval(0)],
            counts: [
              answers: [interval(0).end: count], durations(upTo: 5): [interval(0).end: count],
            ]), of: store.targetID, collectionID: first, correctsSettled: true)
      }
    }
    try store.database.write(to: "decide") { writer in
      let override = try writer.storeOverride(
        of: 2, targetID: store.targetID, by: "Ada", reason: "why",
        in: TimeWindow(from: at(25), to: at(3600)), decidedAt: at(25), toolVersion: "test")
      for policy in [#"{"ratio":1.25}"#, #"{"ratio":9}"#] {
        _ = try writer.store(
          NewDecision(
            rolloutID: 2, at: at(30), decidedAt: at(31), verdict: .block, reason: "because",
            window: TimeWindow(from: at(0), to: at(15)), policyJSON: policy, evidenceJSON: "{}",
            toolVersion: "test", overrideEntry: override.entry), of: store.targetID)
      }
    }
  }

  /// The keys of the entries of a kind, those within lists and objects too.
  private func keys(_ kind: EntryKind, in path: String) async throws -> Set<String> {
    let rows = try await Shell.run(
      "sqlite3", path,
      """
      SELECT DISTINCT part.key FROM ledger_entry, json_tree(content) AS part
      WHERE kind = '\(kind.rawValue)' AND part.key IS NOT NULL AND typeof(part.key) = 'text'
      """)
    return Set(rows.split(separator: "\n").map(String.init))
  }

  /// The rows of the table under "The form of an entry" by kind: the table of the recorded row, and
  /// what the content holds.
  private func documented() throws -> [String: (table: String, content: String)] {
    let page = try String(
      contentsOf: Checkout.root.appending(path: "docs/audit.md"), encoding: .utf8)
    let form = try #require(
      page.components(separatedBy: "\n| kind | `fact_id` is of | content |\n").last)
    return form.split(separator: "\n").prefix { $0.hasPrefix("|") }.dropFirst().reduce(into: [:]) {
      let cells = $1.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      $0[cells[0].replacing("`", with: "")] = (cells[1].replacing("`", with: ""), cells[2])
    }
  }

  @Test func `every kind of entry is documented`() throws {
    #expect(try documented().keys.sorted() == EntryKind.allCases.map(\.rawValue).sorted())
  }

  @Test(arguments: EntryKind.allCases.filter { $0 != .adoption })
  func `the keys of an entry are those that are documented`(kind: EntryKind) async throws {
    let row = try #require(try documented()[kind.rawValue])
    var names = Set(row.content.matches(of: #/`([a-z_]+)(?:\[\])?`/#).map { String($0.1) })
    if row.content.hasPrefix("its columns") {
      names.formUnion(
        try await store.rows("SELECT name FROM pragma_table_info('\(row.table)')"))
      for column in ["policy", "evidence"] where names.remove(column) != nil {
        names.insert("\(column)_sha256")
      }
    }
    #expect(try await keys(kind, in: store.path) == names)
  }

  @Test func `an adoption counts the entries that follow by kind`() async throws {
    let older = store.folder.path("older.db")
    try await EarlierSchema.write(store.path, as: older, schema: 5)
    _ = try Database(path: older, mode: .readWrite)
    #expect(
      try await keys(.adoption, in: older) == [
        "weightChange", "earlierReading", "policyChange", "decision", "correction",
      ])
    let row = try #require(try documented()["adoption"])
    #expect(row.content == "the number of entries that follow, by kind")
  }
}
