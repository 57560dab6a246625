import Analysis
import Rollouts

/// Requests by duration: buckets side by side, by upper bound in milliseconds.
enum Durations {
  static let bounds: [Double] = [10, 25, 50, 100, 250, 500, 1000, .infinity]
  /// Of 100 requests: 70 take longer than 10 ms, 40 than 25, 20 than 50, 7 than 100, 1 than 250.
  static let usual: [Double: Int] = [10: 30, 25: 30, 50: 20, 100: 13, 250: 6, 500: 1]
  /// Likewise, but 6 take longer than 250 ms, and 2 than 500.
  static let slowTail: [Double: Int] = [10: 30, 25: 30, 50: 20, 100: 10, 250: 4, 500: 4, 1000: 2]
}

extension [Double: Int] {
  /// So many times as many requests of each duration.
  func times(_ factor: Int) -> [Double: Int] { mapValues { $0 * factor } }
}

extension RolloutEvidence {
  /// Each interval with the same durations of v2 and of v1, none of them failed.
  static func latency(
    canary: [Double: Int], baseline: [Double: Int], intervals: Int
  ) -> RolloutEvidence {
    let observations = (0..<intervals).flatMap { index in
      [("v1", baseline), ("v2", canary)].map { version, durations in
        Observation.sample(
          index, version, requests: durations.values.reduce(0, +), durations: durations)
      }
    }
    var evidence = sample(observations, intervals: intervals)
    evidence.durationBounds = ["v1": Durations.bounds, "v2": Durations.bounds]
    return evidence
  }
}

extension PolicyCheck {
  static func latency(_ slowness: LatencyDemand.Slowness = .everyBound) -> PolicyCheck {
    PolicyCheck(
      name: "latency", demand: .latency(LatencyDemand(atMost: .latency, at: slowness)))
  }
}
