import Dispatch
import Foundation
import Synchronization

/// Where independent parts of an evaluation are computed at the same time.
///
/// Each part depends on what it is given alone, and results come in the order of the parts, so that
/// they are the same to the last bit whatever the number of processors.
struct Processors: Sendable {
  /// How many parts are computed at a time, at least 1.
  let count: Int

  /// All that the system lets this program use.
  static let all = Processors(count: ProcessInfo.processInfo.activeProcessorCount)

  /// Computes a value of each part.
  ///
  /// A processor that is done takes the next part, so that what takes longest should come first.
  ///
  /// - Parameters:
  ///   - parts: What values are computed of.
  ///   - value: Computes one, on any thread.
  /// - Returns: One value a part, in their order.
  func map<Part: Sendable, Value: Sendable>(
    _ parts: [Part], _ value: @Sendable (Part) -> Value
  ) -> [Value] {
    guard count > 1, parts.count > 1 else { return parts.map(value) }
    return Array(unsafeUninitializedCapacity: parts.count) { values, initializedCount in
      // Each place is written once, by whoever took it.
      nonisolated(unsafe) let values = values
      let next = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: min(count, parts.count)) { _ in
        while true {
          let place = next.add(1, ordering: .relaxed).oldValue
          guard place < parts.count else { break }
          values.initializeElement(at: place, to: value(parts[place]))
        }
      }
      initializedCount = parts.count
    }
  }
}
