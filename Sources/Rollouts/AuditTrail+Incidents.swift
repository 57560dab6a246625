/// What went wrong while counts were collected.
extension AuditTrail {
  /// Slots one after another that could not be trusted, for one reason.
  public struct Gap: Hashable, Sendable {
    /// The stretch of time.
    public let window: TimeWindow
    /// The check of the policy whose own queries count nothing there; `nil`: nothing is counted.
    public let check: String?
    /// Why.
    public let reason: String

    /// Slots that could not be trusted.
    public init(window: TimeWindow, check: String?, reason: String) {
      self.window = window
      self.check = check
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

  /// Runs of the collector that stored nothing, with none that stored something between them.
  public struct Failures: Hashable, Sendable {
    /// Why runs failed, and how many of them.
    public struct Reason: Hashable, Sendable {
      /// Why, on one line.
      public let text: String
      /// How many runs.
      public var runs: Int

      /// Why runs failed.
      public init(text: String, runs: Int) {
        self.text = text
        self.runs = runs
      }
    }

    /// From the first run to the last.
    public var window: TimeWindow
    /// Why they failed, in the order in which the reasons came up; at least one.
    public var reasons: [Reason]

    /// Runs of the collector that stored nothing.
    public init(window: TimeWindow, reasons: [Reason]) {
      self.window = window
      self.reasons = reasons
    }
  }

  /// What one run after another found wrong with the source of the counts.
  public struct Finding: Hashable, Sendable {
    /// From the first run that found it to the next that did not, or to the newest run.
    public let window: TimeWindow
    /// What they found.
    public let finding: SourceFinding

    /// What runs found wrong.
    public init(window: TimeWindow, finding: SourceFinding) {
      self.window = window
      self.finding = finding
    }
  }
}
