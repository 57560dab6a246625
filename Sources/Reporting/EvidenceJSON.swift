import Analysis
import Rollouts

/// What a decision rests on, as JSON for the database.
public enum EvidenceJSON {
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
    let counts = JudgedCounts(evidence, policy: policy)
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
            (canary, .array(strata(of: canary, in: counts)))
          })
      ),
      ("reasons", .array(judgement.reasons.map(JSONValue.string))),
      ("checks", .array(judgement.checks.map(JSONVerdict.check))),
      ("notes", .array(judgement.notes.map(JSONValue.string))),
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

  private static func strata(of canary: String, in counts: JudgedCounts) -> [JSONValue] {
    zip(counts.intervals, counts.errorCounts(of: canary)).map { interval, counted in
      .array(
        [
          interval.start.millisecondsSince1970, interval.end.millisecondsSince1970,
          Int64(counted.baselineRequests), Int64(counted.baselineErrors),
          Int64(counted.canaryRequests), Int64(counted.canaryErrors),
        ].map(JSONValue.integer))
    }
  }
}
