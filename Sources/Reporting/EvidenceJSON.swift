import Analysis
import Rollouts

/// What a decision rests on, as JSON for the database.
public enum EvidenceJSON {
  /// The policy as evaluated.
  ///
  /// - Parameter policy: The policy.
  /// - Returns: The value.
  public static func policy(_ policy: Policy) -> JSONValue {
    .object([
      ("baseline", .string(policy.baseline)),
      ("falseBlockBound", .number(policy.falseBlockBound)),
      ("falsePromoteBound", .number(policy.falsePromoteBound)),
      (
        "errors",
        .object([
          (
            "atMost",
            .object([
              ("ratio", .number(policy.errorMargin.ratio)),
              ("points", .number(policy.errorMargin.points)),
            ])
          ),
          (
            "responses",
            .array(policy.errorResponses.map(\.rawValue).sorted().map(JSONValue.string))
          ),
        ])
      ),
      ("warmUpIntervals", .integer(Int64(policy.warmUpIntervals))),
      ("maximumDataAgeSeconds", .number(policy.maximumDataAge.seconds)),
    ])
  }

  /// The counts that entered, and what the checks found in them.
  ///
  /// - Parameters:
  ///   - evidence: What was counted; `nil` if nothing was.
  ///   - judgement: What came of it.
  ///   - policy: The policy as evaluated.
  /// - Returns: The value. A stratum is the list of its interval's start and end (milliseconds since
  ///   1970), the baseline's requests and errors, and the canary's.
  public static func evidence(
    _ evidence: RolloutEvidence?, _ judgement: Judgement, _ policy: Policy
  ) -> JSONValue {
    guard let evidence else { return .object([("checks", .array([]))]) }
    return .object([
      ("reporter", .string(evidence.reporter.rawValue)),
      ("baseline", .string(evidence.rollout.baseline)),
      (
        "weightStates",
        .array(evidence.rollout.steps.map(weightState))
      ),
      (
        "strata",
        .object(
          evidence.rollout.canaries.map { canary in
            (canary, .array(evidence.errorStrata(canary: canary, policy: policy).map(stratum)))
          })
      ),
      ("reasons", .array(judgement.reasons.map(JSONValue.string))),
      ("checks", .array(judgement.checks.map(JSONVerdict.check))),
    ])
  }

  private static func weightState(_ span: WeightSpan) -> JSONValue {
    .object([
      ("id", .integer(span.id)), ("validFrom", .string(span.validFrom.rfc3339)),
      ("validUntil", .string(span.validUntil.rfc3339)),
      (
        "weights",
        .object(span.weights.entries.map { ($0.version, .integer(Int64($0.weight))) })
      ),
    ])
  }

  private static func stratum(_ judged: JudgedInterval) -> JSONValue {
    .array(
      [
        judged.interval.start.millisecondsSince1970, judged.interval.end.millisecondsSince1970,
        Int64(judged.baselineRequests), Int64(judged.baselineErrors),
        Int64(judged.canaryRequests), Int64(judged.canaryErrors),
      ].map(JSONValue.integer))
  }
}
