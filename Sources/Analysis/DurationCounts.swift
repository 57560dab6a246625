import Rollouts
import Statistics

/// Requests of one version by duration, one entry an interval.
struct DurationCounts: Sendable {
  private let intervalCount: Int
  /// Upper bounds of the buckets in milliseconds, ascending.
  private var boundsMilliseconds: [Double] { buckets.bounds }
  private var buckets: BoundPlaces
  /// The requests in each bucket: interval after interval, bucket after bucket.
  private var counts: [Int]
  /// Requests that took longer than any bound, because they were never answered.
  private var unanswered: [Int]
  /// The intervals with answers but without any duration, as where durations contradict each other.
  private(set) var placesWithoutDurations: [Int] = []

  /// Counts of nothing.
  ///
  /// - Parameters:
  ///   - intervalCount: How many intervals there are.
  ///   - boundsMilliseconds: The upper bounds that requests are known to be counted by, in any order;
  ///     others may come.
  init(intervalCount: Int, boundsMilliseconds: [Double]) {
    self.intervalCount = intervalCount
    buckets = BoundPlaces(Set(boundsMilliseconds).sorted())
    counts = Array(repeating: 0, count: intervalCount * buckets.bounds.count)
    unanswered = Array(repeating: 0, count: intervalCount)
  }

  /// Counts the requests of an interval, each interval once.
  ///
  /// Proxies count no duration of a request that was never answered. It took longer than any bound.
  ///
  /// - Parameters:
  ///   - histogram: The requests whose duration was counted.
  ///   - failed: How many of all requests failed.
  ///   - requests: All requests.
  ///   - interval: Which interval.
  mutating func add(_ histogram: Histogram, failed: Int, of requests: Int, interval: Int) {
    var counted = 0
    for (bound, count) in histogram.countsByUpperBoundMilliseconds {
      counted += count
      let bucket = buckets[bound] ?? insert(bound)
      counts[interval * boundsMilliseconds.count + bucket] = count
    }
    guard counted > 0 || requests <= failed else {
      // The durations of the interval were left out: its failures alone would all be slow.
      placesWithoutDurations.append(interval)
      return
    }
    unanswered[interval] = min(failed, max(0, requests - counted))
  }

  private mutating func insert(_ bound: Double) -> Int {
    let old = self
    let bounds = (old.boundsMilliseconds + [bound]).sorted()
    buckets = BoundPlaces(bounds)
    let place = bounds.firstIndex(of: bound) ?? 0
    counts = []
    counts.reserveCapacity(intervalCount * bounds.count)
    for interval in 0..<intervalCount {
      let row = old.row(interval)
      counts += row.prefix(place)
      counts.append(0)
      counts += row.dropFirst(place)
    }
    return place
  }

  private func row(_ interval: Int) -> ArraySlice<Int> {
    let bucketCount = boundsMilliseconds.count
    return counts[interval * bucketCount..<(interval + 1) * bucketCount]
  }

  /// Counts against bounds that are ascending and are bounds of the buckets.
  func slow(bounds: [Double]) -> SlowCounts {
    // Requests of a bucket are slower than so many of the bounds.
    let boundsBelow = boundsMilliseconds.map { upperBound in
      bounds.prefix { $0 < upperBound }.count
    }
    var requests = unanswered
    var slow = Array(repeating: 0, count: intervalCount * bounds.count)
    counts.withUnsafeBufferPointer { counts in
      slow.withUnsafeMutableBufferPointer { slow in
        for interval in 0..<intervalCount {
          let bucketsBefore = interval * boundsBelow.count
          let boundsBefore = interval * bounds.count
          for (bucket, below) in boundsBelow.enumerated() {
            let count = counts[bucketsBefore + bucket]
            requests[interval] += count
            if below > 0 { slow[boundsBefore + below - 1] += count }
          }
          var slower = unanswered[interval]
          for place in (boundsBefore..<boundsBefore + bounds.count).reversed() {
            slower += slow[place]
            slow[place] = slower
          }
        }
      }
    }
    return SlowCounts(boundCount: bounds.count, requests: requests, slow: slow)
  }
}

/// Requests whose duration is known, and those slower than each of some bounds, one entry an interval.
struct SlowCounts: Sendable, Equatable {
  let boundCount: Int
  private(set) var requests: [Int]
  /// Interval after interval, bound after bound.
  private(set) var slow: [Int]

  init(boundCount: Int, requests: [Int], slow: [Int]) {
    self.boundCount = boundCount
    self.requests = requests
    self.slow = slow
  }

  func tally(interval: Int, bound: Int) -> Tally {
    Tally(requests: requests[interval], badEvents: slow[interval * boundCount + bound])
  }

  /// What was counted against one bound.
  func tallies(bound: Int) -> [Tally] {
    requests.indices.map { tally(interval: $0, bound: bound) }
  }

  /// What was counted in all intervals, one entry a bound.
  var totals: [Tally] {
    let allRequests = requests.reduce(0, +)
    var allSlow = Array(repeating: 0, count: boundCount)
    for interval in requests.indices {
      for bound in 0..<boundCount { allSlow[bound] += slow[interval * boundCount + bound] }
    }
    return allSlow.map { Tally(requests: allRequests, badEvents: $0) }
  }

  /// Leaves out what was counted in some intervals.
  mutating func leaveOut(_ intervals: [Int]) {
    for interval in intervals {
      requests[interval] = 0
      for place in interval * boundCount..<(interval + 1) * boundCount { slow[place] = 0 }
    }
  }
}
