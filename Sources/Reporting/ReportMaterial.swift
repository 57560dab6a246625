import Analysis
import Rollouts

/// What a canary report is made from: the answers of the report's queries, and what was counted.
public struct ReportMaterial: Sendable {
  /// The answers of the queries that concern versions, for one stretch of time.
  public struct VersionTables: Sendable {
    /// Answer of `errors.sql`.
    public var errors: Table
    /// Answer of `latency.sql`.
    public var latency: Table
    /// Answer of `durations.sql`.
    public var durations: Table

    /// The answers for one stretch of time.
    public init(errors: Table, latency: Table, durations: Table) {
      self.errors = errors
      self.latency = latency
      self.durations = durations
    }
  }

  /// A weight state and the part of it that lies in the window.
  public struct Step: Sendable {
    /// The weight state.
    public var span: WeightSpan
    /// The stretch of time.
    public var window: TimeWindow
    /// The answers for it; `nil` where nobody asks for them.
    public var tables: VersionTables?
    /// The verdict on its evidence alone; `nil` if it has no part in the rollout that is judged, or
    /// nobody asks.
    public var verdict: Verdict?

    /// A weight state and the part of it that lies in the window.
    public init(
      span: WeightSpan, window: TimeWindow, tables: VersionTables?, verdict: Verdict? = nil
    ) {
      self.span = span
      self.window = window
      self.tables = tables
      self.verdict = verdict
    }
  }

  /// When the report is made.
  public var generatedAt: Timestamp
  /// The version of the tool.
  public var toolVersion: String
  /// The service.
  public var target: Target
  /// The stretch of time.
  public var window: TimeWindow
  /// The answers for the whole window.
  public var versions: VersionTables
  /// Answer of `weights.sql`.
  public var weights: Table
  /// Answer of `traffic_split.sql`.
  public var trafficSplit: Table
  /// Answer of `data_quality.sql`.
  public var dataQuality: Table
  /// Answer of `gaps.sql`.
  public var gaps: Table
  /// Answer of `custom_gaps.sql`.
  public var customGaps: Table
  /// Answer of `blind_spots.sql`.
  public var blindSpots: Table
  /// Answer of `decisions.sql`.
  public var decisions: Table
  /// Answer of `overrides.sql`.
  public var overrides: Table
  /// The weight states in the window.
  public var steps: [Step]
  /// Answer of `requests_by_interval.sql`.
  public var requestsByInterval: Table
  /// Answer of `durations_by_interval.sql`.
  public var durationsByInterval: Table
  /// The bounds of the duration buckets by version.
  public var durationBounds: [String: [Double]]
  /// The rollout's evidence within the window; `nil` if there is none.
  public var evidence: RolloutEvidence?
  /// How the evidence of each check grew since the rollout began.
  public var evidenceHistories: [EvidenceHistory]
  /// The last rollout in the window; `nil` if there was none.
  public var rollout: Rollout?
  /// What the gate would say now.
  public var judgement: Judgement
  /// What is demanded.
  public var policy: Policy

  /// What a canary report is made from.
  public init(
    generatedAt: Timestamp, toolVersion: String, target: Target, window: TimeWindow,
    versions: VersionTables, weights: Table, trafficSplit: Table, dataQuality: Table, gaps: Table,
    customGaps: Table, blindSpots: Table, decisions: Table, overrides: Table, steps: [Step],
    requestsByInterval: Table, durationsByInterval: Table, durationBounds: [String: [Double]],
    evidence: RolloutEvidence?,
    evidenceHistories: [EvidenceHistory], rollout: Rollout?, judgement: Judgement, policy: Policy
  ) {
    self.generatedAt = generatedAt
    self.toolVersion = toolVersion
    self.target = target
    self.window = window
    self.versions = versions
    self.weights = weights
    self.trafficSplit = trafficSplit
    self.dataQuality = dataQuality
    self.gaps = gaps
    self.customGaps = customGaps
    self.blindSpots = blindSpots
    self.decisions = decisions
    self.overrides = overrides
    self.steps = steps
    self.requestsByInterval = requestsByInterval
    self.durationsByInterval = durationsByInterval
    self.durationBounds = durationBounds
    self.evidence = evidence
    self.evidenceHistories = evidenceHistories
    self.rollout = rollout
    self.judgement = judgement
    self.policy = policy
  }
}

extension ReportMaterial {
  /// The answers for the whole window, in the order in which they are read.
  var sections: [ReportSection] {
    [
      ("errors", versions.errors), ("latency", versions.latency),
      ("durations", versions.durations), ("weights", weights), ("traffic_split", trafficSplit),
      ("requests_by_interval", requestsByInterval),
      ("durations_by_interval", durationsByInterval), ("data_quality", dataQuality),
      ("gaps", gaps), ("custom_gaps", customGaps), ("blind_spots", blindSpots),
      ("decisions", decisions), ("overrides", overrides),
    ].map(ReportSection.init(name:table:))
  }
}
