import Rollouts

/// What checks found about one canary, one line a check: the figures of both versions beside what is
/// tolerated, and the evidence so far of what a verdict takes.
struct CheckTable {
  /// Longer names of versions do not stand above columns.
  private static let widestTitle = 10
  /// Longer names of checks stand on a line of their own.
  private static let widestName = 16

  private let checks: [CheckResult]

  /// A table.
  ///
  /// - Parameter checks: The findings about one canary; at least one.
  init(_ checks: [CheckResult]) {
    self.checks = checks
  }

  /// The lines of the table.
  func lines(_ style: TextStyle) -> [String] {
    guard let first = checks.first else { return [] }
    let versions = [first.canary, first.baseline].map(\.terminalSafe)
    let areShort = versions.allSatisfy { $0.count <= Self.widestTitle }
    let titles = areShort ? versions : ["canary", "baseline"]
    let hasDispersion = checks.contains { ($0.dispersion ?? 1) > 1 }
    var table = TextTable(
      [
        ("check", .left), ("verdict", .left), (titles[0], .right), (titles[1], .right),
        ("tolerated", .right), ("to block", .right), ("to promote", .right),
      ] + (hasDispersion ? [("dispersion", .right)] : []))
    for check in checks {
      let name = check.name.terminalSafe
      let figures = [
        figure(check, check.estimate.estimate), figure(check, check.baselineFigure),
        figure(check, check.limit), check.toBlockText, check.toPromoteText,
      ]
      table.add(
        [
          TextCell(name.count > Self.widestName ? "" : name),
          TextCell(word(check), check.isRequired ? check.verdict.colour : nil),
        ] + figures.map { TextCell($0) }
          + (hasDispersion ? [TextCell(check.dispersion?.threeDigits ?? "-")] : []))
    }
    let heading = areShort ? [] : ["  canary \(versions[0]), baseline \(versions[1])"]
    let lines = table.lines(style)
    // Where the columns would be too narrow, a check has several lines, and its name stands there.
    guard lines.count == checks.count + 1 else { return heading + lines }
    let rows = zip(checks.map(\.name.terminalSafe), lines.dropFirst())
    return heading + lines.prefix(1)
      + rows.flatMap { name, row in name.count > Self.widestName ? ["  " + name, row] : [row] }
  }

  /// As many columns as there is room for, on one line a check: no figures, then no evidence.
  func shortLines(_ style: TextStyle) -> [String] {
    let whole = lines(style)
    guard whole.count > 2 * checks.count + 2 else { return whole }
    var evidence = TextTable([
      ("check", .left), ("verdict", .left), ("to block", .right), ("to promote", .right),
    ])
    var verdicts = TextTable([("check", .left), ("verdict", .left)])
    for check in checks {
      let cells = [
        TextCell(check.name.terminalSafe.elided(to: Self.widestName)),
        TextCell(word(check), check.isRequired ? check.verdict.colour : nil),
      ]
      evidence.add(cells + [TextCell(check.toBlockText), TextCell(check.toPromoteText)])
      verdicts.add(cells)
    }
    return (evidence.fits(style) ? evidence : verdicts).lines(style)
  }

  private func word(_ check: CheckResult) -> String {
    let word = check.verdict.rawValue
    return check.isRequired ? word : "(\(word))"
  }

  private func figure(_ check: CheckResult, _ figure: Double?) -> String {
    guard let figure else { return "-" }
    return check.metric == "latencyMilliseconds" ? "\(figure.threeDigits) ms" : figure.percentText
  }
}

extension CheckResult {
  /// The evidence that the canary is worse, of what a block takes: `0.23 of 6.68`.
  var toBlockText: String {
    // A split that is not as configured holds, and never blocks.
    guard requiredEvidenceToPromote != nil else { return "-" }
    return "\(evidenceToBlock?.twoDecimals ?? "none") of \(requiredEvidence.twoDecimals)"
  }

  /// The evidence that the canary is within its margin, of what a promotion takes.
  var toPromoteText: String {
    guard let required = requiredEvidenceToPromote else { return "-" }
    return "\(evidenceToPromote?.twoDecimals ?? "none") of \(required.twoDecimals)"
  }
}
