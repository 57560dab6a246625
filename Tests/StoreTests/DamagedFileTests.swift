import Foundation
import Ledger
import Rollouts
import Store
import TestSupport
import Testing

/// Files that are damaged as a whole: cut off, without their beginning, or none at all.
@Suite struct DamagedFileTests {
  let store: SampleStore
  let saved: String

  init() throws {
    store = try SampleStore()
    saved = store.folder.path("saved.db")
    for number in 1...10 {
      try store.look(state(canary: number, generation: number), at: Double(number))
    }
  }

  /// Stores three counts in each of some intervals, and puts all into the file.
  private func fill(_ numbers: Range<Int> = 10..<1500) async throws {
    var counts: [SeriesKey: [Timestamp: Int]] = [:]
    for code in ["200", "404", "503"] {
      for number in numbers {
        counts[responses(ResponseStatus(code: code)), default: [:]][interval(number).end] = 7
      }
    }
    try store.store(numbers.map(interval), counts)
    _ = try await store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  private func change(_ path: String? = nil, _ change: (FileHandle) throws -> Void) throws {
    let handle = try FileHandle(forUpdating: URL(filePath: path ?? store.path))
    try change(handle)
    try handle.close()
  }

  private func overwrite(
    _ bytes: [UInt8], at offset: Int = 0, in path: String? = nil
  ) throws {
    try change(path) {
      try $0.seek(toOffset: UInt64(offset))
      try $0.write(contentsOf: Data(bytes))
    }
  }

  /// Schema and content, but for the times of the migrations and the order of the triggers.
  private func lines(of path: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, ".dump").split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("INSERT INTO migration") && !$0.hasSuffix("000);") }.sorted()
  }

  private func reason() throws -> String? {
    let error = #expect(throws: StoreError.self) {
      try Database.recover(store.path, to: saved)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: store.folder.url.path)
        .allSatisfy { !$0.hasPrefix("saved.db") })
    guard case .unrecoverable(store.path, let reason) = error else { return "\(error as Any)" }
    return reason
  }

  @Test(arguments: [(0.7, 0), (0.7, 2500), (0.85, 1000), (0.99, 17)])
  func `of a file that ends early everything is saved up to there`(
    share: Double, rest: Int
  ) async throws {
    try await fill()
    let ledger = try await store.rows("SELECT * FROM ledger_entry")
    let pages = try await store.rows("PRAGMA page_count").compactMap(Int.init)[0]
    let kept = Int(Double(pages) * share)
    try change { try $0.truncate(atOffset: UInt64(kept * 4096 + rest)) }
    let recovery = try Database.recover(store.path, to: saved)
    #expect(
      recovery.findings == ["the file ends early: \(kept) of \(pages) pages are there whole"])
    #expect(!recovery.isComplete)
    #expect(recovery.tables.first { $0.name == "observation" }?.rows ?? 0 > 100)
    #expect(
      try FileManager.default.attributesOfItem(atPath: saved)[.posixPermissions] as? Int == 0o600)
    // No interval is left of which a count is lost.
    let check = try await Shell.run(
      "sqlite3", saved,
      """
      SELECT count(*) FROM interval WHERE 3 <>
        (SELECT count(*) FROM observation WHERE interval_id = interval.id);
      PRAGMA integrity_check; PRAGMA foreign_key_check;
      """)
    #expect(check == "0\nok\n")
    #expect(
      try await Shell.run("sqlite3", saved, "SELECT * FROM ledger_entry")
        .split(separator: "\n").map(String.init) == ledger)
    _ = try Database(path: saved, mode: .readWrite)
  }

  @Test(arguments: [[UInt8](repeating: 0xEE, count: 100), .init(repeating: 0, count: 100)])
  func `of a file without its first bytes everything is saved`(beginning: [UInt8]) async throws {
    try await fill()
    let before = try await lines(of: store.path)
    try overwrite(beginning)
    #expect(throws: StoreError.notSQLite(path: store.path)) {
      try Database(path: store.path, mode: .readOnly)
    }
    let damaged = try Data(contentsOf: URL(filePath: store.path))
    let recovery = try Database.recover(store.path, to: saved)
    #expect(
      recovery.findings == [
        "the first 100 bytes were damaged and made anew, for pages of 4096 bytes"
      ])
    #expect(recovery.isComplete)
    #expect(try await lines(of: saved) == before)
    #expect(try Data(contentsOf: URL(filePath: store.path)) == damaged)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: store.folder.url.path)
        .allSatisfy { !$0.contains("mended") && !$0.contains("partial") })
  }

  @Test(arguments: [512, 1024, 16384, 65536])
  func `the size of the pages is found out`(size: Int) async throws {
    try await fill(10..<100)
    let other = store.folder.path("other.db")
    _ = try await store.rows("PRAGMA page_size = \(size); VACUUM INTO '\(other)'")
    let before = try await lines(of: other)
    try overwrite([UInt8](repeating: 0xEE, count: 100), in: other)
    let recovery = try Database.recover(other, to: saved)
    #expect(recovery.findings.first?.hasSuffix("for pages of \(size) bytes") == true)
    #expect(try await lines(of: saved) == before)
  }

  /// Where each part of the header begins.
  private static let offsets =
    [0, 16, 17, 18, 19, 20, 21, 22, 23] + stride(from: 24, through: 72, by: 4) + [92, 96]

  @Test func `whichever part of the header is another, everything is saved`() async throws {
    try await fill(10..<20)
    let before = try await lines(of: store.path)
    let whole = try Data(contentsOf: URL(filePath: store.path))
    for offset in Self.offsets {
      try overwrite([whole[offset] ^ 0xFF], at: offset)
      let recovery = try Database.recover(store.path, to: saved)
      #expect(recovery.isComplete, "\(offset): \(recovery)")
      #expect(try await lines(of: saved) == before, "\(offset)")
      try FileManager.default.removeItem(atPath: saved)
      try overwrite([whole[offset]], at: offset)
    }
  }

  @Test func `what is in the write-ahead log alone is saved, too`() async throws {
    try await fill(10..<100)
    try store.look(state(canary: 99, generation: 11), at: 36_000)
    try overwrite([UInt8](repeating: 0xEE, count: 100))
    let recovery = try Database.recover(store.path, to: saved)
    #expect(recovery.tables.first { $0.name == "weight_state" }?.rows == 12)
    #expect(try recovery.ledger.get().entries == 12)
  }

  @Test func `a file that ends early and lacks its first bytes is read as far as it goes`()
    async throws
  {
    try await fill()
    try overwrite([UInt8](repeating: 0xEE, count: 100))
    try change { try $0.truncate(atOffset: 60 * 4096 + 100) }
    let recovery = try Database.recover(store.path, to: saved)
    #expect(!recovery.isComplete)
    #expect(try recovery.ledger.get().entries == 11)
  }

  @Test func `tables that a damaged schema does not name are said to be lost`() async throws {
    try await fill(10..<100)
    let pages = try await store.rows(
      "SELECT pageno FROM dbstat WHERE name = 'sqlite_schema' AND pagetype = 'leaf' ORDER BY path"
    ).compactMap(Int.init)
    try #require(pages.count > 2)
    try overwrite([UInt8](repeating: 0xEE, count: 4096), at: (pages[pages.count - 2] - 1) * 4096)
    let recovery = try Database.recover(store.path, to: saved)
    #expect(!recovery.isComplete)
    let lost = recovery.tables.filter {
      $0.losses == ["all: the schema that names it is damaged"] && $0.rows == 0
    }
    #expect(!lost.isEmpty)
    #expect(recovery.tables.first { $0.name == "interval" }?.rows == 90)
    #expect(recovery.tables.first { $0.name == "ledger_entry" }?.rows == 11)
    _ = try Database(path: saved, mode: .readWrite)
  }

  @Test func `an entry of the ledger is kept byte for byte, whatever it holds`() async throws {
    let text = "7B7D00FFC3"
    try await Tampering.alter(
      store.path, "UPDATE ledger_entry SET content = CAST(x'\(text)' AS TEXT) WHERE sequence = 2")
    let query = "SELECT sequence, typeof(content), hex(content), hash FROM ledger_entry"
    let before = try await store.rows(query)
    let recovery = try Database.recover(store.path, to: saved)
    let after = try await Shell.run("sqlite3", saved, query)
    #expect(after.split(separator: "\n").map(String.init) == before)
    #expect(after.contains("2|text|\(text)|"))
    #expect(throws: LedgerFault.self) { try recovery.ledger.get() }
    #expect(!recovery.isComplete)
  }

  @Test func `an empty file is said to be so`() throws {
    try change { try $0.truncate(atOffset: 0) }
    #expect(
      try reason()
        == "it is empty, and its write-ahead log alone (\(store.path)-wal) is no database")
    try FileManager.default.removeItem(atPath: store.path + "-wal")
    #expect(try reason() == "it is empty")
  }

  @Test(
    arguments: [
      Data("no database".utf8), Data(repeating: 0, count: 20_000),
      Data(String(repeating: "a line of a log\n", count: 2000).utf8),
    ])
  func `a file that is no database is said to be so`(content: Data) async throws {
    _ = try await store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    try content.write(to: URL(filePath: store.path))
    #expect(
      try reason() == "it is no SQLite file, not even one whose beginning is damaged")
  }

  @Test func `a file whose schema is gone cannot be saved`() async throws {
    try await fill(10..<100)
    try overwrite([UInt8](repeating: 0, count: 3996), at: 100)
    #expect(
      try reason() == "its schema, which says where everything else is, cannot be read")
  }

  @Test func `the database of another program is none of ours`() async throws {
    let other = store.folder.path("other.db")
    _ = try await Shell.run("sqlite3", other, "CREATE TABLE moz_places (url TEXT)")
    #expect(throws: StoreError.foreign(path: other)) { try Database.recover(other, to: saved) }
    let folder = store.folder.url.path
    #expect(throws: StoreError.notAFile(path: folder)) { try Database.recover(folder, to: saved) }
    let none = store.folder.path("none.db")
    #expect(throws: StoreError.missing(path: none)) { try Database.recover(none, to: saved) }
  }

  @Test func `the errors say what to do`() {
    #expect(
      StoreError.unrecoverable(path: "a.db", reason: "it is empty").description
        == "cannot save anything of a.db: it is empty; go back to a backup, and check that "
        + "--database names the database")
  }
}
