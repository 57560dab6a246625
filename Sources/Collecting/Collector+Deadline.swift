import VictoriaMetrics

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
    let (result, isLate) = await DeadlineClock.shared.run(until: end, on: metrics.taskExecutor) {
      () async -> Result<Value, CollectingError> in
      do throws(CollectingError) {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    }
    guard isLate else { return try result.get() }
    return try result.mapError { CollectingError.tooSlow(after: settings.deadline, $0) }.get()
  }
}
