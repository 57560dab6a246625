import Analysis
import Rollouts
import Testing

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
  span(
    id, weights: weights(entries), from: from, until: until, changedAt: changedAt,
    observedAt: observedAt)
}

func span(
  _ id: Int64, weights: Weights, from: Double, until: Double, changedAt: Double? = nil,
  observedAt: Double? = nil
) -> WeightSpan {
  WeightSpan(
    id: id, state: WeightState(weights: weights, route: "", changedAt: changedAt.map(at)),
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
  /// A rollout beside v1 with one step, long known when the first interval begins.
  ///
  /// - Parameters:
  ///   - observations: What was counted.
  ///   - intervals: How many intervals there are.
  ///   - weights: The weights of the step; every version but v1 is a canary.
  /// - Returns: The evidence, without anything that the gate goes by beside counts.
  static func sample(
    _ observations: [Observation], intervals: Int,
    weights: KeyValuePairs<String, Int> = ["v1": 90, "v2": 10]
  ) -> RolloutEvidence {
    RolloutEvidence(
      rollout: Rollout(
        id: 1, startedAt: at(-600), endedAt: nil, baseline: "v1",
        canaries: weights.map(\.key).filter { $0 != "v1" }, state: .running,
        steps: [span(1, weights, from: -600, until: Double(intervals) * 15)]),
      reporter: .source, intervals: (0..<intervals).map(interval), observations: observations)
  }

  /// A rollout of v2 beside v1, each interval with the counts of both.
  static func sample(
    _ counts: [Counts], others: [Observation] = [],
    weights: KeyValuePairs<String, Int> = ["v1": 90, "v2": 10]
  ) -> RolloutEvidence {
    let observations = counts.enumerated().flatMap { index, counted in
      [("v1", counted.baseline), ("v2", counted.canary)].filter { $0.1.requests > 0 }.map {
        Observation.sample(index, $0.0, requests: $0.1.requests, errors: $0.1.errors)
      }
    }
    return sample(observations + others, intervals: counts.count, weights: weights)
  }

  /// Two steps: the first with a tenth of the weight at the canary, the second with half of it.
  ///
  /// The interval in which the weights change, and the warm-up after it, are not judged; the counts
  /// of the second step are of the intervals after these.
  static func twoSteps(_ first: [Counts], _ second: [Counts]) -> RolloutEvidence {
    let leftOut = Counts(canary: (0, 0), baseline: (0, 0))
    var evidence = sample(first + [leftOut, leftOut] + second)
    let change = Double(first.count) * 15 + 5
    evidence.rollout = .sample(steps: [
      span(1, ["v1": 90, "v2": 10], from: -600, until: change),
      span(
        2, ["v1": 50, "v2": 50], from: change, until: Double(evidence.intervals.count) * 15),
    ])
    return evidence
  }

  /// The evidence as it stood after so many intervals.
  func prefix(_ intervals: Int) -> RolloutEvidence {
    var evidence = self
    evidence.intervals = Array(self.intervals.prefix(intervals))
    let known = Set(evidence.intervals)
    evidence.observations = observations.filter { known.contains($0.interval) }
    evidence.customObservations = customObservations.filter { known.contains($0.interval) }
    return evidence
  }
}

extension Observation {
  /// What a version counted in an interval, with the durations if they are given.
  static func sample(
    _ index: Int, _ version: String, requests: Int, errors: Int = 0,
    durations: [Double: Int] = [:]
  ) -> Observation {
    Observation(
      interval: AnalysisTests.interval(index), version: version, reporter: .source,
      responses: ["200": requests - errors, "503": errors].filter { $0.value > 0 },
      durations: Histogram(durations.filter { $0.value > 0 }))
  }
}

extension Policy {
  /// The standard policy with other checks.
  static func demanding(_ checks: PolicyCheck...) -> Policy { Policy(checks: checks) }

  /// The policy, changed.
  func with(_ change: (inout Policy) -> Void) -> Policy {
    var policy = self
    change(&policy)
    return policy
  }
}

extension PolicyCheck {
  static let errors = PolicyCheck.errors(ratio: 1.25, points: 0.001)

  static func errors(ratio: Double, points: Double) -> PolicyCheck {
    PolicyCheck(name: "errors", demand: .errors(ToleratedRise(ratio: ratio, points: points)))
  }

  static func limit(errorRate: Double) -> PolicyCheck {
    PolicyCheck(name: "limit", demand: .limit(.errorRate(errorRate)))
  }

  static let trafficSplit = PolicyCheck(
    name: "traffic-split", demand: .trafficSplit(oddsTolerance: 0.05))

  /// The check, changed.
  func with(_ change: (inout PolicyCheck) -> Void) -> PolicyCheck {
    var check = self
    change(&check)
    return check
  }
}

extension Judge {
  /// What a policy says of evidence that was collected just now without a finding.
  static func judgement(
    _ evidence: RolloutEvidence, _ policy: Policy, findings: [SourceFinding] = []
  ) -> Judgement {
    let newest = evidence.intervals.last ?? interval(0)
    return Judge(policy: policy).judgement(
      on: evidence, source: SourceState(newest: newest, findings: findings), asOf: newest.end)
  }

  /// What the only check of a policy says of the only canary.
  static func result(_ evidence: RolloutEvidence, _ policy: Policy) throws -> CheckResult {
    let results = judgement(evidence, policy).checks
    try #require(results.count == 1)
    return results[0]
  }
}
