import Foundation
import GRDB
import Migrations
import Rollouts
@testable import Store
import TestSupport
import Testing

@Suite struct OpeningTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
  }

  private func permissions(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `a new file is readable by its owner only, and so are the files beside it`() throws {
    let database = try Store.Database(path: path, mode: .create)
    _ = try database.write(to: "add a target") { try $0.upsert(SampleStore.target) }
    #expect(try permissions(of: path) == 0o600)
    #expect(try permissions(of: path + "-wal") == 0o600)
    #expect(try permissions(of: path + "-shm") == 0o600)
  }

  @Test func `a file is marked as ours, with the number of its migrations`() throws {
    let database = try Store.Database(path: path, mode: .create)
    #expect(try database.firstRow("PRAGMA application_id") == [.integer(0x616E_6C7A)])
    #expect(
      try database.firstRow("PRAGMA user_version") == [.integer(Int64(Migrations.all.count))])
  }

  @Test(arguments: [Store.Database.Mode.create, .readWrite])
  func `writers keep a write-ahead log, sync it fully and enforce foreign keys`(
    mode: Store.Database.Mode
  ) throws {
    _ = try Store.Database(path: path, mode: .create)
    let database = try Store.Database(path: path, mode: mode)
    func setting(_ name: String) throws -> String? {
      try database.queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }
    #expect(try setting("journal_mode") == "wal")
    #expect(try setting("synchronous") == "2")
    #expect(try setting("foreign_keys") == "1")
  }

  @Test func `a foreign key without its row is refused`() throws {
    let store = try SampleStore()
    #expect(
      throws: StoreError.failed(
        path: store.path, operation: "add weights", reason: "FOREIGN KEY constraint failed")
    ) {
      try store.database.write(to: "add weights") {
        _ = try $0.record(state(canary: 10), of: 99, observedAt: at(0), toolVersion: "test")
      }
    }
  }

  @Test func `an existing file keeps its content and its permissions`() throws {
    _ = try Store.Database(path: path, mode: .create).write(to: "add a target") {
      try $0.upsert(SampleStore.target)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let again = try Store.Database(path: path, mode: .create)
    #expect(try again.read(to: "look") { try $0.targets() }.map(\.target) == [SampleStore.target])
    #expect(try permissions(of: path) == 0o640)
  }

  @Test func `an empty file becomes a database for writers and is none for readers`() throws {
    try folder.write("", to: "analyze.db")
    #expect(throws: StoreError.foreign(path: path)) {
      _ = try Store.Database(path: path, mode: .readOnly)
    }
    _ = try Store.Database(path: path, mode: .readWrite)
    _ = try Store.Database(path: path, mode: .readOnly)
  }

  @Test func `a link to a database is followed`() throws {
    _ = try Store.Database(path: path, mode: .create)
    let link = folder.path("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    _ = try Store.Database(path: link, mode: .readOnly)
    _ = try Store.Database(path: link, mode: .create)
    #expect(
      try FileManager.default.attributesOfItem(atPath: link)[.type] as? FileAttributeType
        == .typeSymbolicLink)
  }

  @Test func `a link whose file is still missing leads to the new file`() throws {
    let link = folder.path("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    _ = try Store.Database(path: link, mode: .create)
    _ = try Store.Database(path: path, mode: .readOnly)
    #expect(try permissions(of: path) == 0o600)
  }

  @Test func `several that make the file at once end up with one file`() throws {
    for round in 1...20 {
      let path = folder.path("\(round).db")
      let failures = Failures()
      DispatchQueue.concurrentPerform(iterations: 4) { number in
        failures.catching {
          let database = try Store.Database(path: path, mode: .create)
          _ = try database.write(to: "add a target") {
            try $0.upsert(
              Target(
                name: "target-\(number)",
                virtualService: ObjectName(namespace: "istio", name: "app"), host: "app"))
          }
        }
      }
      #expect(failures.all == [])
      let database = try Store.Database(path: path, mode: .readOnly)
      #expect(try database.read(to: "look") { try $0.targets() }.count == 4)
    }
  }

  @Test func `readers do not change the file, nor can they`() async throws {
    let store = try SampleStore()
    try store.look(state(canary: 10), at: 0)
    try store.store([interval(0)], [responses(): [interval(0).end: 5]])
    _ = try await store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    let before = try Data(contentsOf: URL(filePath: store.path))
    let reader = try Store.Database(path: store.path, mode: .readOnly)
    _ = try reader.read(to: "look") { reader in
      _ = try reader.weightSpans(of: store.targetID)
      _ = try reader.observations(
        of: store.targetID, by: .source, in: TimeWindow(from: at(0), to: at(60)))
    }
    for database in [reader, store.database] {
      #expect(
        throws: StoreError.failed(
          path: store.path, operation: "look", reason: "attempt to write a readonly database")
      ) { try database.firstRow("DELETE FROM observation RETURNING count") }
    }
    #expect(throws: StoreError.self) {
      try reader.write(to: "add a target") { writer in
        let other = ObjectName(namespace: "shop", name: "checkout")
        _ = try writer.upsert(Target(name: "checkout", virtualService: other, host: "checkout"))
      }
    }
    #expect(try Data(contentsOf: URL(filePath: store.path)) == before)
  }

  @Test func `a reader sees one moment, whatever is written meanwhile`() throws {
    let store = try SampleStore()
    let reader = try Store.Database(path: store.path, mode: .readOnly)
    let counts = try reader.read(to: "look") { reader in
      let before = try reader.targets().count
      _ = try store.database.write(to: "add a target") {
        try $0.upsert(
          Target(
            name: "other", virtualService: ObjectName(namespace: "istio", name: "other"),
            host: "other"))
      }
      return [before, try reader.targets().count]
    }
    #expect(counts == [1, 1])
    #expect(try reader.read(to: "look") { try $0.targets().count } == 2)
  }
}
