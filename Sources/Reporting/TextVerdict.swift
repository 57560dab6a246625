import Rollouts

/// A verdict for a terminal or a pipeline's log: the verdict first, then each check, then what
/// would change it.
public enum TextVerdict {
  /// The gate's answer.
  ///
  /// - Parameters:
  ///   - judgement: The verdict.
  ///   - decision: The stored decision.
  ///   - target: The service.
  /// - Returns: Lines of text with a line end each.
  public static func gate(
    _ judgement: Judgement, decision: Decision, target: Target
  ) -> String {
    let kept =
      "decision \(decision.id) of \(target.name.terminalSafe), \(decision.at.shortText) UTC, stored"
    return (lines(judgement) + [kept]).joined(separator: "\n") + "\n"
  }

  /// The verdict with its reasons and checks.
  static func lines(_ judgement: Judgement) -> [String] {
    var lines = judgement.reasons.enumerated().flatMap { index, reason in
      let head = index == 0 ? judgement.verdict.rawValue.uppercased() + ": " : "and "
      return (head + reason.terminalSafe).wrapped(to: TextReport.width)
    }
    for check in judgement.checks {
      lines.append("  \(check.name) of \(check.canary.terminalSafe): \(evidence(check))")
      if let requests = check.requestsNeeded, check.verdict == .hold {
        lines.append(
          "    about \(requests.groupedText) more requests until it can be decided, if "
            + "\(check.canary.terminalSafe) is as good as \(check.baseline.terminalSafe)")
      }
    }
    return lines
  }

  private static func evidence(_ check: CheckResult) -> String {
    func text(_ evidence: Double?) -> String { evidence?.twoDecimals ?? "none yet" }
    return "\(check.verdict.rawValue), evidence for worse \(text(check.evidenceToBlock)), for "
      + "within the margin \(text(check.evidenceToPromote)); \(check.requiredEvidence.twoDecimals) "
      + "decides"
  }
}
