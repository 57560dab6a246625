import Rollouts

/// A report as one HTML file that needs nothing else: no script, no request.
public enum HTMLReport {
  /// The canary report.
  ///
  /// - Parameter report: What it says.
  /// - Returns: The page.
  public static func text(_ report: CanaryReport) -> String {
    let judgement = report.judgement
    return page(
      "canary/page",
      [
        "pageTitle":
          "\(judgement.verdict.rawValue): \(report.target.name.shownName), \(report.window.to.shortText)",
        "toolVersion": report.toolVersion, "generatedAt": report.generatedAt.shortText,
        "note": "The bounds hold at every look, not at this one alone.",
        "target": report.target.name.shownName, "about": about(report), "course": course(report),
        "verdictClass": judgement.verdict.cssClass, "verdictWord": judgement.verdict.rawValue,
        "verdictSymbol": judgement.verdict.symbol,
        "reasons": judgement.reasons.map(\.shownSentence),
        "summary": [
          versions(report), differences(report), latencyDifferences(report), checks(report),
        ].compactMap(\.self),
        "hasDecisions": !report.decisions.isEmpty,
        "figures": report.figures.map { figure in
          [
            "heading": figure.heading.shownSentence, "caption": figure.caption,
            "drawings": figure.drawings.map(\.markup),
          ] as [String: Any]
        },
        "details": [
          weights(report), latency(report), split(report), quality(report), decisions(report),
          overrides(report),
        ].compactMap(\.self),
      ])
  }

  /// A report of tables.
  ///
  /// - Parameter report: What it says.
  /// - Returns: The page.
  public static func text(_ report: TableReport) -> String {
    page(
      "html/tables",
      [
        "pageTitle": report.title.shownName, "title": report.title.shownName,
        "subtitle": report.subtitle.shownSentence, "toolVersion": report.toolVersion,
        "generatedAt": report.generatedAt.shortText,
        "sections": report.sections.map { section in
          let table = section.table
          return [
            "heading": section.name.shownName,
            "table": HTMLTable(
              label: section.name.shownName,
              columns: table.columns.indices.map { column in
                (
                  table.columns[column].shownName,
                  table.isNumeric(column) ? .number : table.isTime(column) ? .time : .text
                )
              },
              rows: table.texts.map { row in row.map { HTMLTable.Cell($0.shownSentence) } }
            ).values,
          ] as [String: Any]
        },
      ])
  }

  /// The first line of a template says how values are escaped, and leaves an empty one.
  private static func page(_ template: String, _ values: [String: Any]) -> String {
    String(MarkupTemplates.render(template, values).drop { $0.isNewline })
  }

  private static func about(_ report: CanaryReport) -> String {
    "VirtualService \("\(report.target.virtualService)".shownName), "
      + "\(report.window.from.shortText) to \(report.window.to.shortText)"
  }

  private static func course(_ report: CanaryReport) -> String {
    guard let rollout = report.rollout else { return "No rollout in this time" }
    let canaries = rollout.canaries.map(\.shownName).joined(separator: ", ")
    let end = rollout.endedAt.map { " " + $0.shortText } ?? ""
    return "Rollout \(rollout.id): \(canaries) against \(rollout.baseline.shownName), since "
      + "\(rollout.startedAt.shortText), \(rollout.state.words)\(end)"
  }
}

extension Verdict {
  /// The class of the verdict's colour.
  var cssClass: String { self == .unknown ? "unknown-verdict" : rawValue }

  /// The shape of the verdict's mark in the pictures.
  var symbol: String {
    switch self {
    case .promote: "▲"
    case .block: "■"
    case .hold: "◆"
    case .unknown: "△"
    }
  }
}
