import Foundation
import GRDB
import Rollouts
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite struct GroupCommitTests {
  private let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  private static func target(_ number: Int) -> Target {
    Target(
      name: "target-\(number)",
      virtualService: ObjectName(namespace: "istio", name: "target-\(number)"), host: "host")
  }

  struct Refused: Error {}

  /// Writes targets at the same time; what some of them wrote is refused at the end.
  private func write(
    _ numbers: Range<Int>, refusing isRefused: @escaping @Sendable (Int) -> Bool
  ) async -> [Int: Result<Int64, StoreError>] {
    await withTaskGroup(of: (Int, Result<Int64, StoreError>).self) { group in
      for number in numbers {
        group.addTask { [database = store.database] in
          do throws(StoreError) {
            let id = try await database.writeInGroup(to: "add a target") { writer in
              let id = try writer.upsert(Self.target(number))
              if isRefused(number) { throw Refused() }
              return id
            }
            return (number, .success(id))
          } catch {
            return (number, .failure(error))
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  @Test func `what several tasks write at the same time is all stored`() async throws {
    let results = await write(0..<50) { _ in false }
    #expect(Set(results.values.compactMap { try? $0.get() }).count == 50)
    #expect(
      try await store.rows("SELECT count(*) FROM target WHERE name LIKE 'target-%'") == ["50"])
  }

  @Test func `a part that fails leaves no trace, and the others as they are`() async throws {
    let results = await write(0..<50) { $0 % 7 == 0 }
    for (number, result) in results {
      let isStored = try await !store.rows(
        "SELECT 1 FROM target WHERE name = 'target-\(number)'"
      ).isEmpty
      #expect(isStored == (number % 7 != 0))
      #expect(((try? result.get()) != nil) == isStored)
    }
    #expect(results.count == 50)
  }

  @Test func `what was written is visible to others as soon as the call returns`() async throws {
    for number in 0..<5 {
      _ = try await store.database.writeInGroup(to: "add a target") {
        try $0.upsert(Self.target(number))
      }
      #expect(
        try await store.rows("SELECT count(*) FROM target WHERE name LIKE 'target-%'")
          == ["\(number + 1)"])
    }
  }

  @Test func `every part fails while another process keeps the file locked`() async throws {
    let impatient = try Database(path: store.path, mode: .readWrite, busyTimeout: .zero)
    let (isLocked, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    async let holder: Void = blocking { [database = store.database] in
      try database.write(to: "keep the file locked") { _ in
        isLocked.signal()
        mayEnd.wait()
      }
    }
    try await blocking { isLocked.wait() }
    let error = await #expect(throws: StoreError.self) {
      try await impatient.writeInGroup(to: "add a target") { try $0.upsert(Self.target(1)) }
    }
    mayEnd.signal()
    try await holder
    #expect(error == .busy(path: store.path, operation: "add a target"))
    // Once it is free the same connection works.
    _ = try await impatient.writeInGroup(to: "add a target") { try $0.upsert(Self.target(1)) }
  }
}

/// Who waits for whom.
@Suite struct GroupingTests {
  /// Counts the commits of a database.
  private final class Commits: TransactionObserver, Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: GRDB.Database) { number.withLock { $0 += 1 } }
    func databaseDidRollback(_ database: GRDB.Database) {}
  }

  private let queue: DatabaseQueue
  private let commits = Commits()

  init() throws {
    queue = try DatabaseQueue()
    try queue.write { try $0.execute(sql: "CREATE TABLE number (value INTEGER)") }
    queue.add(transactionObserver: commits)
  }

  private func group(longestWait: Duration) -> GroupCommit {
    GroupCommit(queue: queue, longestWait: longestWait)
  }

  private static func insert(_ value: Int) -> @Sendable (GRDB.Database) throws -> Void {
    { try $0.execute(sql: "INSERT INTO number VALUES (?)", arguments: [value]) }
  }

  private func storedCount() async throws -> Int? {
    try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM number") }
  }

  @Test func `tasks that said that they will write are committed together`() async throws {
    let group = group(longestWait: .seconds(600))
    let expected = (0..<20).map { _ in group.expectWriter() }
    await withTaskGroup { tasks in
      for value in expected.indices {
        tasks.addTask { _ = await group.write(Self.insert(value)) }
      }
    }
    withExtendedLifetime(expected) {}
    #expect(try await storedCount() == 20)
    #expect(commits.count == 1)
  }

  @Test func `nobody waits for a task that has given up`() async throws {
    let group = group(longestWait: .seconds(600))
    let writer = group.expectWriter()
    var other: ExpectedWriter? = group.expectWriter()
    async let written = group.write(Self.insert(1))
    withExtendedLifetime(other) {}
    other = nil
    _ = try await written.get()
    withExtendedLifetime(writer) {}
    #expect(try await storedCount() == 1)
  }

  @Test func `nobody waits for long for a task that takes its time`() async throws {
    let group = group(longestWait: .milliseconds(1))
    let expected = [group.expectWriter(), group.expectWriter()]
    _ = try await group.write(Self.insert(1)).get()
    _ = try await group.write(Self.insert(2)).get()
    withExtendedLifetime(expected) {}
    #expect(commits.count == 2)
  }

  @Test func `who said nothing waits for nobody`() async throws {
    let group = group(longestWait: .seconds(600))
    _ = try await group.write(Self.insert(1)).get()
    #expect(commits.count == 1)
  }
}
