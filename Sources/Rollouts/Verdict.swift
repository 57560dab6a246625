/// The gate's answer to "may this go to 100 %?".
public enum Verdict: String, Hashable, Sendable {
  /// The canary has been shown to be no worse than the policy allows.
  case promote
  /// The canary has been shown to be worse than the policy allows.
  case block
  /// There is not enough evidence yet for either.
  case hold
  /// It could not be evaluated.
  case unknown
}

/// A figure with bounds that hold at the policy's confidence at every look, not at this one alone.
public struct Estimate: Hashable, Sendable {
  /// The figure; `nil` if there is none.
  public let estimate: Double?
  /// Its lower bound; `nil` if it has none.
  public let lower: Double?
  /// Its upper bound; `nil` if it has none.
  public let upper: Double?
  /// Why a figure is missing.
  public let reason: String?

  /// A figure with its bounds.
  public init(estimate: Double?, lower: Double?, upper: Double?, reason: String? = nil) {
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
    self.reason = reason
  }

  /// A figure that is not known.
  public static func missing(_ reason: String) -> Estimate {
    Estimate(estimate: nil, lower: nil, upper: nil, reason: reason)
  }
}

/// What one check of the gate found.
public struct CheckResult: Hashable, Sendable {
  /// The check's name in the policy, such as `errors`.
  public let name: String
  /// What the check says by itself.
  public let verdict: Verdict
  /// What it measures.
  public let metric: String
  /// The version under test.
  public let canary: String
  /// The version it is compared with.
  public let baseline: String
  /// The canary's figure against the limit.
  public let estimate: Estimate
  /// The largest figure that the policy tolerates; `nil` where it is not known yet.
  public let limit: Double?
  /// Largest evidence so far that the canary is outside its margin: natural logarithm of the
  /// e-value.
  public let evidenceToBlock: Double?
  /// Largest evidence so far that the canary is within its margin: natural logarithm of the
  /// e-value.
  public let evidenceToPromote: Double?
  /// The evidence at which the check decides: natural logarithm of one over the tolerated error
  /// probability.
  public let requiredEvidence: Double
  /// About how many more requests, all versions together, it takes until it can decide; `nil`
  /// where that is not known or not needed.
  public let requestsNeeded: Int?
  /// The finding in a sentence, with its figures.
  public let explanation: String

  /// What one check found.
  public init(
    name: String, verdict: Verdict, metric: String, canary: String, baseline: String,
    estimate: Estimate, limit: Double?, evidenceToBlock: Double?, evidenceToPromote: Double?,
    requiredEvidence: Double, requestsNeeded: Int?, explanation: String
  ) {
    self.name = name
    self.verdict = verdict
    self.metric = metric
    self.canary = canary
    self.baseline = baseline
    self.estimate = estimate
    self.limit = limit
    self.evidenceToBlock = evidenceToBlock
    self.evidenceToPromote = evidenceToPromote
    self.requiredEvidence = requiredEvidence
    self.requestsNeeded = requestsNeeded
    self.explanation = explanation
  }
}

/// A verdict and what it rests on.
public struct Judgement: Hashable, Sendable {
  /// The verdict of the gate.
  public let verdict: Verdict
  /// Why, most important first.
  public let reasons: [String]
  /// What each check found.
  public let checks: [CheckResult]

  /// A verdict and what it rests on.
  public init(verdict: Verdict, reasons: [String], checks: [CheckResult]) {
    self.verdict = verdict
    self.reasons = reasons
    self.checks = checks
  }
}
