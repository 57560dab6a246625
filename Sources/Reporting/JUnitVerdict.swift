import Rollouts

/// The gate's answer as JUnit XML, one test case a check, for the test reports of pipelines.
///
/// A check that blocks is a failure, one that cannot be evaluated an error, and one that is not
/// decided yet is skipped; the verdict itself is a case of its own, which fails unless it is promote.
///
/// Source: https://docs.gitlab.com/ee/ci/testing/unit_test_reports.html (which elements are read).
public enum JUnitVerdict {
  /// The gate's answer.
  ///
  /// - Parameters:
  ///   - judgement: The verdict.
  ///   - decision: The stored decision.
  ///   - target: The service.
  ///   - ledgerHead: The hash of the ledger's newest entry, for whoever keeps the answer.
  ///   - override: Who lets the rollout pass all the same; `nil`: nobody.
  /// - Returns: An XML document.
  public static func gate(
    _ judgement: Judgement, decision: Decision, target: Target, ledgerHead: String?,
    override: GateOverride? = nil
  ) -> String {
    let cases = [verdictCase(judgement)] + judgement.checks.map(checkCase)
    let failures = cases.count { $0.outcome == .failure }
    let errors = cases.count { $0.outcome == .error }
    let skipped = cases.count { $0.outcome == .skipped }
    let name = "analyze gate: \(target.name)".xmlEscaped
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" "
      + "skipped=\"\(skipped)\""
    let body = cases.map { $0.xml(className: "analyze.gate.\(target.name)") }.joined()
    let properties: [(name: String, value: String?)] = [
      ("decision", String(decision.id)), ("verdict", judgement.verdict.rawValue),
      ("ledgerHead", ledgerHead),
      ("override", override.map { "by \($0.by) until \($0.until.rfc3339): \($0.reason)" }),
    ]
    let shownProperties = properties.compactMap { name, value in
      value.map { "      <property name=\"\(name)\" value=\"\($0.xmlEscaped)\"/>" }
    }.joined(separator: "\n")
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts)>
        <testsuite name="\(name)" \(counts) timestamp="\(decision.at.rfc3339)">
          <properties>
      \(shownProperties)
          </properties>
      \(body)  </testsuite>
      </testsuites>

      """
  }

  private enum Outcome {
    case passed, failure, error, skipped
  }

  private struct Case {
    var name: String
    var outcome: Outcome
    var message: String
    var details: String

    func xml(className: String) -> String {
      let head =
        "    <testcase classname=\"\(className.xmlEscaped)\" name=\"\(name.xmlEscaped)\""
      let message = "message=\"\(message.xmlEscaped)\""
      let text = details.xmlEscaped
      return switch outcome {
      case .passed: "\(head)>\n      <system-out>\(text)</system-out>\n    </testcase>\n"
      case .skipped: "\(head)>\n      <skipped \(message)/>\n    </testcase>\n"
      case .failure: "\(head)>\n      <failure \(message)>\(text)</failure>\n    </testcase>\n"
      case .error: "\(head)>\n      <error \(message)>\(text)</error>\n    </testcase>\n"
      }
    }
  }

  private static func verdictCase(_ judgement: Judgement) -> Case {
    let outcome: Outcome =
      switch judgement.verdict {
      case .promote: .passed
      case .block: .failure
      case .hold, .unknown: .error
      }
    return Case(
      name: "may go to 100 %", outcome: outcome,
      message: "\(judgement.verdict.rawValue): \(judgement.reasons.first ?? "")",
      details: TextVerdict.lines(judgement).joined(separator: "\n"))
  }

  private static func checkCase(_ check: CheckResult) -> Case {
    let outcome: Outcome =
      switch check.verdict {
      case .promote: .passed
      case .block: check.isRequired ? .failure : .passed
      case .hold: .skipped
      case .unknown: .error
      }
    return Case(
      name: "\(check.name) of \(check.canary)", outcome: outcome, message: check.explanation,
      details: check.explanation)
  }
}

extension String {
  /// This text between tags or in an attribute of XML 1.0, which knows no other control characters
  /// than tab and line end.
  var xmlEscaped: String {
    entityEscaped.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\t", "\n", "\r": text += "&#\(scalar.value);"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
