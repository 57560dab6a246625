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
  /// Whether the gate's verdict depends on it.
  public let isRequired: Bool
  /// The canary's figure against the limit.
  public let estimate: Estimate
  /// The baseline's figure beside it; `nil` where there is none.
  public let baselineFigure: Double?
  /// The largest figure that the policy tolerates; `nil` where it is not known yet.
  public let limit: Double?
  /// Largest evidence so far that the canary is outside its margin: natural logarithm of the
  /// e-value.
  public let evidenceToBlock: Double?
  /// Evidence after the newest interval that the canary is within its margin: natural logarithm of
  /// the e-value.
  public let evidenceToPromote: Double?
  /// The evidence at which the check blocks: natural logarithm of one over its part of the bound on
  /// false blocks.
  public let requiredEvidence: Double
  /// The evidence at which it promotes, likewise; `nil` of a check that gathers none.
  public let requiredEvidenceToPromote: Double?
  /// How much more the counts are assumed to vary than those of independent requests, at least 1;
  /// `nil` where nothing was counted.
  public let dispersion: Double?
  /// About how many more requests, all versions together, it takes until it can decide; `nil`
  /// where that is not known or not needed.
  public let requestsNeeded: Int?
  /// How long that takes at the present rate, in seconds; `nil` likewise.
  public let secondsNeeded: Double?
  /// The finding in a sentence, with its figures.
  public let explanation: String

  /// What one check found.
  public init(
    name: String, verdict: Verdict, metric: String, canary: String, baseline: String,
    isRequired: Bool = true, estimate: Estimate, baselineFigure: Double? = nil, limit: Double?,
    evidenceToBlock: Double?, evidenceToPromote: Double?, requiredEvidence: Double,
    requiredEvidenceToPromote: Double? = nil, dispersion: Double? = nil,
    requestsNeeded: Int?, secondsNeeded: Double? = nil, explanation: String
  ) {
    self.name = name
    self.verdict = verdict
    self.metric = metric
    self.canary = canary
    self.baseline = baseline
    self.isRequired = isRequired
    self.estimate = estimate
    self.baselineFigure = baselineFigure
    self.limit = limit
    self.evidenceToBlock = evidenceToBlock
    self.evidenceToPromote = evidenceToPromote
    self.requiredEvidence = requiredEvidence
    self.requiredEvidenceToPromote = requiredEvidenceToPromote
    self.dispersion = dispersion
    self.requestsNeeded = requestsNeeded
    self.secondsNeeded = secondsNeeded
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
  /// What was assumed, and what was left out.
  public let notes: [String]

  /// A verdict and what it rests on.
  public init(
    verdict: Verdict, reasons: [String], checks: [CheckResult], notes: [String] = []
  ) {
    self.verdict = verdict
    self.reasons = reasons
    self.checks = checks
    self.notes = notes
  }
}
