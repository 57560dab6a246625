/// A person lets a rollout pass the gate for a while.
public struct GateOverride: Hashable, Sendable {
  /// The number of the ledger's entry.
  public let entry: Int64
  /// The rollout.
  public let rolloutID: Int64
  /// Who, as they said.
  public let by: String
  /// Why.
  public let reason: String
  /// From when on.
  public let at: Timestamp
  /// When it was recorded; `nil` in records from before that was kept.
  public let decidedAt: Timestamp?
  /// Until when; from then on the gate answers as ever.
  public let until: Timestamp

  /// A person lets a rollout pass the gate for a while.
  public init(
    entry: Int64, rolloutID: Int64, by: String, reason: String, at: Timestamp,
    decidedAt: Timestamp?, until: Timestamp
  ) {
    self.entry = entry
    self.rolloutID = rolloutID
    self.by = by
    self.reason = reason
    self.at = at
    self.decidedAt = decidedAt
    self.until = until
  }

  /// Whether it is in force at a moment.
  public func isInForce(at moment: Timestamp) -> Bool { at <= moment && moment < until }
}

/// A stored verdict with what the record needs of it.
public struct RecordedDecision: Hashable, Sendable {
  /// The verdict.
  public let decision: Decision
  /// The number of the ledger's entry; `nil` if there is none.
  public let entry: Int64?
  /// The rollout; `nil` if none was running.
  public let rolloutID: Int64?
  /// The ledger's entry of the override that let the rollout pass all the same.
  public let overrideEntry: Int64?

  /// A stored verdict with what the record needs of it.
  public init(decision: Decision, entry: Int64?, rolloutID: Int64?, overrideEntry: Int64?) {
    self.decision = decision
    self.entry = entry
    self.rolloutID = rolloutID
    self.overrideEntry = overrideEntry
  }
}

/// What is on record about a target, each kind in the order of time.
public struct AuditTrail: Hashable, Sendable {
  /// A weight state and its entry.
  public struct WeightChange: Hashable, Sendable {
    /// The weights and when they were in force.
    public let span: WeightSpan
    /// The number of the ledger's entry.
    public let entry: Int64?

    /// A weight state and its entry.
    public init(span: WeightSpan, entry: Int64?) {
      self.span = span
      self.entry = entry
    }
  }

  /// A reading that dates a weight state back, which was recorded after later ones.
  public struct EarlierReading: Hashable, Sendable {
    /// The number of the ledger's entry.
    public let entry: Int64
    /// When the weights were read.
    public let at: Timestamp
    /// The weight state.
    public let weightStateID: Int64

    /// A reading that dates a weight state back.
    public init(entry: Int64, at: Timestamp, weightStateID: Int64) {
      self.entry = entry
      self.at = at
      self.weightStateID = weightStateID
    }
  }

  /// The gate began to judge a rollout by another policy.
  public struct PolicyChange: Hashable, Sendable {
    /// The number of the ledger's entry.
    public let entry: Int64
    /// The moment that the first decision by it speaks about.
    public let at: Timestamp
    /// When that decision was made; `nil` in records from before that was kept.
    public let decidedAt: Timestamp?
    /// The rollout; `nil` if none was running.
    public let rolloutID: Int64?
    /// Whether the rollout was judged before, by another policy.
    public let isChange: Bool

    /// The gate began to judge a rollout by another policy.
    public init(
      entry: Int64, at: Timestamp, decidedAt: Timestamp?, rolloutID: Int64?, isChange: Bool
    ) {
      self.entry = entry
      self.at = at
      self.decidedAt = decidedAt
      self.rolloutID = rolloutID
      self.isChange = isChange
    }
  }

  /// The weights.
  public var weights: [WeightChange]
  /// What the gate said.
  public var decisions: [RecordedDecision]
  /// Who let which rollout pass.
  public var overrides: [GateOverride]
  /// By which policies.
  public var policyChanges: [PolicyChange]
  /// Readings that showed known weights at an earlier time than any before.
  public var earlierReadings: [EarlierReading]
  /// What could not be counted.
  public var gaps: [Gap]
  /// What was counted anew.
  public var corrections: [Corrections]
  /// Runs of the collector that stored nothing.
  public var failures: [Failures]
  /// What runs found wrong with the source of the counts.
  public var findings: [Finding]

  /// What is on record about a target.
  public init(
    weights: [WeightChange] = [], decisions: [RecordedDecision] = [],
    overrides: [GateOverride] = [], policyChanges: [PolicyChange] = [],
    earlierReadings: [EarlierReading] = [], gaps: [Gap] = [], corrections: [Corrections] = [],
    failures: [Failures] = [], findings: [Finding] = []
  ) {
    self.weights = weights
    self.decisions = decisions
    self.overrides = overrides
    self.policyChanges = policyChanges
    self.earlierReadings = earlierReadings
    self.gaps = gaps
    self.corrections = corrections
    self.failures = failures
    self.findings = findings
  }
}
