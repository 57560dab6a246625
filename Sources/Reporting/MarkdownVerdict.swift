import Rollouts

/// The gate's answer for a merge request.
public enum MarkdownVerdict {
  /// The gate's answer.
  ///
  /// - Parameters:
  ///   - judgement: The verdict.
  ///   - decision: The stored decision.
  ///   - target: The service.
  ///   - ledgerHead: The hash of the ledger's newest entry, for whoever keeps the answer.
  ///   - override: Who lets the rollout pass all the same; `nil`: nobody.
  /// - Returns: GitHub's and GitLab's flavour of Markdown.
  public static func gate(
    _ judgement: Judgement, decision: Decision, target: Target, ledgerHead: String?,
    override: GateOverride? = nil
  ) -> String {
    let overridden =
      override.map {
        [
          "**OVERRIDDEN** by \($0.by.markdownEscaped) until \($0.until.shortText) UTC: "
            + "\($0.reason.markdownEscaped)", "",
          "The gate lets the rollout pass. Without the override it would say:", "",
        ]
      } ?? []
    var lines =
      overridden + [
        "**\(judgement.verdict.rawValue.uppercased())** \(target.name.markdownEscaped): "
          + (judgement.reasons.first ?? "").markdownEscaped
      ]
    if !judgement.checks.isEmpty {
      lines += ["", "| check | canary | verdict | finding |", "| --- | --- | --- | --- |"]
      lines += judgement.checks.map { check in
        "| \(check.name.markdownEscaped) | \(check.canary.markdownEscaped) | "
          + "\(check.verdict.rawValue)\(check.isRequired ? "" : " (not required)") | "
          + "\(check.explanation.markdownEscaped) |"
      }
    }
    if let outlook = TextVerdict.outlookText(judgement) {
      lines += ["", outlook.markdownEscaped + "."]
    }
    if !judgement.notes.isEmpty {
      lines += ["", "<details><summary>Assumptions, and what is left out</summary>", ""]
      lines += judgement.notes.map { "- \($0.markdownEscaped)" }
      lines += ["", "</details>"]
    }
    let head = ledgerHead.map { ["", "Ledger head `\($0)`."] } ?? []
    lines += ["", "Decision \(decision.id), \(decision.at.shortText) UTC."] + head
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  /// This text inside a paragraph or a table's cell of Markdown, on one line, with nothing in it
  /// that is markup or HTML.
  var markdownEscaped: String {
    terminalSafe.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "!", "|", "~", "@", "$":
        text += "\\"
        text.unicodeScalars.append(scalar)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
