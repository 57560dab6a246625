import Rollouts

/// Everything that a verdict about a rollout is made from.
public struct RolloutEvidence: Sendable, Equatable {
  /// The rollout.
  public var rollout: Rollout
  /// Whose counts are judged.
  public var reporter: Reporter
  /// The intervals that were observed since the rollout began, in order.
  public var intervals: [Interval]
  /// What was counted in them.
  public var observations: [Observation]
  /// The upper bounds of each version's duration buckets, in milliseconds.
  public var durationBounds: [String: [Double]]
  /// The baseline's durations before the rollout, by which latency bounds are chosen.
  public var earlierDurations: Histogram
  /// What the user's own queries counted.
  public var customObservations: [CustomObservation]
  /// What calibration found out about the dependence between requests.
  public var calibrations: [Calibration]
  /// How many other policies the rollout was judged by before this one.
  public var earlierPolicies: Int

  /// Everything that a verdict about a rollout is made from.
  public init(
    rollout: Rollout, reporter: Reporter, intervals: [Interval], observations: [Observation],
    durationBounds: [String: [Double]] = [:], earlierDurations: Histogram = Histogram(),
    customObservations: [CustomObservation] = [], calibrations: [Calibration] = [],
    earlierPolicies: Int = 0
  ) {
    self.rollout = rollout
    self.reporter = reporter
    self.intervals = intervals
    self.observations = observations
    self.durationBounds = durationBounds
    self.earlierDurations = earlierDurations
    self.customObservations = customObservations
    self.calibrations = calibrations
    self.earlierPolicies = earlierPolicies
  }
}
