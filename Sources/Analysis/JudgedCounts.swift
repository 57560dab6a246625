import Rollouts
import Statistics

/// What the versions of a rollout counted in the intervals that are judged, side by side.
public struct JudgedCounts: Sendable {
  /// What was counted.
  public let evidence: RolloutEvidence
  /// What counts as an error, and how long the warm-up is.
  public let policy: Policy
  /// The intervals that belong to a step of the rollout, but for the warm-up after a weight change.
  ///
  /// An interval in which the weights changed, or were not known, belongs to no step.
  public let intervals: [Interval]
  /// The weights in force in each of them.
  let weights: [Weights]

  private let observations: [String: [Observation?]]

  /// Picks the judged intervals of the evidence.
  public init(_ evidence: RolloutEvidence, policy: Policy) {
    self.evidence = evidence
    self.policy = policy
    let judged = evidence.intervals.compactMap { interval in
      evidence.rollout.steps.first {
        $0.validFrom + (policy.warmUp ?? (interval.end - interval.start)) <= interval.start
          && interval.end <= $0.validUntil
      }.map { (interval, $0.weights) }
    }
    intervals = judged.map(\.0)
    weights = judged.map(\.1)
    let places = Dictionary(
      uniqueKeysWithValues: intervals.enumerated().map { ($0.element, $0.offset) })
    var observations: [String: [Observation?]] = [:]
    for observation in evidence.observations {
      guard let place = places[observation.interval] else { continue }
      observations[
        observation.version, default: Array(repeating: nil, count: places.count)
      ][place] = observation
    }
    self.observations = observations
  }

  /// The stretch from the first to the last judged interval; `nil` if there is none.
  public var window: TimeWindow? {
    guard let first = intervals.first, let last = intervals.last else { return nil }
    return TimeWindow(from: first.start, to: last.end)
  }

  /// The baseline's name.
  public var baseline: String { evidence.rollout.baseline }

  /// Requests and errors of a version.
  ///
  /// - Parameter version: The version.
  /// - Returns: One entry an interval.
  func errors(of version: String) -> [Tally] {
    column(of: version, empty: Tally(requests: 0, badEvents: 0)) { $0.errorTally(policy) }
  }

  /// Requests of a version.
  ///
  /// - Parameter version: The version.
  /// - Returns: One entry an interval.
  func requests(of version: String) -> [Int] {
    column(of: version, empty: 0, \.requests)
  }

  /// Requests of a version by duration.
  ///
  /// - Parameter version: The version.
  /// - Returns: One entry an interval.
  func durations(of version: String) -> [Histogram] {
    column(of: version, empty: Histogram(), \.durations)
  }

  /// Requests whose duration is known, and those among them that were slower than each bound.
  ///
  /// - Parameters:
  ///   - version: The version.
  ///   - bounds: Bucket bounds in milliseconds, ascending.
  /// - Returns: One entry an interval.
  func slow(of version: String, bounds: [Double]) -> [SlowRequests] {
    column(of: version, empty: SlowRequests(requests: 0, slow: bounds.map { _ in 0 })) {
      SlowRequests($0, bounds: bounds)
    }
  }

  /// What a query of the user's own counted for a version.
  ///
  /// - Parameters:
  ///   - check: The check that the query belongs to.
  ///   - version: The version.
  /// - Returns: One entry an interval.
  func custom(_ check: String, of version: String) -> [Tally] {
    let counted = Dictionary(
      evidence.customObservations.filter { $0.check == check && $0.version == version }
        .map { ($0.interval, Tally(requests: $0.good + $0.bad, badEvents: $0.bad)) },
      uniquingKeysWith: +)
    return intervals.map { counted[$0] ?? Tally(requests: 0, badEvents: 0) }
  }

  /// How many requests all versions had by the second, of late; `nil` if that is not known.
  var requestsBySecond: Double? {
    let recent = intervals.indices.suffix(20)
    let seconds = recent.reduce(0) { $0 + (intervals[$1].end - intervals[$1].start).seconds }
    let requests = observations.values.reduce(0) { sum, column in
      recent.reduce(sum) { $0 + (column[$1]?.requests ?? 0) }
    }
    guard seconds > 0, requests > 0 else { return nil }
    return Double(requests) / seconds
  }

  private func column<Value>(
    of version: String, empty: Value, _ value: (Observation) -> Value
  ) -> [Value] {
    guard let column = observations[version] else { return intervals.map { _ in empty } }
    return column.map { $0.map(value) ?? empty }
  }
}

/// Requests whose duration is known, and those slower than each of some bounds.
struct SlowRequests: Equatable {
  var requests: Int
  var slow: [Int]

  init(requests: Int, slow: [Int]) {
    self.requests = requests
    self.slow = slow
  }

  /// Counts a histogram against bounds that are ascending and are bounds of its buckets.
  init(_ histogram: Histogram, bounds: [Double]) {
    requests = histogram.requests
    slow = bounds.map { _ in 0 }
    for (upperBound, count) in histogram.countsByUpperBoundMilliseconds {
      for index in bounds.indices {
        guard upperBound > bounds[index] else { break }
        slow[index] += count
      }
    }
  }

  /// Counts the requests of an interval.
  ///
  /// Proxies count no duration of a request that was never answered. It took longer than any bound.
  init(_ observation: Observation, bounds: [Double]) {
    self.init(observation.durations, bounds: bounds)
    let failed = observation.responses.reduce(0) { sum, response in
      [.serverError, .noResponse].contains(response.key.responseClass)
        ? sum + response.value : sum
    }
    let unanswered = min(failed, max(0, observation.requests - requests))
    requests += unanswered
    for index in slow.indices { slow[index] += unanswered }
  }
}

extension JudgedCounts {
  func errorStrata(canary: String) -> [Stratum] {
    zip(errors(of: canary), errors(of: baseline)).map(Stratum.init(canary:baseline:))
  }

  /// Requests and errors of a canary and the baseline side by side.
  ///
  /// - Parameter canary: The canary.
  /// - Returns: One entry an interval.
  public func errorCounts(of canary: String) -> [ErrorCounts] {
    zip(errors(of: canary), errors(of: baseline)).map { canary, baseline in
      ErrorCounts(
        baselineRequests: baseline.requests, baselineErrors: baseline.badEvents,
        canaryRequests: canary.requests, canaryErrors: canary.badEvents)
    }
  }
}

/// What a canary and the baseline counted side by side in one interval.
public struct ErrorCounts: Sendable, Equatable {
  /// Requests to the baseline.
  public let baselineRequests: Int
  /// Those that count as errors.
  public let baselineErrors: Int
  /// Requests to the canary.
  public let canaryRequests: Int
  /// Those that count as errors.
  public let canaryErrors: Int
}

extension Observation {
  /// Requests, and those that count as errors under the policy.
  func errorTally(_ policy: Policy) -> Tally {
    var tally = Tally(requests: 0, badEvents: 0)
    for (status, count) in responses {
      tally.requests += count
      if policy.errorResponses.contains(status) { tally.badEvents += count }
    }
    return tally
  }
}
