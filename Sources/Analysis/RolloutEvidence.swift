import Rollouts
import Statistics

/// Everything that a verdict about a rollout is made from.
public struct RolloutEvidence: Sendable, Equatable {
  /// The rollout.
  public let rollout: Rollout
  /// Whose counts are judged.
  public let reporter: Reporter
  /// The intervals that were observed since the rollout began, in order.
  public let intervals: [Interval]
  /// What was counted in them.
  public let observations: [Observation]

  /// Everything that a verdict about a rollout is made from.
  public init(
    rollout: Rollout, reporter: Reporter, intervals: [Interval], observations: [Observation]
  ) {
    self.rollout = rollout
    self.reporter = reporter
    self.intervals = intervals
    self.observations = observations
  }

  /// The intervals that belong to a step of the rollout, but for the warm-up after a weight change.
  ///
  /// An interval in which the weights changed, or were not known, belongs to no step.
  ///
  /// - Parameter warmUpIntervals: How many intervals after a change are left out besides the one
  ///   that contains it.
  /// - Returns: The intervals in the order of time.
  public func judgedIntervals(warmUpIntervals: Int) -> [Interval] {
    intervals.filter { interval in
      let warmUp = (interval.end - interval.start) * warmUpIntervals
      return rollout.steps.contains {
        $0.validFrom + warmUp <= interval.start && interval.end <= $0.validUntil
      }
    }
  }
}

/// What a canary and the baseline counted side by side in one interval of a step.
public struct JudgedInterval: Sendable, Equatable {
  /// The slot.
  public let interval: Interval
  /// Requests to the baseline.
  public let baselineRequests: Int
  /// Those that count as errors.
  public let baselineErrors: Int
  /// Requests to the canary.
  public let canaryRequests: Int
  /// Those that count as errors.
  public let canaryErrors: Int

  init(interval: Interval, baseline: Tally, canary: Tally) {
    self.interval = interval
    baselineRequests = baseline.requests
    baselineErrors = baseline.badEvents
    canaryRequests = canary.requests
    canaryErrors = canary.badEvents
  }

  var stratum: Stratum {
    Stratum(
      canary: Tally(requests: canaryRequests, badEvents: canaryErrors),
      baseline: Tally(requests: baselineRequests, badEvents: baselineErrors))
  }
}

extension RolloutEvidence {
  /// The requests and errors of a canary and the baseline in each judged interval.
  ///
  /// - Parameters:
  ///   - canary: The canary.
  ///   - policy: What counts as an error, and how long the warm-up is.
  /// - Returns: One entry an interval, in the order of time; versions without requests have zeros.
  public func errorStrata(canary: String, policy: Policy) -> [JudgedInterval] {
    let byKey = Dictionary(
      observations.map { (ObservationKey(interval: $0.interval, version: $0.version), $0) }
    ) { first, _ in first }
    func tally(_ version: String, _ interval: Interval) -> Tally {
      byKey[ObservationKey(interval: interval, version: version)]?.errorTally(policy)
        ?? Tally(requests: 0, badEvents: 0)
    }
    return judgedIntervals(warmUpIntervals: policy.warmUpIntervals).map { interval in
      JudgedInterval(
        interval: interval, baseline: tally(rollout.baseline, interval),
        canary: tally(canary, interval))
    }
  }
}

extension Observation {
  /// Requests, and those that count as errors under the policy.
  func errorTally(_ policy: Policy) -> Tally {
    let errors = responses.filter { policy.errorResponses.contains($0.key.responseClass) }
    return Tally(requests: requests, badEvents: errors.values.reduce(0, +))
  }
}

private struct ObservationKey: Hashable {
  let interval: Interval
  let version: String
}
