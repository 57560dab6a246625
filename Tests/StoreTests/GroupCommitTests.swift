import Foundation
import Rollouts
import Store
import TestSupport
import Testing

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
