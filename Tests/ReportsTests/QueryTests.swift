import Foundation
import Reports
import Rollouts
import Store
import TestSupport
import Testing

/// All queries, as the program runs them and as people run them with a shell.
@Suite struct QueryTests {
  static let sections = Reports.sections(of: "canary").keys.sorted()

  /// Two targets; `app` goes through a rollout with gaps, errors and decisions.
  private static func filled() throws -> SampleStore {
    let store = try SampleStore()
    try store.look(canary: 0, at: 0, changedAt: 0, generation: 1)
    try store.look(canary: 0, at: 60, changedAt: 0, generation: 1)
    try store.look(
      canary: 10, at: 75, changedAt: 65, generation: 2,
      blindSpots: ["route /admin is not judged", "requests are mirrored to v3"])
    try store.look(canary: 10, at: 150, changedAt: 65, generation: 2)
    try store.store(
      [0, 1, 2, 5], "v1", ["200": 97, "503": 2, "0": 1],
      durations: [5: 50, 10: 49, .infinity: 1])
    try store.store([6, 8], "v2", ["200": 9, "404": 1], durations: [5: 2, 10: 7, .infinity: 1])
    try store.leaveOut("orders", [2], "it's \"half\" an event")
    try store.write { writer, targetID in
      for (seconds, verdict) in [(100.0, Verdict.hold), (130, .promote)] {
        _ = try writer.store(
          NewDecision(
            rolloutID: nil, at: at(seconds), decidedAt: at(seconds), verdict: verdict,
            reason: "it's \"so\"", window: nil, policyJSON: "{}", evidenceJSON: "{}",
            toolVersion: "test"), of: targetID)
      }
      _ = try writer.storeOverride(
        of: 2, targetID: targetID, by: "Ada", reason: "it's \"urgent\"",
        in: TimeWindow(from: at(110), to: at(3600)), decidedAt: at(110), toolVersion: "test")
    }
    try store.write { writer, targetID in
      _ = try writer.storeOverride(
        of: 2, targetID: targetID, by: "Ada", reason: "it's \"so\"", in: window(90, 3690),
        decidedAt: at(90), toolVersion: "test")
    }
    try store.look(canary: 0, at: 0, of: "web")
    try store.store([3], "v1", ["200": 5], durations: [1: 5], of: "web")
    return store
  }

  @Test(arguments: sections)
  func `a query runs on an empty database`(section: String) throws {
    let store = try SampleStore()
    let table = try store.table(section, in: window(0, 3600))
    #expect(table.columns.first == "target")
    #expect(table.rows == [])
  }

  @Test(arguments: sections)
  func `a query answers about the target that was asked for, and no other`(section: String) throws {
    let store = try Self.filled()
    let table = try store.table(section, in: window(0, 180))
    #expect(!table.rows.isEmpty)
    #expect(table.rows.allSatisfy { $0.first == .text("app") && $0.count == table.columns.count })
    #expect(try store.table(section, in: window(0, 180), of: "none").rows == [])
  }

  @Test(arguments: sections)
  func `the shell gives the same rows with parameters`(section: String) async throws {
    let store = try Self.filled()
    for window in [window(0, 180), window(20, 100)] {
      let rows = try await shellRows(
        section, store,
        parameters: [
          ".parameter init", ".parameter set :target \"'app'\"",
          ".parameter set :from \(window.from.millisecondsSince1970)",
          ".parameter set :to \(window.to.millisecondsSince1970)",
        ])
      try expectEqual(rows, try store.table(section, in: window))
    }
  }

  @Test(arguments: sections)
  func `without parameters the shell gives the last hour of every target`(section: String)
    async throws
  {
    let store = try Self.filled()
    let rows = try await shellRows(section, store, parameters: [])
    // The newest interval of `app` ended at 135, that of `web` at 60.
    let app = try store.table(section, in: window(135 - 3600, 135))
    let web = try store.table(section, in: window(60 - 3600, 60), of: "web")
    #expect(app.columns == web.columns)
    try expectEqual(rows, Table(columns: app.columns, rows: app.rows + web.rows))
  }

  private func shellRows(
    _ section: String, _ store: SampleStore, parameters: [String]
  ) async throws -> [[String: Any]] {
    let file = Checkout.root.appending(path: "reports/canary/\(section).sql")
    let sql = try String(contentsOf: file, encoding: .utf8)
    let output = try await Shell.run(
      "sqlite3", "-json", "-readonly", store.path,
      input: parameters.joined(separator: "\n") + "\n" + sql)
    guard !output.isEmpty else { return [] }
    return try #require(
      JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
  }

  private func expectEqual(_ shellRows: [[String: Any]], _ table: Table) throws {
    try #require(shellRows.count == table.rows.count)
    for (shellRow, row) in zip(shellRows, table.rows) {
      #expect(Set(shellRow.keys) == Set(table.columns))
      for (column, value) in zip(table.columns, row) {
        let shown = try #require(shellRow[column])
        switch value {
        case .null: #expect(shown is NSNull, "\(column)")
        case .integer(let number): #expect(shown as? Int64 == number, "\(column)")
        case .real(let number):
          // The shell writes 15 digits.
          let shownNumber = try #require(shown as? Double)
          #expect(abs(shownNumber - number) <= 1e-14 * number.magnitude, "\(column)")
        case .text(let text): #expect(shown as? String == text, "\(column)")
        }
      }
    }
  }
}
