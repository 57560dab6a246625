import GRDB
import Synchronization

/// Commits what several tasks write at about the same time in one transaction, since each commit
/// waits for the disk, however little there is to write.
///
/// What comes while one transaction is under way goes into the next one; nobody waits for others to
/// come. Each task's part is a savepoint: one that fails leaves no trace and the others as they are.
final class GroupCommit: Sendable {
  private struct Part: Sendable {
    /// Writes, and returns what tells the task that all is well, once it is committed.
    let write: @Sendable (GRDB.Database) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private let queue: DatabaseQueue
  private let waiting = Mutex<[Part]>([])

  init(queue: DatabaseQueue) {
    self.queue = queue
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
    let isFirst = waiting.withLock { parts in
      parts.append(part)
      return parts.count == 1
    }
    guard isFirst else { return }
    queue.asyncWriteWithoutTransaction { [self] database in
      let parts = waiting.withLock { parts in
        defer { parts = [] }
        return parts
      }
      commit(parts, in: database)
    }
  }

  private func commit(_ parts: [Part], in database: GRDB.Database) {
    var waiting = parts[...]
    var written: [(succeed: @Sendable () -> Void, fail: @Sendable (any Error) -> Void)] = []
    do {
      try database.inTransaction(.immediate) {
        while let part = waiting.popFirst() {
          do {
            var succeed: (@Sendable () -> Void)?
            try database.inSavepoint {
              succeed = try part.write(database)
              return .commit
            }
            if let succeed { written.append((succeed, part.fail)) }
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
}
