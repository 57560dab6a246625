import Rollouts

/// A verdict for a terminal or a pipeline's log: the verdict first and why, then each check on one
/// line with its figures, then what would change it.
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
    let state = "\(target.name): \(judgement.verdict.rawValue), \(headline(judgement))".terminalSafe
    if let needed = needed(judgement) { return "\(state); \(needed.amount) to decide" }
    // Where no check holds it is the least number of requests that does.
    let isHeldByCheck = judgement.checks.contains { $0.isRequired && $0.verdict == .hold }
    guard judgement.verdict == .hold, !isHeldByCheck, let reason = judgement.reasons.first else {
      return state
    }
    return "\(state): \(reason.terminalSafe)"
  }

  /// The verdict with its reasons and checks.
  static func lines(_ judgement: Judgement, style: TextStyle = .plain) -> [String] {
    let head = head(judgement).wrapped(to: style.width)
    guard !judgement.checks.isEmpty else { return head }
    let canaries = judgement.checks.map(\.canary).uniqued()
    let tables = canaries.flatMap { canary in
      [""] + CheckTable(judgement.checks.filter { $0.canary == canary }).lines(style)
    }
    let outlook = (outlookText(judgement) ?? "").wrapped(to: style.width)
    let isPartlyShown = judgement.checks.contains { !$0.isRequired }
    let notes =
      judgement.notes
      + (isPartlyShown ? ["a verdict in brackets is shown and changes nothing"] : [])
    return head + reasons(judgement, width: style.width) + tables + [""] + outlook
      + hanging(notes.map { ("note:", $0.terminalSafe) }, gap: 1, width: style.width)
  }

  /// The verdict and what it says, on one line.
  static func head(_ judgement: Judgement) -> String {
    "\(judgement.verdict.rawValue.uppercased()): \(headline(judgement))".terminalSafe
  }

  /// What it takes until the slowest check can decide; `nil` where nothing is held, or nobody knows.
  static func outlookText(_ judgement: Judgement) -> String? {
    needed(judgement).map { "It takes \($0.amount) to decide\($0.condition)" }
  }

  private static func headline(_ judgement: Judgement) -> String {
    let required = judgement.checks.filter(\.isRequired)
    guard !required.isEmpty else { return judgement.reasons.first ?? "" }
    let deciding = required.filter { $0.verdict == judgement.verdict }
    let names = deciding.map { $0.label(among: judgement.checks) }.joined(separator: ", ")
    let which = names.isEmpty ? "" : ": " + names
    switch judgement.verdict {
    case .promote: return "\(canaries(required)) shown to be no worse than the policy allows"
    case .block:
      return
        "\(canaries(deciding.isEmpty ? required : deciding)) shown to be worse than the policy "
        + "allows" + (names.isEmpty ? ": all checks together" : which)
    case .hold where deciding.contains { $0.requiredEvidenceToPromote == nil }:
      return "the counts cannot be judged: the requests are not divided as configured"
    case .hold: return "not decided yet" + which
    case .unknown: return "cannot be evaluated"
    }
  }

  /// `v2 is`, or `v2 and v3 are`.
  private static func canaries(_ checks: [CheckResult]) -> String {
    let names = checks.map(\.canary).uniqued()
    return names.joined(separator: " and ") + (names.count == 1 ? " is" : " are")
  }

  /// Why, with the name of the check that says so; the table tells it all of a promotion.
  static func reasons(_ judgement: Judgement, width: Int) -> [String] {
    guard judgement.verdict != .promote else { return [] }
    let reasons = judgement.reasons.map { reason in
      let check = judgement.checks.first { $0.explanation == reason }
      return (check?.label(among: judgement.checks).terminalSafe ?? "", reason.terminalSafe)
    }
    return hanging(reasons, gap: 2, width: width)
  }

  /// Texts side by side with heads of one width; a head that is longer has a line of its own.
  private static func hanging(
    _ entries: [(head: String, text: String)], gap: Int, width: Int
  ) -> [String] {
    let headWidth = min(28, entries.map(\.head.count).max() ?? 0)
    let indent = String(repeating: " ", count: headWidth == 0 ? 2 : 2 + headWidth + gap)
    return entries.flatMap { entry in
      let body = entry.text.wrapped(to: width - indent.count)
      guard entry.head.count <= headWidth else {
        return ["  " + entry.head] + body.map { indent + $0 }
      }
      let head = "  " + entry.head + String(indent.dropFirst(2 + entry.head.count))
      return body.enumerated().map { ($0.offset == 0 ? head : indent) + $0.element }
    }
  }

  private static func needed(_ judgement: Judgement) -> (amount: String, condition: String)? {
    guard judgement.verdict == .hold else { return nil }
    let open = judgement.checks.filter { $0.isRequired && $0.verdict == .hold }
    guard let needed = open.compactMap(\.requestsNeeded).max(),
      let slowest = open.first(where: { $0.requestsNeeded == needed })
    else { return nil }
    let time = slowest.secondsNeeded.map {
      " (\(Duration.seconds($0.rounded(.up)).coarseText) at the present rate)"
    }
    return (
      "about \(needed.groupedText) more requests" + (time ?? ""),
      ", if \(slowest.canary.terminalSafe) stays as it is or is as good as "
        + slowest.baseline.terminalSafe
    )
  }
}

extension CheckResult {
  /// Its name, and its canary where the checks are of several.
  fileprivate func label(among checks: [CheckResult]) -> String {
    checks.allSatisfy { $0.canary == canary } ? name : "\(name) of \(canary)"
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
