import Rollouts

/// A verdict for a terminal or a pipeline's log: the verdict first, then each check with its figures,
/// then what would change it.
public enum TextVerdict {
  /// The gate's answer.
  ///
  /// - Parameters:
  ///   - judgement: The verdict.
  ///   - decision: The stored decision.
  ///   - target: The service.
  ///   - ledgerHead: The hash of the ledger's newest entry, for the pipeline's log to keep.
  ///   - override: Who lets the rollout pass all the same; `nil`: nobody.
  /// - Returns: Lines of text with a line end each.
  public static func gate(
    _ judgement: Judgement, decision: Decision, target: Target, ledgerHead: String?,
    override: GateOverride? = nil
  ) -> String {
    let kept =
      "decision \(decision.id) of \(target.name.terminalSafe), \(decision.at.shortText) UTC, stored"
    let head = ledgerHead.map { ["ledger head \($0)"] } ?? []
    let overridden = override.map(Self.overridden) ?? []
    return (overridden + lines(judgement) + [kept] + head).joined(separator: "\n") + "\n"
  }

  private static func overridden(_ override: GateOverride) -> [String] {
    let head =
      "OVERRIDDEN by \(override.by) until \(override.until.shortText) UTC: \(override.reason)"
    return head.terminalSafe.wrapped(to: TextReport.width)
      + ["The gate lets the rollout pass. Without the override it would say:"]
  }

  /// A verdict with its checks, that is no stored decision.
  ///
  /// - Parameter judgement: The verdict.
  /// - Returns: Lines of text with a line end each.
  public static func text(_ judgement: Judgement) -> String {
    lines(judgement).joined(separator: "\n") + "\n"
  }

  /// How a rollout stands that is not decided yet, on one line.
  ///
  /// - Parameters:
  ///   - judgement: The verdict so far.
  ///   - target: The service.
  /// - Returns: The line, without its end.
  public static func progress(_ judgement: Judgement, of target: Target) -> String {
    let state = "\(target.name.terminalSafe): \(judgement.verdict.rawValue), \(headline(judgement))"
    guard let outlook = outlookText(judgement) else { return state }
    return state + "; " + outlook
  }

  /// The verdict with its reasons and checks.
  static func lines(_ judgement: Judgement, width: Int = TextReport.width) -> [String] {
    let explained = Set(judgement.checks.map(\.explanation))
    let others = judgement.reasons.filter { !explained.contains($0) }
    var lines = (judgement.verdict.rawValue.uppercased() + ": " + headline(judgement))
      .wrapped(to: width)
    if !judgement.checks.isEmpty {
      lines += others.flatMap { hanging(head: "  ", paragraphs: [$0.terminalSafe], width: width) }
    }
    lines += checks(judgement.checks, width: width)
    lines += (outlookText(judgement) ?? "").wrapped(to: width)
    lines += judgement.notes.flatMap { hanging(head: "  note: ", paragraphs: [$0.terminalSafe], width: width) }
    return lines
  }

  private static func headline(_ judgement: Judgement) -> String {
    func deciding(_ verdict: Verdict) -> String {
      let names = judgement.checks.filter { $0.isRequired && $0.verdict == verdict }.map {
        "\($0.name) of \($0.canary)".terminalSafe
      }
      return names.isEmpty ? "" : ": " + names.joined(separator: ", ")
    }
    guard !judgement.checks.isEmpty else { return (judgement.reasons.first ?? "").terminalSafe }
    return switch judgement.verdict {
    case .promote: "shown to be no worse than the policy allows" + deciding(.promote)
    case .block: "shown to be worse than the policy allows" + deciding(.block)
    case .hold: "not decided" + deciding(.hold)
    case .unknown: "cannot be evaluated"
    }
  }

  private static func checks(_ checks: [CheckResult], width: Int) -> [String] {
    let names = checks.map { "\($0.name) of \($0.canary)".terminalSafe }
    let nameWidth = min(28, names.map(\.count).max() ?? 0)
    return zip(names, checks).flatMap { name, check in
      hanging(
        head: "  " + padded(name, to: nameWidth) + "  " + padded(word(check), to: 7) + "  ",
        paragraphs: [check.explanation.terminalSafe, evidence(check)], width: width)
    }
  }

  /// Paragraphs side by side with a head, on lines of their own where the head is long.
  private static func hanging(
    head: String, paragraphs: [String], width: Int
  ) -> [String] {
    let indent = min(head.count, 41)
    let body = paragraphs.flatMap { $0.wrapped(to: width - indent) }
    let blank = String(repeating: " ", count: indent)
    guard head.count == indent, let first = body.first else {
      return [head] + body.map { blank + $0 }
    }
    return [head + first] + body.dropFirst().map { blank + $0 }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func word(_ check: CheckResult) -> String {
    let word = check.verdict.rawValue
    return check.isRequired ? word : "(\(word))"
  }

  private static func evidence(_ check: CheckResult) -> String {
    func text(_ evidence: Double?) -> String { evidence?.twoDecimals ?? "none yet" }
    guard let toPromote = check.requiredEvidenceToPromote else {
      return "evidence of a mismatch \(text(check.evidenceToBlock)), "
        + "\(check.requiredEvidence.twoDecimals) decides"
    }
    let dispersion = check.dispersion.map { $0 > 1 ? "; dispersion \($0.threeDigits)" : "" }
    return "evidence that it is worse \(text(check.evidenceToBlock)) "
      + "(\(check.requiredEvidence.twoDecimals) blocks), that it is not "
      + "\(text(check.evidenceToPromote)) (\(toPromote.twoDecimals) promotes)" + (dispersion ?? "")
  }

  /// What it takes until the slowest check can decide; `nil` where nothing is held, or nobody knows.
  static func outlookText(_ judgement: Judgement) -> String? {
    guard judgement.verdict == .hold else { return nil }
    let open = judgement.checks.filter { $0.isRequired && $0.verdict == .hold }
    guard let needed = open.compactMap(\.requestsNeeded).max(),
      let slowest = open.first(where: { $0.requestsNeeded == needed })
    else { return nil }
    let time = slowest.secondsNeeded.map {
      ", \(Duration.seconds($0.rounded(.up)).coarseText) at the present rate"
    }
    return "about \(needed.groupedText) more requests\(time ?? "") until it can be decided, if "
      + "\(slowest.canary.terminalSafe) stays as it is or is as good as "
      + slowest.baseline.terminalSafe
  }
}

extension Duration {
  /// This duration to two units: `1h23m`, `4m10s`, `3d2h`.
  var coarseText: String {
    let seconds = wholeMilliseconds / 1000
    let unit: Int64 = seconds >= 86_400 ? 3600 : seconds >= 3600 ? 60 : 1
    return Duration.seconds(seconds / unit * unit).text
  }
}
