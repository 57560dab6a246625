import Foundation
import Ledger
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// Databases as earlier programs wrote them, kept as SQL text.
@Suite struct UpgradeTests {
  static let fixtures = Checkout.root.appending(path: "Tests/StoreTests/Fixtures")

  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
  }

  private func load(_ fixture: String) async throws {
    let text = try String(contentsOf: Self.fixtures.appending(path: fixture), encoding: .utf8)
    _ = try await Shell.run("sqlite3", path, input: text)
  }

  private func rows(_ sql: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, sql).split(separator: "\n").map(String.init)
  }

  @Test(arguments: ["schema-4.sql"])
  func `an older database is migrated, keeps every row, and fits its ledger`(
    fixture: String
  ) async throws {
    try await load(fixture)
    let tables = [
      "target", "version", "collection", "interval", "series", "observation", "gap", "correction",
      "weight_state", "weight", "blind_spot",
    ]
    let query = tables.map { "SELECT '\($0)', * FROM \($0);" }.joined()
    let decisions = "SELECT id, at, verdict, reason, policy, evidence FROM decision"
    let (before, said) = (try await rows(query), try await rows(decisions))
    #expect(said.count == 3)
    #expect(throws: StoreError.self) { _ = try Database(path: path, mode: .readOnly) }
    let database = try Database(path: path, mode: .readWrite)
    #expect(try await rows(query) == before)
    #expect(try await rows(decisions) == said)
    let ledger = try database.read(to: "verify") { try $0.verifyLedger() }.get()
    #expect(ledger.entries == 9)
    #expect(
      try await rows("SELECT kind, fact_id FROM ledger_entry ORDER BY sequence") == [
        "adoption|", "weightChange|1", "correction|1", "weightChange|2", "weightChange|3",
        "policyChange|1", "decision|1", "decision|2", "decision|3",
      ])
    #expect(try await rows("PRAGMA integrity_check; PRAGMA foreign_key_check") == ["ok"])
  }

  @Test(arguments: ["schema-4.sql"])
  func `an older database can be written, backed up and pruned after it was migrated`(
    fixture: String
  ) async throws {
    try await load(fixture)
    let database = try Database(path: path, mode: .readWrite)
    try database.write(to: "record the weights") {
      _ = try $0.record(
        state(canary: 100, generation: 4), of: 1, observedAt: at(900), toolVersion: "test")
    }
    let backup = try database.backUp(to: folder.path("copy.db"))
    #expect(backup.ledger.entries == 10)
    var outcome = PruneOutcome()
    try await database.prune(1, upTo: at(7200), &outcome)
    #expect(outcome.hoursKept == [.incomplete: 1])
  }

}
