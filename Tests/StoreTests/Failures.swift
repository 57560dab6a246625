import Synchronization

/// What went wrong on several threads.
final class Failures: Sendable {
  private let descriptions = Mutex<[String]>([])

  var all: [String] { descriptions.withLock { $0 } }

  func catching(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      descriptions.withLock { $0.append("\(error)") }
    }
  }
}
