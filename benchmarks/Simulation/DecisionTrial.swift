#if canImport(Glibc)
  import Glibc
#endif
import Statistics

/// How long it takes in one simulated rollout until there is enough evidence.
public struct DecisionTrial: Sendable {
  /// What is to be shown, and what is enough.
  public struct Question: Sendable {
    /// What is tolerated.
    public var margin: Margin
    /// That the canary is outside its margin, or within.
    public var direction: Direction
    /// The evidence in nats that is enough.
    public var required: Double

    /// Creates a question of its parts.
    public init(margin: Margin, direction: Direction, required: Double) {
      self.margin = margin
      self.direction = direction
      self.required = required
    }

    /// The requests that any test needs at least on average; `nil` where no number suffices.
    public func leastRequests(_ traffic: Traffic) -> Double? {
      Information.requestsNeeded(
        toShow: direction, canaryRate: traffic.baselineRate * traffic.ratio,
        baselineRate: traffic.baselineRate, canaryShare: traffic.canaryShares[0], margin: margin,
        alpha: exp(-required))
    }
  }

  /// How many intervals it took the process with dispersion 1 alone; `nil` if there never was enough.
  public let plain: Int?
  /// How many it took the gate that knows nothing of the dependence; `nil` likewise.
  public let gate: Int?

  /// Simulates a rollout with independent requests.
  ///
  /// - Parameters:
  ///   - question: What is to be shown.
  ///   - traffic: What the versions are.
  ///   - intervals: How long it is.
  ///   - seed: Another rollout each.
  public init(_ question: Question, _ traffic: Traffic, intervals: Int, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let strata = traffic.strata(.independent, intervals: intervals, using: &generator)
    let guarded = GuardedEvidence.running(
      strata, margin: question.margin, dispersion: .estimated, strict: false)
    func first(_ evidence: [Double]) -> Int? {
      evidence.firstIndex { $0 >= question.required }.map { $0 + 1 }
    }
    plain = first(
      AffineMarginProcess.logEvidence(
        strata, margin: question.margin, direction: question.direction))
    gate = first(question.direction == .worse ? guarded.toBlock : guarded.toPromote)
  }
}
