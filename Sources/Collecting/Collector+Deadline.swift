extension Collector {
  /// Does something, but only until the deadline of a run.
  ///
  /// - Parameters:
  ///   - end: When it is cancelled.
  ///   - body: Ends soon once it is cancelled.
  /// - Returns: What the body returns.
  /// - Throws: `CollectingError.tooSlow` if it failed after the deadline, else what the body throws.
  func until<Value: Sendable>(
    _ end: ContinuousClock.Instant,
    _ body: @escaping @Sendable () async throws(CollectingError) -> Value
  ) async throws(CollectingError) -> Value {
    let deadline = settings.deadline
    let result = await withTaskGroup(of: Result<Value, CollectingError>?.self) { group in
      group.addTask {
        do throws(CollectingError) {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        // It is cancelled where the body ended in time.
        _ = try? await Task.sleep(until: end, clock: .continuous)
        return nil
      }
      var isLate = false
      while let finished = await group.next() {
        group.cancelAll()
        guard let result = finished else {
          isLate = true
          continue
        }
        guard isLate else { return result }
        return result.mapError { .tooSlow(after: deadline, $0) }
      }
      preconditionFailure("the body ended without a result")
    }
    return try result.get()
  }
}
