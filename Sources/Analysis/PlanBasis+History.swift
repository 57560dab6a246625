import Rollouts
import Statistics

extension PlanBasis {
  /// What was normal in a stretch of history; `nil` if nothing was counted.
  ///
  /// - Parameters:
  ///   - observations: What was counted, of the versions that are normal.
  ///   - seconds: How long the intervals were that were observed, above 0.
  ///   - bounds: Upper bounds of the duration buckets in milliseconds.
  ///   - policy: What counts as an error.
  public init?(
    _ observations: [Observation], seconds: Double, bounds: [Double], policy: Policy
  ) {
    let tally = Tally.total(observations.map { $0.errorTally(policy) })
    guard let errorRate = tally.rate, seconds > 0 else { return nil }
    var durations: [Double: Int] = [:]
    for observation in observations {
      durations.merge(
        observation.durations.countsByUpperBoundMilliseconds, uniquingKeysWith: +)
    }
    let finite = bounds.filter(\.isFinite).sorted()
    let slow = SlowRequests(Histogram(durations), bounds: finite)
    let chosen = HistogramBounds.choose(
      cumulativeCounts: slow.slow.map { slow.requests - $0 }, requests: slow.requests)
    self.init(
      requestsPerSecond: Double(tally.requests) / seconds, errorRate: errorRate,
      slowShares: chosen.map { Double(slow.slow[$0]) / Double(slow.requests) })
  }
}
