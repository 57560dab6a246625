import Rollouts

/// A verdict as JSON: part of the report, and, with the decision, the gate's answer.
public enum JSONVerdict {
  /// The verdict with its reasons and checks.
  ///
  /// - Parameter judgement: The verdict.
  /// - Returns: The value; its keys are public.
  public static func value(_ judgement: Judgement) -> JSONValue {
    .object(members(judgement))
  }

  /// The gate's answer.
  ///
  /// - Parameters:
  ///   - judgement: The verdict.
  ///   - decision: The stored decision.
  ///   - exitStatus: The gate's exit status.
  ///   - ledgerHead: The hash of the ledger's newest entry.
  ///   - override: Who lets the rollout pass all the same; `nil`: nobody.
  /// - Returns: The value; its keys are public.
  public static func gate(
    _ judgement: Judgement, decision: Decision, exitStatus: Int32, ledgerHead: String?,
    override: GateOverride? = nil
  ) -> JSONValue {
    .object(
      members(judgement) + [
        (
          "decision",
          .object([("id", .integer(decision.id)), ("at", .string(decision.at.rfc3339))])
        ),
        ("exitStatus", .integer(Int64(exitStatus))), ("ledgerHead", .string(ledgerHead)),
        (
          "override",
          override.map {
            .object([
              ("by", .string($0.by)), ("reason", .string($0.reason)),
              ("until", .string($0.until.rfc3339)),
              ("verdictWithout", .string(judgement.verdict.rawValue)),
            ])
          } ?? .null
        ),
      ])
  }

  private static func members(_ judgement: Judgement) -> [(key: String, value: JSONValue)] {
    [
      ("verdict", .string(judgement.verdict.rawValue)),
      ("reasons", .array(judgement.reasons.map(JSONValue.string))),
      ("checks", .array(judgement.checks.map(check))),
      ("notes", .array(judgement.notes.map(JSONValue.string))),
    ]
  }

  static func check(_ check: CheckResult) -> JSONValue {
    .object([
      ("name", .string(check.name)), ("verdict", .string(check.verdict.rawValue)),
      ("metric", .string(check.metric)), ("canary", .string(check.canary)),
      ("baseline", .string(check.baseline)), ("estimate", JSONReport.estimate(check.estimate)),
      ("baselineFigure", .number(check.baselineFigure)),
      ("limit", .number(check.limit)), ("evidenceToBlock", .number(check.evidenceToBlock)),
      ("evidenceToPromote", .number(check.evidenceToPromote)),
      ("requiredEvidence", .number(check.requiredEvidence)),
      ("requiredEvidenceToPromote", .number(check.requiredEvidenceToPromote)),
      ("dispersion", .number(check.dispersion)),
      ("requestsNeeded", .integer(check.requestsNeeded)),
      ("secondsNeeded", .number(check.secondsNeeded?.rounded(.up))),
      ("required", .bool(check.isRequired)),
      ("explanation", .string(check.explanation)),
    ])
  }
}
