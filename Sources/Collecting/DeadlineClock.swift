import Synchronization

/// Cancels what is not done by its deadline.
///
/// One sleeping task serves all deadlines: nearly all of them are met, and a timer for each would
/// cost more than much of what it guards.
final class DeadlineClock: Sendable {
  typealias Instant = ContinuousClock.Instant

  static let shared = DeadlineClock()

  private struct Entry {
    let deadline: Instant
    let cancel: @Sendable () -> Void
  }

  private struct State {
    var entries: [Int: Entry] = [:]
    var lastNumber = 0
    /// When the sleeping task wakes up; `nil` if there is none.
    var wakesAt: Instant?
  }

  private let state = Mutex(State())

  /// Does something, and cancels it at its deadline.
  ///
  /// - Parameters:
  ///   - deadline: When it is cancelled.
  ///   - executor: Where it is done; `nil`: where tasks are done.
  ///   - body: Ends soon once it is cancelled.
  /// - Returns: What the body returns, and whether the deadline came first.
  func run<Value: Sendable>(
    until deadline: Instant, on executor: (any TaskExecutor)? = nil,
    _ body: @escaping @Sendable () async -> Value
  ) async -> (value: Value, isLate: Bool) {
    let task = Task(executorPreference: executor) { await body() }
    let number = add(Entry(deadline: deadline) { task.cancel() })
    let value = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    return (value, isLate: !remove(number))
  }

  private func add(_ entry: Entry) -> Int {
    let (number, needsToWakeEarlier) = state.withLock { state in
      state.lastNumber += 1
      state.entries[state.lastNumber] = entry
      let needsToWakeEarlier = state.wakesAt.map { entry.deadline < $0 } ?? true
      if needsToWakeEarlier { state.wakesAt = entry.deadline }
      return (state.lastNumber, needsToWakeEarlier)
    }
    if needsToWakeEarlier { sleep(until: entry.deadline) }
    return number
  }

  /// Whether it was still there.
  private func remove(_ number: Int) -> Bool {
    state.withLock { $0.entries.removeValue(forKey: number) != nil }
  }

  private func sleep(until moment: Instant) {
    Task.detached { [self] in
      // Nobody cancels it.
      try? await Task.sleep(until: moment, clock: .continuous)
      wake(moment)
    }
  }

  private func wake(_ moment: Instant) {
    let (due, next) = state.withLock { state in
      let due = state.entries.filter { $0.value.deadline <= .now }
      for number in due.keys { state.entries[number] = nil }
      let next = state.entries.values.map(\.deadline).min()
      // One that sleeps less long was begun meanwhile, and goes on.
      guard state.wakesAt == moment else { return (due, Instant?.none) }
      state.wakesAt = next
      return (due, next)
    }
    for entry in due.values { entry.cancel() }
    if let next { sleep(until: next) }
  }
}
