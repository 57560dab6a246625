import GRDB
import Synchronization

/// Commits what several tasks write at about the same time in one transaction, since each commit
/// waits for the disk, however little there is to write.
///
/// A part waits for those of tasks that said that they are about to write, but not for long: with
/// one that takes its time the others are not held up. Each task's part is a savepoint: one that
/// fails leaves no trace and the others as they are.
///
/// Source: PostgreSQL, `commit_delay` and `commit_siblings`.
final class GroupCommit: Sendable {
  private struct Part: Sendable {
    /// Writes, and returns what tells the task that all is well, once it is committed.
    let write: @Sendable (GRDB.Database) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct State {
    var waiting: [Part] = []
    /// How many tasks are about to write, those that wait among them.
    var writerCount = 0
    /// Which group waits: a wait that ends after its group was committed is for nothing.
    var group = 0

    var isComplete: Bool { !waiting.isEmpty && waiting.count >= writerCount }

    mutating func takeAll() -> [Part] {
      defer { waiting = [] }
      group += 1
      return waiting
    }
  }

  private let queue: DatabaseQueue
  private let longestWait: Duration
  private let state = Mutex(State())

  /// - Parameters:
  ///   - queue: Where to write.
  ///   - longestWait: How long a part waits for those of others.
  init(queue: DatabaseQueue, longestWait: Duration = .milliseconds(25)) {
    self.queue = queue
    self.longestWait = longestWait
  }

  /// Says that a task is about to write, until it lets go of what is returned.
  func expectWriter() -> ExpectedWriter {
    state.withLock { $0.writerCount += 1 }
    return ExpectedWriter { [self] in
      let isComplete = state.withLock { state in
        state.writerCount -= 1
        return state.isComplete
      }
      if isComplete { commitWaiting() }
    }
  }

  /// Writes; ends once that is on the disk.
  ///
  /// - Parameter body: Writes within the transaction.
  /// - Returns: What `body` returns, or why nothing of it was written.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (GRDB.Database) throws -> Value
  ) async -> Result<Value, any Error> {
    await withCheckedContinuation { continuation in
      add(
        Part { database in
          let value = try body(database)
          return { continuation.resume(returning: .success(value)) }
        } fail: { error in
          continuation.resume(returning: .failure(error))
        })
    }
  }

  private func add(_ part: Part) {
    let (isFirst, isComplete, group) = state.withLock { state in
      state.waiting.append(part)
      return (state.waiting.count == 1, state.isComplete, state.group)
    }
    if isComplete { return commitWaiting() }
    guard isFirst else { return }
    Task {
      try? await Task.sleep(for: longestWait, tolerance: .zero)
      if state.withLock({ $0.group == group }) { commitWaiting() }
    }
  }

  private func commitWaiting() {
    queue.asyncWriteWithoutTransaction { [self] database in
      // Those that came while this waited for its turn go with it.
      let parts = state.withLock { $0.takeAll() }
      if !parts.isEmpty { commit(parts, in: database) }
    }
  }

  private func commit(_ parts: [Part], in database: GRDB.Database) {
    var waiting = parts[...]
    var written: [(succeed: @Sendable () -> Void, fail: @Sendable (any Error) -> Void)] = []
    do {
      try database.inTransaction(.immediate) {
        while let part = waiting.popFirst() {
          do {
            let succeed = try inSavepoint(database) { try part.write(database) }
            written.append((succeed, part.fail))
          } catch {
            part.fail(error)
            // A full disk ends the whole transaction.
            guard database.isInsideTransaction else { throw error }
          }
        }
        return .commit
      }
      for part in written { part.succeed() }
    } catch {
      for part in written { part.fail(error) }
      for part in waiting { part.fail(error) }
    }
  }

  /// GRDB's own savepoint has its statements compiled anew each time.
  private func inSavepoint<Value>(
    _ database: GRDB.Database, _ body: () throws -> Value
  ) throws -> Value {
    try database.cachedStatement(sql: "SAVEPOINT part").execute()
    do {
      let value = try body()
      try database.cachedStatement(sql: "RELEASE SAVEPOINT part").execute()
      return value
    } catch {
      if database.isInsideTransaction {
        try database.cachedStatement(sql: "ROLLBACK TO SAVEPOINT part").execute()
        try database.cachedStatement(sql: "RELEASE SAVEPOINT part").execute()
      }
      throw error
    }
  }
}

/// A task that is about to write; others wait for it a little, until this is let go.
public final class ExpectedWriter: Sendable {
  private let end: @Sendable () -> Void

  init(end: @escaping @Sendable () -> Void) {
    self.end = end
  }

  deinit { end() }
}
