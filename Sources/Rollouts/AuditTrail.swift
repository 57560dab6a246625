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

  /// Slots one after another that could not be trusted, for one reason.
  public struct Gap: Hashable, Sendable {
    /// The stretch of time.
    public let window: TimeWindow
    /// Why.
    public let reason: String

    /// Slots that could not be trusted.
    public init(window: TimeWindow, reason: String) {
      self.window = window
      self.reason = reason
    }
  }

  /// Counts that one run of the collector found to be others.
  public struct Corrections: Hashable, Sendable {
    /// The number of the ledger's first entry about them.
    public let entry: Int64?
    /// When.
    public let at: Timestamp
    /// How many counts.
    public let count: Int

    /// Counts that one run of the collector found to be others.
    public init(entry: Int64?, at: Timestamp, count: Int) {
      self.entry = entry
      self.at = at
      self.count = count
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
  /// What could not be counted.
  public var gaps: [Gap]
  /// What was counted anew.
  public var corrections: [Corrections]

  /// What is on record about a target.
  public init(
    weights: [WeightChange] = [], decisions: [RecordedDecision] = [],
    overrides: [GateOverride] = [], policyChanges: [PolicyChange] = [], gaps: [Gap] = [],
    corrections: [Corrections] = []
  ) {
    self.weights = weights
    self.decisions = decisions
    self.overrides = overrides
    self.policyChanges = policyChanges
    self.gaps = gaps
    self.corrections = corrections
  }
}
