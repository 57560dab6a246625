import Analysis
import Rollouts

/// Moments are seconds after 2026-11-24T08:00:00Z, which is on the grid of 15 s.
func at(_ seconds: Double) -> Timestamp {
  Timestamp(millisecondsSince1970: 1_795_507_200_000 + Int64((seconds * 1000).rounded()))
}

/// The slot of 15 s with the number, counted from 2026-11-24T08:00:00Z.
func interval(_ number: Int) -> Interval {
  Interval(start: at(Double(number) * 15), end: at(Double(number + 1) * 15))
}

func weights(_ entries: KeyValuePairs<String, Int>) -> Weights {
  Weights(
    entries.map {
      VersionWeight(
        version: $0.key, weight: $0.value, destination: Destination(host: "app", subset: $0.key))
    })
}

/// A weight state that is known to have been in force from one moment to another.
func span(
  _ id: Int64, _ entries: KeyValuePairs<String, Int>, from: Double, until: Double,
  changedAt: Double? = nil, observedAt: Double? = nil
) -> WeightSpan {
  WeightSpan(
    id: id, state: WeightState(weights: weights(entries), route: "", changedAt: changedAt.map(at)),
    observedAt: at(observedAt ?? from), validFrom: at(from), validUntil: at(until),
    isSuperseded: false, gapBefore: false)
}

/// What two versions counted in one interval: requests and errors.
struct Counts: Equatable {
  var canary: (requests: Int, errors: Int)
  var baseline: (requests: Int, errors: Int)

  static func == (left: Counts, right: Counts) -> Bool {
    left.canary == right.canary && left.baseline == right.baseline
  }
}

extension RolloutEvidence {
  /// A rollout of v2 (and further versions) beside v1 with one step, long known when the first
  /// interval begins.
  static func sample(
    _ counts: [Counts], canaries: [String] = ["v2"], others: [Observation] = []
  ) -> RolloutEvidence {
    let end = Double(counts.count) * 15
    let step = span(1, ["v1": 90, "v2": 10], from: -600, until: end)
    let observations = counts.enumerated().flatMap { index, counted in
      [("v1", counted.baseline), ("v2", counted.canary)].filter { $0.1.requests > 0 }.map {
        observation(index, $0.0, requests: $0.1.requests, errors: $0.1.errors)
      }
    }
    return RolloutEvidence(
      rollout: Rollout(
        id: 1, startedAt: at(-600), endedAt: nil, baseline: "v1", canaries: canaries,
        state: .running, steps: [step]),
      reporter: .source, intervals: counts.indices.map(interval),
      observations: observations + others)
  }

  static func observation(
    _ index: Int, _ version: String, requests: Int, errors: Int
  ) -> Observation {
    let responses: [ResponseStatus: Int] = ["200": requests - errors, "503": errors].filter {
      $0.value > 0
    }
    return Observation(
      interval: interval(index), version: version, reporter: .source, responses: responses,
      durations: Histogram())
  }
}

extension Policy {
  /// The standard policy with another margin.
  static func margin(ratio: Double, points: Double) -> Policy {
    var policy = Policy.standard
    policy.errorMargin = ErrorMargin(ratio: ratio, points: points)
    return policy
  }
}
