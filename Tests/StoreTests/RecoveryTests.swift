import Foundation
import Ledger
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct RecoveryTests {
  let store: SampleStore
  let saved: String

  init() throws {
    store = try SampleStore()
    saved = store.folder.path("saved.db")
    for number in 1...40 {
      try store.look(state(canary: number, generation: number), at: Double(number))
    }
    let intervals = (10..<2000).map(interval)
    var counts: [SeriesKey: [Timestamp: Int]] = [:]
    for code in ["200", "404", "503"] {
      for interval in intervals {
        counts[responses(ResponseStatus(code: code)), default: [:]][interval.end] = 7
      }
    }
    try store.store(intervals, counts)
  }

  /// Overwrites pages of a table in the middle of the file.
  private func damage(_ table: String, pages: Range<Int>) async throws {
    _ = try await store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    let numbers = try await store.rows(
      "SELECT pageno FROM dbstat WHERE name = '\(table)' AND pagetype = 'leaf' ORDER BY path"
    ).compactMap(UInt64.init)
    let handle = try FileHandle(forUpdating: URL(filePath: store.path))
    for index in pages {
      try handle.seek(toOffset: (numbers[index] - 1) * 4096)
      try handle.write(contentsOf: Data(repeating: 0xEE, count: 4096))
    }
    try handle.close()
  }

  /// Schema and content, but for the times of the migrations and the order of the triggers.
  private func lines(of path: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, ".dump").split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("INSERT INTO migration") && !$0.hasSuffix("000);") }.sorted()
  }

  @Test func `a whole file is saved as it is`() async throws {
    let recovery = try Database.recover(store.path, to: saved)
    #expect(recovery.isComplete)
    #expect(recovery.tables.map(\.name).first == "ledger_entry")
    #expect(try await lines(of: saved) == lines(of: store.path))
    #expect(
      try FileManager.default.attributesOfItem(atPath: saved)[.posixPermissions] as? Int == 0o600)
  }

  @Test func `what is damaged is left out, and the rest is saved`() async throws {
    try await damage("observation", pages: 3..<5)
    #expect(throws: StoreError.damaged(path: store.path, operation: "count")) {
      try Database(path: store.path, mode: .readOnly).read(to: "count") {
        try $0.observations(
          of: store.targetID, by: .source, in: TimeWindow(from: at(0), to: at(36_000)))
      }
    }
    let recovery = try Database.recover(store.path, to: saved)
    #expect(!recovery.isComplete)
    let observation = try #require(recovery.tables.first { $0.name == "observation" })
    #expect(observation.losses.count == 1)
    #expect(observation.losses[0].wholeMatch(of: /interval_id \d+ to \d+/) != nil)
    #expect(recovery.intervalsLeftOut > 100)
    #expect(try recovery.ledger.get().entries == 41)
    // No interval is left of which a count is lost.
    #expect(
      try await Shell.run(
        "sqlite3", saved,
        """
        SELECT count(*) FROM interval WHERE 3 <>
          (SELECT count(*) FROM observation WHERE interval_id = interval.id);
        SELECT count(*) + \(recovery.intervalsLeftOut) FROM interval;
        PRAGMA integrity_check; PRAGMA foreign_key_check;
        """) == "0\n1990\nok\n")
    _ = try Database(path: saved, mode: .readWrite)
  }

  @Test func `pages that lie apart cost only what was on them`() async throws {
    try await damage("interval", pages: 2..<3)
    try await damage("interval", pages: 8..<9)
    let recovery = try Database.recover(store.path, to: saved)
    let interval = try #require(recovery.tables.first { $0.name == "interval" })
    #expect(interval.losses.count == 2)
    #expect(interval.rows > 1500)
  }

  @Test func `a ledger of which entries are lost says which`() async throws {
    try await damage("ledger_entry", pages: 4..<5)
    let recovery = try Database.recover(store.path, to: saved)
    let ledger = try #require(recovery.tables.first { $0.name == "ledger_entry" })
    #expect(ledger.losses.count == 1)
    guard case .failure(.notNext) = recovery.ledger else {
      Issue.record("the ledger fits: \(recovery.ledger)")
      return
    }
    #expect(recovery.intervalsLeftOut == 0)
  }

  @Test func `a file of which nothing can be read is said to be so`() async throws {
    try store.folder.write("no database", to: "text.db")
    #expect(throws: StoreError.self) {
      try Database.recover(store.folder.path("text.db"), to: saved)
    }
    #expect(FileManager.default.fileExists(atPath: saved) == false)
  }

  @Test func `a file that is there is not written over`() throws {
    try store.folder.write("mine", to: "saved.db")
    #expect(throws: StoreError.exists(path: saved)) {
      try Database.recover(store.path, to: saved)
    }
  }
}
