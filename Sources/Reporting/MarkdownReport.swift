import Rollouts

/// The canary report for a merge request: short, with the details folded.
public enum MarkdownReport {
  /// The report.
  ///
  /// - Parameter report: What it says.
  /// - Returns: Markdown as GitHub and GitLab read it.
  public static func text(_ report: CanaryReport) -> String {
    let blocks = [
      verdict(report), about(report), versions(report), deltas(report), latencyDifferences(report),
      checks(report),
      weights(report), latency(report), split(report), quality(report), decisions(report),
      overrides(report),
    ]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  /// A report of tables.
  ///
  /// - Parameter report: What it says.
  /// - Returns: Markdown as GitHub and GitLab read it.
  public static func text(_ report: TableReport) -> String {
    let heading = ["**\(Markdown.cell(report.title))**  ", Markdown.escaped(report.subtitle)]
    let sections = report.sections.map { section -> [String] in
      let table = section.table
      guard !table.rows.isEmpty else { return ["\(Markdown.cell(section.name)): no rows"] }
      return ["**\(Markdown.cell(section.name))**", ""]
        + Markdown.table(
          table.columns.indices.map {
            (Markdown.cell(table.columns[$0]), table.isNumeric($0) ? .right : .left)
          },
          zip(table.rows, table.texts).map { values, texts in
            zip(values, texts).map { value, text in
              if case .text = value { Markdown.cell(text) } else { text }
            }
          })
    }
    return ([heading] + sections).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
      + "\n"
  }

  private static func verdict(_ report: CanaryReport) -> [String] {
    let reasons = report.judgement.reasons.map(Markdown.escaped).joined(separator: "; ")
    return [
      "**\(report.judgement.verdict.rawValue.uppercased())** "
        + "\(Markdown.code(report.target.name)): \(reasons)"
    ]
  }

  private static func about(_ report: CanaryReport) -> [String] {
    let window = "\(report.window.from.shortText) to \(report.window.to.shortText) UTC"
    guard let rollout = report.rollout else { return ["No rollout from \(window)."] }
    let canaries = rollout.canaries.map(Markdown.code).joined(separator: ", ")
    let end = rollout.endedAt.map { " \($0.shortText)" } ?? ""
    return [
      "Rollout \(rollout.id): \(canaries) against \(Markdown.code(rollout.baseline)), since "
        + "\(rollout.startedAt.shortText), \(rollout.state.words)\(end). "
        + "Figures from \(window)."
    ]
  }

  private static func versions(_ report: CanaryReport) -> [String] {
    guard !report.versions.isEmpty else { return ["No requests."] }
    return Markdown.table(
      [
        ("version", .left), ("role", .left), ("weight", .right), ("requests", .right),
        ("errors", .right), ("error rate", .right), ("bounds", .left),
      ],
      report.versions.map { version in
        [
          Markdown.code(version.version), version.role?.rawValue ?? "",
          version.weight?.percentText ?? "not known", version.requests.groupedText,
          version.errors.groupedText, version.errorRate.estimate?.percentText ?? "not known",
          version.errorRate.rangeText { $0.percentText },
        ]
      })
  }

  private static func deltas(_ report: CanaryReport) -> [String] {
    guard !report.deltas.isEmpty else { return [] }
    return Markdown.table(
      [
        ("difference in error rate", .left), ("", .left), ("points", .right), ("bounds", .left),
      ],
      report.deltas.map { delta in
        let difference = delta.errorRateDifference
        let isKnown = difference.estimate != nil
        return [
          "\(Markdown.code(delta.canary)) against \(Markdown.code(delta.baseline))",
          isKnown ? "**\(difference.word)**" : Markdown.escaped(difference.reason ?? "not known"),
          difference.estimate?.pointsText ?? "", difference.pointsRange,
        ]
      })
  }

  private static func latencyDifferences(_ report: CanaryReport) -> [String] {
    guard !report.latencyDifferences.isEmpty else { return [] }
    let table = Markdown.table(
      [
        ("difference in latency", .left), ("", .left), ("", .left), ("ratio", .right),
        ("bounds", .left),
      ],
      report.latencyDifferences.map { difference in
        [
          "\(Markdown.code(difference.canary)) against \(Markdown.code(difference.baseline))",
          difference.quantile, "**\(difference.word)**", difference.ratioText,
          difference.boundsText,
        ]
      })
    return Markdown.folded("Differences in latency", table)
  }

  private static func checks(_ report: CanaryReport) -> [String] {
    guard !report.judgement.checks.isEmpty else { return [] }
    let table = Markdown.table(
      [
        ("check", .left), ("canary", .left), ("says", .left), ("evidence to block", .right),
        ("to promote", .right),
      ],
      report.judgement.checks.map { check in
        [
          Markdown.code(check.name), Markdown.code(check.canary), check.verdict.rawValue,
          check.toBlockText, check.toPromoteText,
        ]
      })
    return Markdown.folded("Checks", table)
  }

  private static func weights(_ report: CanaryReport) -> [String] {
    guard !report.weights.isEmpty else { return [] }
    let table = Markdown.table(
      [("from", .left), ("to", .left), ("weights", .left), ("changed by", .left)],
      report.weights.map { entry in
        let shares = entry.weights.map { "\(Markdown.code($0.version)) \($0.share.percentText)" }
        let before = entry.gapBefore ? " (not known before)" : ""
        return [
          entry.from.shortText + before, entry.isCurrent ? "now" : entry.to.shortText,
          shares.joined(separator: ", "), entry.changedBy.map(Markdown.code) ?? "not known",
        ]
      })
    return Markdown.folded("Weights", table)
  }

  private static func latency(_ report: CanaryReport) -> [String] {
    let names = report.versions.first?.latencyMilliseconds.map(\.quantile) ?? []
    guard !names.isEmpty else { return [] }
    let table = Markdown.table(
      [("version", .left)] + names.map { ("\($0) (buckets)", .right) },
      report.versions.map { version in
        [Markdown.code(version.version)]
          + version.latencyMilliseconds.map { _, estimate in
            let figure = estimate.estimate?.threeDigits ?? Markdown.escaped(estimate.latencyReason)
            return "\(figure) \(estimate.rangeText { $0.threeDigits })"
          }
      })
    return Markdown.folded("Latency in milliseconds", table)
  }

  private static func split(_ report: CanaryReport) -> [String] {
    guard !report.trafficSplit.isEmpty else { return [] }
    let table = Markdown.table(
      [
        ("weights of", .left), ("version", .left), ("configured", .right), ("observed", .right),
        ("requests", .right),
      ],
      report.trafficSplit.map { row in
        [
          row.from?.shortText ?? "", Markdown.code(row.version), row.configuredShare.percentText,
          row.observedShare.percentText, row.requests.groupedText,
        ]
      })
    return Markdown.folded("Traffic split", table)
  }

  private static func quality(_ report: CanaryReport) -> [String] {
    Markdown.folded(
      "Data quality", report.dataQuality.sentences.map { "- " + Markdown.escaped($0) })
  }

  private static func decisions(_ report: CanaryReport) -> [String] {
    guard !report.decisions.isEmpty else { return [] }
    return Markdown.folded(
      "Decisions of the gate",
      report.decisions.map {
        "- \($0.at.shortText) **\($0.verdict.rawValue)**: \(Markdown.escaped($0.sentence))"
      })
  }

  private static func overrides(_ report: CanaryReport) -> [String] {
    guard !report.overrides.isEmpty else { return [] }
    return ["**Overrides of the gate**", ""]
      + report.overrides.map { "- " + Markdown.escaped($0.sentence) }
  }
}
