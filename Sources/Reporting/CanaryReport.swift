import Rollouts

/// What the canary report says, before it is put into a format.
public struct CanaryReport: Sendable {
  /// When it was made.
  public let generatedAt: Timestamp
  /// The version of the tool.
  public let toolVersion: String
  /// The service.
  public let target: Target
  /// The stretch of time.
  public let window: TimeWindow
  /// The rollout that was the last to run in the window; `nil` if there was none.
  public let rollout: Rollout?
  /// What each version did in the window.
  public let versions: [VersionFigures]
  /// Each canary against the baseline.
  public let deltas: [DeltaFigures]
  /// The weight timeline.
  public let weights: [WeightEntry]
  /// What each version did under each weight state.
  public let steps: [StepFigures]
  /// Configured against observed shares.
  public let trafficSplit: [SplitFigures]
  /// Largest evidence of any canary that the shares are not as configured: natural logarithm of the
  /// e-value; `nil` if no check looks at it, or nothing was counted.
  public let splitMismatchEvidence: Double?
  /// How complete the window is.
  public let dataQuality: DataQuality
  /// What the gate said in the window.
  public let decisions: [Decision]
  /// Who let a rollout pass the gate in the window.
  public let overrides: [GateOverride]
  /// What the gate would say now.
  public let judgement: Judgement
  /// Requests, errors and durations of each version over time.
  public let timelines: [VersionTimeline]
  /// What is not known of the window, and what is left out of the judgement.
  public let knowledge: Knowledge
  /// How the evidence of each check grew within the window; long histories are thinned.
  public let evidence: [EvidenceHistory]
  /// The chance that any of the bounds ever fails, between 0 and 1.
  public let falseBound: Double
  /// The answers of the report's queries, by name.
  public let sections: [ReportSection]
}

/// What one version did in a stretch of time.
public struct VersionFigures: Sendable {
  /// What a version is to a rollout.
  public enum Role: String, Sendable {
    /// The version that the others are compared with.
    case baseline
    /// The version that is being rolled out.
    case canary
  }

  /// The version.
  public let version: String
  /// What it is to the rollout; `nil` if it has no part in it.
  public let role: Role?
  /// Its configured share at the end, a fraction of 1; `nil` if it is not known.
  public let weight: Double?
  /// Requests.
  public let requests: Int
  /// Those that count as errors.
  public let errors: Int
  /// Errors by requests.
  public let errorRate: Estimate
  /// Requests by response class, in order; all classes.
  public let responses: [(responseClass: ResponseClass, requests: Int)]
  /// Latency quantiles by name (`p50`…), in milliseconds.
  public let latencyMilliseconds: [(quantile: String, estimate: Estimate)]
  /// The beginning of the first interval with a request.
  public let firstSeenAt: Timestamp?
  /// The end of the last interval with a request.
  public let lastSeenAt: Timestamp?
}

/// A canary against the baseline.
public struct DeltaFigures: Sendable {
  /// The canary.
  public let canary: String
  /// The baseline.
  public let baseline: String
  /// The canary's error rate minus the baseline's, intervals compared each within itself.
  public let errorRateDifference: Estimate
  /// The canary's error rate by the baseline's, likewise.
  public let errorRateRatio: Estimate
  /// The canary's latency quantiles by the baseline's, by name (`p50`…).
  public let latencyRatios: [(quantile: String, ratio: Estimate)]
  /// How many intervals entered.
  public let strata: Int
}

/// One weight state in the timeline.
public struct WeightEntry: Sendable {
  /// When the weights came into force, as far as is known.
  public let from: Timestamp
  /// Until when they are known to have been in force.
  public let to: Timestamp
  /// Whether these are the present weights.
  public let isCurrent: Bool
  /// The configured shares, in the route's order.
  public let weights: [(version: String, share: Double)]
  /// Who wrote them.
  public let changedBy: String?
  /// When they were written, to the second.
  public let changedAt: Timestamp?
  /// When they were first seen.
  public let observedAt: Timestamp
  /// The object's generation.
  public let generation: Int?
  /// The object's version in the API server.
  public let resourceVersion: String?
  /// Whether it is unknown which weights were in force just before.
  public let gapBefore: Bool
}

/// What each version did under one weight state.
public struct StepFigures: Sendable {
  /// From when the weights are known to have been in force.
  public let from: Timestamp
  /// Until when.
  public let to: Timestamp
  /// The configured shares.
  public let weights: [(version: String, share: Double)]
  /// The versions; empty where the report was made without them.
  public let versions: [VersionFigures]
  /// The verdict on its evidence alone; `nil` if it has no part in the rollout that is judged.
  public let verdict: Verdict?
}

/// Configured against observed share of one version under one weight state.
public struct SplitFigures: Sendable {
  /// The weight state.
  public let weightStateID: Int64
  /// From when on it is known to have been in force.
  public let from: Timestamp?
  /// The version.
  public let version: String
  /// As configured, a fraction of 1.
  public let configuredShare: Double
  /// As counted, a fraction of 1.
  public let observedShare: Double
  /// How many requests it got.
  public let requests: Int
}

/// How complete a window is.
public struct DataQuality: Sendable {
  /// The width of an interval; `nil` if none is stored.
  public let stepSeconds: Int?
  /// How many intervals the window has.
  public let intervalsExpected: Int?
  /// How many of them are stored.
  public let intervalsPresent: Int
  /// How many of these may still change.
  public let intervalsUnsettled: Int
  /// How many counts of settled intervals were corrected.
  public let corrections: Int
  /// The stretches without a stored interval, and why, where that is known.
  public let gaps: [(window: TimeWindow, reason: String?)]
  /// The stretches in which a check of the policy's own could not count, and why.
  public let customGaps: [(check: String, window: TimeWindow, reason: String)]
  /// How far the newest stored interval is behind the end of the window.
  public let lagSeconds: Double?
  /// Whose counts are judged.
  public let reporter: Reporter?
  /// What could not be seen.
  public let blindSpots: [String]
}
