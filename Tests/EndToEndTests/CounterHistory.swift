import TestSupport

/// Counters as a few proxies show them, of which every growth is known.
///
/// They are scraped with jitter, reset when a proxy restarts, and some of them begin late.
struct CounterHistory {
  /// The samples as a scrape would have taken them.
  private(set) var samples: [ImportedSample] = []
  /// How much each version's counters grew in (start, end], by response code.
  private(set) var requests: [String: [String: Int]] = [:]
  /// How much each version's duration counters grew, by upper bound.
  private(set) var durations: [String: [String: Int]] = [:]

  private static let bounds = ["5", "10", "25", "+Inf"]
  private var generator: SplitMix64

  /// A history from `start` to `end` (seconds since 1970), and something before and after it that
  /// does not count.
  init(seed: UInt64, start: Int64, end: Int64) {
    generator = SplitMix64(seed: seed)
    for version in ["v1", "v2"] {
      for pod in 0..<3 {
        let labels = [
          "reporter": "source", "destination_service_name": "app-backend",
          "destination_service_namespace": "istio", "destination_version": version,
          "instance": "\(version)-\(pod)",
        ]
        for code in ["200", "404", "503"] {
          let isLate = Bool.random(using: &generator)
          addRequests(labels, version, code, isLate: isLate, start: start, end: end)
        }
        addDurations(labels, version, start: start, end: end)
      }
    }
    samples.shuffle(using: &generator)
  }

  /// The times of scrapes: about every 15 s, up to 2 s early or late, some of them missed.
  private mutating func scrapeTimes(from start: Int64, to end: Int64) -> [Int64] {
    let offset = Int64.random(in: 0..<15_000, using: &generator)
    return stride(from: start * 1000 + offset, to: end * 1000, by: 15_000).compactMap { time in
      guard Int.random(in: 0..<12, using: &generator) > 0 else { return nil }
      return time + Int64.random(in: -2000...2000, using: &generator)
    }
  }

  private mutating func addRequests(
    _ labels: [String: String], _ version: String, _ code: String, isLate: Bool, start: Int64,
    end: Int64
  ) {
    let first = isLate ? (start + end) / 2 : start - 300
    var value = 0
    for time in scrapeTimes(from: first, to: end + 120) {
      var growth = Int.random(in: 1...9, using: &generator)
      // Only a decrease shows a reset.
      if value > 10, Int.random(in: 0..<25, using: &generator) == 0 { value = 0 }
      if value == 0 { growth = min(growth, 5) }
      value += growth
      var labels = labels
      labels["response_code"] = code
      samples.append(
        ImportedSample(
          "istio_requests_total", labels, value: Double(value), timeMilliseconds: time))
      if start * 1000 < time, time <= end * 1000 {
        requests[version, default: [:]][code, default: 0] += growth
      }
    }
  }

  private mutating func addDurations(
    _ labels: [String: String], _ version: String, start: Int64, end: Int64
  ) {
    var values = Self.bounds.map { _ in 0 }
    for time in scrapeTimes(from: start - 300, to: end + 120) {
      if values[0] > 10, Int.random(in: 0..<25, using: &generator) == 0 {
        values = Self.bounds.map { _ in 0 }
      }
      var upTo = 0
      for (index, bound) in Self.bounds.enumerated() {
        let growth = Int.random(in: 1...3, using: &generator)
        upTo += growth
        values[index] += upTo
        var labels = labels
        labels["le"] = bound
        samples.append(
          ImportedSample(
            "istio_request_duration_milliseconds_bucket", labels, value: Double(values[index]),
            timeMilliseconds: time))
        if start * 1000 < time, time <= end * 1000 {
          durations[version, default: [:]][bound, default: 0] += growth
        }
      }
    }
  }
}
