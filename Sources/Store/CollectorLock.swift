import Foundation
import Glibc

/// Lets one collector at a time work on a database.
///
/// The system frees it when the process ends, however it ends. The transactions of the database
/// keep it whole even without; this keeps two collectors from doing the same work.
public final class CollectorLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, waiting for another collector to finish.
  ///
  /// - Parameters:
  ///   - databasePath: The database; the lock is a file beside it.
  ///   - patience: How long to wait.
  /// - Throws: `StoreError.collecting` if another collector is still at work then.
  public init(databasePath: String, patience: Duration) async throws(StoreError) {
    let path = databasePath + ".collector-lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    let end = ContinuousClock.now + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard ContinuousClock.now < end, await Self.pause() else {
        let holder = Self.holder(descriptor)
        close(descriptor)
        throw .collecting(path: databasePath, process: holder)
      }
    }
    self.descriptor = descriptor
    // Only for the message of one that waits in vain.
    let identifier = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, identifier, identifier.count, 0) }
  }

  deinit {
    close(descriptor)
  }

  /// - Returns: Whether to go on waiting: not once the task is cancelled.
  private static func pause() async -> Bool {
    do {
      try await Task.sleep(for: .milliseconds(50))
      return true
    } catch {
      return false
    }
  }

  private static func holder(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int(String(decoding: bytes.prefix(count), as: UTF8.self).prefix { $0.isNumber })
  }
}
