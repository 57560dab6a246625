import Foundation
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

/// The words for what is wrong with a file, from real files with which it is wrong.
@Suite struct StoreErrorTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
  }

  private func message(
    _ mode: Database.Mode, at path: String, migrations: [Migrations.Migration] = Migrations.all
  ) -> String {
    do throws(StoreError) {
      _ = try Database(path: path, mode: mode, migrations: migrations)
      return "opened"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [Database.Mode.readOnly, .readWrite])
  func `a missing file is not made`(mode: Database.Mode) {
    #expect(
      message(mode, at: path) == """
        cannot open \(path): no such file; run "analyze collect" first, or name the database \
        with --database
        """)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: [Database.Mode.readOnly, .readWrite, .create])
  func `a folder is no file`(mode: Database.Mode) {
    #expect(
      message(mode, at: folder.url.path) == """
        cannot open \(folder.url.path): it is not a regular file; name the database file with \
        --database
        """)
  }

  @Test func `a pipe is no file, and is not waited for`() async throws {
    _ = try await Shell.run("mkfifo", path)
    #expect(
      message(.create, at: path)
        == "cannot open \(path): it is not a regular file; name the database file with --database")
  }

  @Test func `a file in a folder that does not exist cannot be made`() {
    let path = folder.path("no/such/analyze.db")
    #expect(
      message(.create, at: path) == """
        cannot open \(path): cannot create the file: No such file or directory; check that the \
        folder exists and that you may read and write there
        """)
  }

  @Test func `a file whose log cannot be opened cannot be opened`() throws {
    _ = try Database(path: path, mode: .create)
    try FileManager.default.createDirectory(
      atPath: path + "-wal", withIntermediateDirectories: false)
    for mode in [Database.Mode.readOnly, .readWrite] {
      #expect(
        message(mode, at: path) == """
          cannot open \(path): unable to open database file; check that the folder exists and \
          that you may read and write there
          """)
    }
  }

  @Test(arguments: ["no", "a text, not a database\n", String(repeating: "log line\n", count: 500)])
  func `a text file is not ours, and stays as it is`(text: String) throws {
    try folder.write(text, to: "analyze.db")
    for mode in [Database.Mode.readOnly, .readWrite, .create] {
      #expect(
        message(mode, at: path) == """
          cannot use \(path): it is no SQLite file, or its beginning is damaged; name the database \
          with --database, or save what can be read with "analyze database recover FILE"
          """)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["analyze.db"])
  }

  @Test func `the database of another program is not ours, and stays byte for byte`() async throws {
    _ = try await Shell.run("sqlite3", path, "CREATE TABLE moz_places (url TEXT)")
    let before = try Data(contentsOf: URL(filePath: path))
    for mode in [Database.Mode.readOnly, .readWrite, .create] {
      #expect(
        message(mode, at: path) == """
          cannot use \(path): it is not a database of analyze; name another file with --database
          """)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["analyze.db"])
  }

  @Test(arguments: [Database.Mode.readOnly, .readWrite, .create])
  func `a file of a newer program is refused`(mode: Database.Mode) throws {
    let newer =
      Migrations.all + [
        Migrations.Migration(name: "9999_future", sql: "CREATE TABLE future (id INTEGER) STRICT")
      ]
    _ = try Database(path: path, mode: .create, migrations: newer)
    #expect(
      message(mode, at: path) == """
        cannot use \(path): it was written by a newer analyze (it has migration 9999_future); \
        upgrade analyze
        """)
  }

  @Test func `a file of an older program is not migrated by a reader`() throws {
    _ = try Database(path: path, mode: .create, migrations: Array(Migrations.all.prefix(2)))
    #expect(
      message(.readOnly, at: path) == """
        cannot read \(path): it was written by an older analyze (it lacks migration \
        0003_observations); run "analyze database migrate"
        """)
  }

  @Test(arguments: [Database.Mode.readOnly, .readWrite, .create])
  func `a migration that was changed after it was applied is noticed`(mode: Database.Mode) throws {
    _ = try Database(path: path, mode: .create)
    var changed = Migrations.all
    changed[1] = Migrations.Migration(name: changed[1].name, sql: changed[1].sql + "\n")
    #expect(
      message(mode, at: path, migrations: changed) == """
        cannot use \(path): migration 0002_weight_states is not the one that was applied to it; \
        use the analyze that wrote the file, or restore the migration
        """)
  }

  @Test func `a file that another process keeps locked is busy`() throws {
    let store = try SampleStore()
    let other = try Database(
      path: store.path, mode: .readWrite, busyTimeout: .milliseconds(20))
    try store.database.write(to: "hold the lock") { _ -> Void in
      #expect(throws: StoreError.busy(path: store.path, operation: "store observations")) {
        try other.write(to: "store observations") { _ = try $0.upsert(SampleStore.target) }
      }
    }
    #expect(
      StoreError.busy(path: "a.db", operation: "store observations").description
        == "cannot store observations in a.db: another process is writing to it; try again")
    try other.write(to: "store observations") { _ = try $0.upsert(SampleStore.target) }
  }

  @Test func `a file that was cut off is malformed`() throws {
    _ = try Database(path: path, mode: .create)
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    try handle.truncate(atOffset: 8192)
    try handle.close()
    for mode in [Database.Mode.readOnly, .readWrite] {
      #expect(
        message(mode, at: path)
          == "cannot open the database in \(path): the file is damaged; save what can be read with "
          + "\"analyze database recover FILE\", or go back to a backup")
    }
  }

  @Test func `a file whose first page was overwritten is malformed`() throws {
    _ = try Database(path: path, mode: .create)
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    try handle.seek(toOffset: 100)
    try handle.write(contentsOf: Data(repeating: 0xFF, count: 3996))
    try handle.close()
    #expect(
      message(.readOnly, at: path)
        == "cannot open the database in \(path): the file is damaged; save what can be read with "
        + "\"analyze database recover FILE\", or go back to a backup")
  }

  @Test func `an error of a query is told in the words of SQLite`() throws {
    let store = try SampleStore()
    #expect(
      throws: StoreError.failed(
        path: store.path, operation: "look", reason: "no such table: missing")
    ) { try store.database.firstRow("SELECT * FROM missing") }
  }
}
