import Foundation
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct CollectorLockTests {
  @Test func `a second collector is told who is at work`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("analyze.db")
    let lock = try await CollectorLock(databasePath: path, patience: .zero)
    await #expect(
      throws: StoreError.collecting(
        path: path, process: Int(ProcessInfo.processInfo.processIdentifier))
    ) { _ = try await CollectorLock(databasePath: path, patience: .milliseconds(60)) }
    withExtendedLifetime(lock) {}
  }

  @Test func `the lock is free again when its holder is gone`() async throws {
    let folder = try TemporaryFolder()
    for _ in 1...3 {
      let lock = try await CollectorLock(databasePath: folder.path("a.db"), patience: .zero)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `databases are locked one by one, without making them`() async throws {
    let folder = try TemporaryFolder()
    let first = try await CollectorLock(databasePath: folder.path("a.db"), patience: .zero)
    let second = try await CollectorLock(databasePath: folder.path("b.db"), patience: .zero)
    withExtendedLifetime((first, second)) {}
    #expect(throws: StoreError.missing(path: folder.path("a.db"))) {
      _ = try Database(path: folder.path("a.db"), mode: .readOnly)
    }
  }

  @Test func `a lock in a folder that does not exist cannot be made`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("no/analyze.db")
    await #expect(
      throws: StoreError.cannotOpen(
        path: path + ".collector-lock", reason: "No such file or directory")
    ) { _ = try await CollectorLock(databasePath: path, patience: .zero) }
  }

  @Test func `the error names the process where it is known`() {
    #expect(
      StoreError.collecting(path: "a.db", process: 42).description
        == "cannot collect into a.db: another collector (process 42) is at work on it; this run "
        + "stored nothing")
    #expect(
      StoreError.collecting(path: "a.db", process: nil).description
        == "cannot collect into a.db: another collector is at work on it; this run stored nothing")
  }
}
