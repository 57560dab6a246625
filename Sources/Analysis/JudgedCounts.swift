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

  private let versions: [String: VersionCounts]

  /// Picks the judged intervals of the evidence.
  public init(_ evidence: RolloutEvidence, policy: Policy) {
    self.init(evidence, policy: policy, processors: .all)
  }

  init(_ evidence: RolloutEvidence, policy: Policy, processors: Processors) {
    self.evidence = evidence
    self.policy = policy
    let judged = Self.judgedIntervals(of: evidence, policy: policy)
    intervals = judged.map(\.interval)
    weights = judged.map(\.weights)
    let observations = Self.observations(of: evidence, in: intervals)
    let counts = processors.map(observations) { version, observations in
      VersionCounts(
        observations, of: evidence.observations,
        boundsMilliseconds: evidence.durationBounds[version] ?? [],
        errorResponses: policy.errorResponses)
    }
    versions = Dictionary(uniqueKeysWithValues: zip(observations.map(\.version), counts))
  }

  /// The intervals that are judged, and the weights in force in each.
  private static func judgedIntervals(
    of evidence: RolloutEvidence, policy: Policy
  ) -> [(interval: Interval, weights: Weights)] {
    let steps = evidence.rollout.steps
    var width: Duration?
    var judgedFrom: [Timestamp] = []
    return evidence.intervals.compactMap { interval in
      if interval.end - interval.start != width {
        width = interval.end - interval.start
        judgedFrom = evidence.rollout.ends(
          ofWarmUpsBy: policy, intervalWidth: interval.end - interval.start)
      }
      return steps.indices.first {
        judgedFrom[$0] <= interval.start && interval.end <= steps[$0].validUntil
      }.map { (interval, steps[$0].weights) }
    }
  }

  /// The stretch from the first to the last judged interval; `nil` if there is none.
  public var window: TimeWindow? { Self.window(from: intervals.first, to: intervals.last) }

  /// The stretch of the intervals that are judged, without counting anything in them.
  static func window(of evidence: RolloutEvidence, policy: Policy) -> TimeWindow? {
    let judged = judgedIntervals(of: evidence, policy: policy)
    return window(from: judged.first?.interval, to: judged.last?.interval)
  }

  private static func window(from first: Interval?, to last: Interval?) -> TimeWindow? {
    guard let first, let last else { return nil }
    return TimeWindow(from: first.start, to: last.end)
  }

  /// The baseline's name.
  public var baseline: String { evidence.rollout.baseline }

  /// Requests and errors of a version.
  ///
  /// - Parameter version: The version.
  /// - Returns: One entry an interval.
  func errors(of version: String) -> [Tally] { counts(of: version).errors }

  /// Requests of a version.
  ///
  /// - Parameter version: The version.
  /// - Returns: One entry an interval.
  func requests(of version: String) -> [Int] { counts(of: version).requests }

  /// Requests of a version by duration.
  ///
  /// - Parameter version: The version.
  /// - Returns: One entry an interval.
  func durations(of version: String) -> [Histogram] {
    counts(of: version).observations.map { place in
      place.map { evidence.observations[$0].durations } ?? Histogram()
    }
  }

  /// Requests whose duration is known, and those among them that were slower than each bound.
  ///
  /// Nothing of an interval whose durations were left out: its failures alone would all be slow.
  ///
  /// - Parameters:
  ///   - version: The version.
  ///   - bounds: Bucket bounds in milliseconds, ascending.
  /// - Returns: One entry an interval.
  func slow(of version: String, bounds: [Double]) -> SlowCounts {
    counts(of: version).durations.slow(bounds: bounds)
  }

  /// The places of the intervals in which a version's durations were left out.
  ///
  /// - Parameter version: The version.
  /// - Returns: Places among the judged intervals, ascending.
  func placesWithoutDurations(of version: String) -> [Int] {
    counts(of: version).durations.placesWithoutDurations
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

  /// Why judged intervals are left out of a check whose own queries could not count in them, in words;
  /// `nil` if none is.
  ///
  /// - Parameter check: The check that the queries belong to.
  /// - Returns: How many, and why the first of them is.
  func untrustedCustom(_ check: String) -> String? {
    let gaps = evidence.customGaps.filter { $0.check == check }
    guard !gaps.isEmpty else { return nil }
    let judged = Set(intervals)
    let leftOut = gaps.filter { judged.contains($0.interval) }
    return leftOut.first.map { first in
      "\(leftOut.count.groupedText) of \(intervals.count.groupedText) judged intervals are left out, "
        + "whose counts could not be trusted: \(first.reason)"
    }
  }

  /// How many requests all versions had by the second, of late; `nil` if that is not known.
  var requestsBySecond: Double? { requestsBySecond(Array(versions.values)) }

  /// How many requests a version had by the second, of late; `nil` if it had none.
  func requestsBySecond(of version: String) -> Double? {
    requestsBySecond([counts(of: version)])
  }

  private func requestsBySecond(_ columns: [VersionCounts]) -> Double? {
    let recent = intervals.indices.suffix(20)
    let seconds = recent.reduce(0) { $0 + (intervals[$1].end - intervals[$1].start).seconds }
    let requests = columns.reduce(0) { sum, counts in
      recent.reduce(sum) { $0 + counts.requests[$1] }
    }
    guard seconds > 0, requests > 0 else { return nil }
    return Double(requests) / seconds
  }

  private func counts(of version: String) -> VersionCounts {
    versions[version] ?? VersionCounts(intervalCount: intervals.count)
  }

  /// Which of the observations belongs to each of some intervals, by version.
  private static func observations(
    of evidence: RolloutEvidence, in intervals: [Interval]
  ) -> [(version: String, observations: [Int?])] {
    var places = IntervalPlaces(intervals)
    var versions: [(version: String, observations: [Int?])] = []
    var version = 0
    // Whole observations are not copied: each would be fetched from memory for its reference counts.
    for index in evidence.observations.indices {
      guard let place = places.place(of: evidence.observations[index].interval) else { continue }
      let name = evidence.observations[index].version
      // Observations come in the order of time, and mostly all versions in the same order.
      version = version + 1 < versions.count ? version + 1 : 0
      if version >= versions.count || versions[version].version != name {
        if let known = versions.firstIndex(where: { $0.version == name }) {
          version = known
        } else {
          version = versions.count
          versions.append(
            (name, Array(repeating: nil, count: intervals.count)))
        }
      }
      versions[version].observations[place] = index
    }
    return versions
  }
}

/// Where intervals are among some others; quick where they are asked for in the same order.
private struct IntervalPlaces {
  private let intervals: [Interval]
  private var latest = 0
  private lazy var places = Dictionary(
    uniqueKeysWithValues: intervals.enumerated().map { ($0.element, $0.offset) })

  init(_ intervals: [Interval]) { self.intervals = intervals }

  mutating func place(of interval: Interval) -> Int? {
    for place in latest..<min(latest + 2, intervals.count) where intervals[place] == interval {
      latest = place
      return place
    }
    let place = places[interval]
    if let place { latest = place }
    return place
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
