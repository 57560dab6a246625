/// What two versions counted against several latency bounds, by interval: the requests, and at each
/// bound those that were slower.
///
/// Held as flat arrays, because a day of intervals with twenty bounds is walked in one go.
public struct LatencyCounts: Sendable, Hashable {
  /// How many bounds there are.
  public let boundCount: Int
  /// The canary's requests, by interval.
  public private(set) var canaryRequests: [Int] = []
  /// The baseline's requests, by interval.
  public private(set) var baselineRequests: [Int] = []
  /// The canary's requests slower than each bound: interval after interval, bound after bound.
  public private(set) var canarySlow: [Int] = []
  /// The baseline's requests slower than each bound: interval after interval, bound after bound.
  public private(set) var baselineSlow: [Int] = []

  /// Creates counts without intervals.
  ///
  /// - Parameter boundCount: How many bounds each interval is counted against, at least 0.
  public init(boundCount: Int) {
    precondition(boundCount >= 0)
    self.boundCount = boundCount
  }

  /// Creates counts from flat arrays.
  ///
  /// - Parameters:
  ///   - boundCount: How many bounds each interval is counted against, at least 0.
  ///   - canaryRequests: The canary's requests, by interval, each at least 0.
  ///   - canarySlow: How many of them were slower than each bound, 0…the requests: interval after
  ///     interval, bound after bound.
  ///   - baselineRequests: The baseline's requests, one count an interval likewise.
  ///   - baselineSlow: How many of them were slower than each bound, likewise.
  public init(
    boundCount: Int, canaryRequests: [Int], canarySlow: [Int], baselineRequests: [Int],
    baselineSlow: [Int]
  ) {
    precondition(boundCount >= 0)
    precondition(canaryRequests.count == baselineRequests.count, "both versions' intervals")
    precondition(
      Self.areAmong(canaryRequests, canarySlow, boundCount: boundCount)
        && Self.areAmong(baselineRequests, baselineSlow, boundCount: boundCount),
      "slow requests are among the requests")
    self.boundCount = boundCount
    self.canaryRequests = canaryRequests
    self.baselineRequests = baselineRequests
    self.canarySlow = canarySlow
    self.baselineSlow = baselineSlow
  }

  private static func areAmong(_ requests: [Int], _ slow: [Int], boundCount: Int) -> Bool {
    guard slow.count == requests.count * boundCount else { return false }
    for interval in requests.indices {
      guard requests[interval] >= 0 else { return false }
      for place in interval * boundCount..<(interval + 1) * boundCount
      where slow[place] < 0 || slow[place] > requests[interval] {
        return false
      }
    }
    return true
  }

  /// Takes the one kind of bad event of strata for the only bound.
  init(_ strata: [Stratum]) {
    boundCount = 1
    canaryRequests = strata.map(\.canary.requests)
    baselineRequests = strata.map(\.baseline.requests)
    canarySlow = strata.map(\.canary.badEvents)
    baselineSlow = strata.map(\.baseline.badEvents)
  }

  /// How many intervals there are.
  public var intervalCount: Int { canaryRequests.count }

  /// Adds the next interval.
  ///
  /// - Parameters:
  ///   - canaryRequests: The canary's requests, at least 0.
  ///   - canarySlow: How many of them were slower than each bound, 0…`canaryRequests`.
  ///   - baselineRequests: The baseline's requests, at least 0.
  ///   - baselineSlow: How many of them were slower than each bound, 0…`baselineRequests`.
  public mutating func append(
    canaryRequests: Int, canarySlow: some Collection<Int>, baselineRequests: Int,
    baselineSlow: some Collection<Int>
  ) {
    precondition(
      canarySlow.count == boundCount && baselineSlow.count == boundCount, "one count a bound")
    precondition(
      canaryRequests >= 0 && canarySlow.allSatisfy { $0 >= 0 && $0 <= canaryRequests }
        && baselineRequests >= 0 && baselineSlow.allSatisfy { $0 >= 0 && $0 <= baselineRequests },
      "slow requests are among the requests")
    self.canaryRequests.append(canaryRequests)
    self.baselineRequests.append(baselineRequests)
    self.canarySlow.append(contentsOf: canarySlow)
    self.baselineSlow.append(contentsOf: baselineSlow)
  }

  /// Returns the counts of the first intervals only.
  ///
  /// - Parameter intervals: How many, 0…`intervalCount`.
  /// - Returns: Counts against the same bounds.
  public func prefix(intervals: Int) -> LatencyCounts {
    precondition((0...intervalCount).contains(intervals))
    return part(0..<intervals)
  }

  /// Returns the counts of the last intervals only.
  ///
  /// - Parameter intervals: How many, 0…`intervalCount`.
  /// - Returns: Counts against the same bounds.
  public func suffix(intervals: Int) -> LatencyCounts {
    precondition((0...intervalCount).contains(intervals))
    return part(intervalCount - intervals..<intervalCount)
  }

  /// Returns the counts of some intervals only, given in the order of time.
  func part(_ intervals: [Int]) -> LatencyCounts {
    guard intervals.count < intervalCount else { return self }
    var counts = LatencyCounts(boundCount: boundCount)
    counts.canaryRequests = intervals.map { canaryRequests[$0] }
    counts.baselineRequests = intervals.map { baselineRequests[$0] }
    counts.canarySlow.reserveCapacity(intervals.count * boundCount)
    counts.baselineSlow.reserveCapacity(intervals.count * boundCount)
    for interval in intervals {
      for place in interval * boundCount..<(interval + 1) * boundCount {
        counts.canarySlow.append(canarySlow[place])
        counts.baselineSlow.append(baselineSlow[place])
      }
    }
    return counts
  }

  private func part(_ intervals: Range<Int>) -> LatencyCounts {
    let slow = intervals.lowerBound * boundCount..<intervals.upperBound * boundCount
    var counts = LatencyCounts(boundCount: boundCount)
    counts.canaryRequests = Array(canaryRequests[intervals])
    counts.baselineRequests = Array(baselineRequests[intervals])
    counts.canarySlow = Array(canarySlow[slow])
    counts.baselineSlow = Array(baselineSlow[slow])
    return counts
  }

  /// Returns the strata of one bound, where a bad event is a request slower than it.
  ///
  /// - Parameter boundIndex: Which bound, 0..<`boundCount`.
  /// - Returns: One stratum an interval.
  public func strata(boundIndex: Int) -> [Stratum] {
    precondition((0..<boundCount).contains(boundIndex))
    return (0..<intervalCount).map { stratum(interval: $0, boundIndex: boundIndex) }
  }

  func stratum(interval: Int, boundIndex: Int) -> Stratum {
    let index = interval * boundCount + boundIndex
    return Stratum(
      canary: Tally(requests: canaryRequests[interval], badEvents: canarySlow[index]),
      baseline: Tally(requests: baselineRequests[interval], badEvents: baselineSlow[index]))
  }
}
