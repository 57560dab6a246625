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
  /// What they could not count, in the order of time.
  public var customGaps: [CustomGap]
  /// What calibration found out about the dependence between requests.
  public var calibrations: [Calibration]
  /// How many other policies the rollout was judged by before this one.
  public var earlierPolicies: Int
  /// How many of the intervals were corrected after they had settled.
  public var correctedIntervals: Int
  /// When the rollout before it, of any of the same canaries, was rolled back; `nil` if that was more
  /// than a day before this one began.
  public var rolledBackAt: Timestamp?

  /// Everything that a verdict about a rollout is made from.
  public init(
    rollout: Rollout, reporter: Reporter, intervals: [Interval], observations: [Observation],
    durationBounds: [String: [Double]] = [:], earlierDurations: Histogram = Histogram(),
    customObservations: [CustomObservation] = [], customGaps: [CustomGap] = [],
    calibrations: [Calibration] = [],
    earlierPolicies: Int = 0, correctedIntervals: Int = 0, rolledBackAt: Timestamp? = nil
  ) {
    self.rollout = rollout
    self.reporter = reporter
    self.intervals = intervals
    self.observations = observations
    self.durationBounds = durationBounds
    self.earlierDurations = earlierDurations
    self.customObservations = customObservations
    self.customGaps = customGaps
    self.calibrations = calibrations
    self.earlierPolicies = earlierPolicies
    self.correctedIntervals = correctedIntervals
    self.rolledBackAt = rolledBackAt
  }
}

extension RolloutEvidence {
  /// What was counted in a stretch of time.
  ///
  /// - Parameter window: The stretch; intervals that it cuts are left out.
  /// - Returns: The evidence, about the same rollout.
  public func within(_ window: TimeWindow) -> RolloutEvidence {
    var part = self
    part.intervals = intervals.filter(window.contains)
    part.observations = observations.filter { window.contains($0.interval) }
    part.customObservations = customObservations.filter { window.contains($0.interval) }
    part.customGaps = customGaps.filter { window.contains($0.interval) }
    return part
  }

  /// What was counted under one weight state, as if the rollout had no other step.
  ///
  /// - Parameters:
  ///   - id: The number of the weight state.
  ///   - window: The stretch of time.
  /// - Returns: The evidence; `nil` if the weight state is no step of the rollout.
  func step(_ id: Int64, within window: TimeWindow) -> RolloutEvidence? {
    guard let span = rollout.steps.first(where: { $0.id == id }) else { return nil }
    var part = within(window)
    part.rollout = Rollout(
      id: rollout.id, startedAt: rollout.startedAt, endedAt: rollout.endedAt,
      baseline: rollout.baseline, canaries: rollout.canaries, state: rollout.state, steps: [span])
    return part
  }
}
