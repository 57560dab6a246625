import Foundation
import Migrations
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct MigratingTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
  }

  private func dump() async throws -> String {
    try await Shell.run("sqlite3", "-readonly", path, ".dump", "PRAGMA user_version")
  }

  private func rows(_ sql: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, sql).split(separator: "\n").map(String.init)
  }

  @Test func `a writer brings an older file up to date, with what it holds`() async throws {
    _ = try Database(path: path, mode: .create, migrations: Array(Migrations.all.prefix(2)))
    _ = try await rows(
      "INSERT INTO target (name, namespace, virtual_service, host) VALUES ('app', 'n', 'v', 'h')")
    _ = try Database(path: path, mode: .readWrite)
    #expect(try await rows("SELECT name FROM target") == ["app"])
    #expect(
      try await rows("SELECT name FROM migration ORDER BY name") == Migrations.all.map(\.name))
    #expect(try await rows("PRAGMA user_version") == ["\(Migrations.all.count)"])
    _ = try Database(path: path, mode: .readOnly)
  }

  @Test func `a migrated file is the same as a new one`() async throws {
    _ = try Database(path: path, mode: .create, migrations: Array(Migrations.all.prefix(1)))
    _ = try Database(path: path, mode: .readWrite, migrations: Array(Migrations.all.prefix(3)))
    _ = try Database(path: path, mode: .readWrite)
    let new = folder.path("new.db")
    _ = try Database(path: new, mode: .create)
    let query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    let newRows = try await Shell.run("sqlite3", new, query).split(separator: "\n")
      .map(String.init)
    #expect(try await rows(query) == newRows)
  }

  @Test func `opening again changes nothing`() async throws {
    _ = try Database(path: path, mode: .create)
    let before = try await dump()
    _ = try Database(path: path, mode: .readWrite)
    _ = try Database(path: path, mode: .create)
    #expect(try await dump() == before)
  }

  @Test func `a failed migration leaves the file as it was, with those before it undone`()
    async throws
  {
    _ = try Database(path: path, mode: .create, migrations: Array(Migrations.all.prefix(3)))
    let before = try await dump()
    let broken =
      Migrations.all + [
        Migrations.Migration(
          name: "9998_good", sql: "CREATE TABLE good (id INTEGER PRIMARY KEY) STRICT;"),
        Migrations.Migration(
          name: "9999_broken",
          sql: "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO missing VALUES (1);"),
      ]
    #expect(
      throws: StoreError.failed(
        path: path, operation: "open the database", reason: "no such table: missing")
    ) { _ = try Database(path: path, mode: .readWrite, migrations: broken) }
    #expect(try await dump() == before)
    _ = try Database(path: path, mode: .readWrite)
  }

  @Test func `a first migration that fails leaves a file that can be migrated`() async throws {
    let broken = [Migrations.Migration(name: "0001_broken", sql: "CREATE TABLE half (")]
    #expect(throws: StoreError.self) {
      _ = try Database(path: path, mode: .create, migrations: broken)
    }
    #expect(try await rows("SELECT count(*) FROM sqlite_schema") == ["0"])
    _ = try Database(path: path, mode: .create)
    _ = try Database(path: path, mode: .readOnly)
  }

  @Test func `several writers migrate an older file once`() async throws {
    _ = try Database(path: path, mode: .create, migrations: Array(Migrations.all.prefix(2)))
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      failures.catching { _ = try Database(path: path, mode: .readWrite) }
    }
    #expect(failures.all == [])
    #expect(try await rows("SELECT count(*) FROM migration") == ["\(Migrations.all.count)"])
  }
}
