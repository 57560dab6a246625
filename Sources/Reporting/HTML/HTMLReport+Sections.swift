import Rollouts

extension HTMLReport {
  private static func section(
    _ heading: String, _ table: HTMLTable? = nil, note: String? = nil, sentences: [String] = [],
    items: [[String: Any]] = []
  ) -> [String: Any] {
    [
      "heading": heading, "table": table?.values ?? [], "sentences": sentences,
      "note": (note.map { [$0] } ?? []).map { ["note": $0] }, "hasItems": !items.isEmpty,
      "items": items,
    ]
  }

  private static func key(_ version: String, _ report: CanaryReport) -> HTMLTable.Cell {
    let index = report.versions.firstIndex { $0.version == version } ?? 0
    return HTMLTable.Cell(version.shownName, mark: "key version\(index % VersionMark.count)")
  }

  static func versions(_ report: CanaryReport) -> [String: Any]? {
    guard !report.versions.isEmpty else {
      return section("Requests", sentences: ["No requests."])
    }
    return section(
      "Requests",
      HTMLTable(
        label: "Requests",
        columns: [
          ("version", .text), ("error rate", .number), ("bounds", .bounds), ("errors", .number),
          ("requests", .number), ("weight", .number), ("role", .text),
        ],
        rows: report.versions.map { version in
          [
            key(version.version, report),
            HTMLTable.Cell(version.errorRate.estimate?.percentText ?? "not known"),
            HTMLTable.Cell(version.errorRate.rangeText { $0.percentText }.withoutBrackets),
            HTMLTable.Cell(version.errors.groupedText),
            HTMLTable.Cell(version.requests.groupedText),
            HTMLTable.Cell(version.weight?.percentText ?? "not known"),
            HTMLTable.Cell(version.role?.rawValue ?? ""),
          ]
        }))
  }

  static func differences(_ report: CanaryReport) -> [String: Any]? {
    guard !report.deltas.isEmpty else { return nil }
    return section(
      "Differences in error rate",
      HTMLTable(
        label: "Differences in error rate",
        columns: [
          ("", .text), ("the rate is", .text), ("points", .number), ("bounds", .bounds),
          ("ratio", .number), ("bounds", .bounds),
        ],
        rows: report.deltas.map { delta in
          let difference = delta.errorRateDifference
          let ratio = delta.errorRateRatio
          let word = difference.estimate == nil ? "not known" : difference.word
          return [
            HTMLTable.Cell("\(delta.canary.shownName) against \(delta.baseline.shownName)"),
            HTMLTable.Cell(word, mark: word), HTMLTable.Cell(difference.estimate?.pointsText ?? ""),
            HTMLTable.Cell(difference.pointsRange.withoutBrackets),
            HTMLTable.Cell(ratio.estimate?.threeDigits ?? ""),
            HTMLTable.Cell(ratio.rangeText { $0.threeDigits }.withoutBrackets),
          ]
        }), note: "Compared within each of the intervals.")
  }

  static func latencyDifferences(_ report: CanaryReport) -> [String: Any]? {
    guard !report.latencyDifferences.isEmpty else { return nil }
    return section(
      "Differences in latency, as far as the buckets tell",
      HTMLTable(
        label: "Differences in latency",
        columns: [
          ("", .text), ("quantile", .text), ("the latency is", .text), ("ratio", .number),
          ("bounds", .bounds),
        ],
        rows: report.latencyDifferences.map { difference in
          [
            HTMLTable.Cell(
              "\(difference.canary.shownName) against \(difference.baseline.shownName)"),
            HTMLTable.Cell(difference.quantile),
            HTMLTable.Cell(difference.word, mark: difference.word),
            HTMLTable.Cell(difference.ratioText),
            HTMLTable.Cell(difference.boundsText.withoutBrackets),
          ]
        }))
  }

  static func checks(_ report: CanaryReport) -> [String: Any]? {
    guard !report.judgement.checks.isEmpty else { return nil }
    return section(
      "Checks",
      HTMLTable(
        label: "Checks",
        columns: [
          ("check", .text), ("canary", .text), ("says", .text), ("evidence to block", .number),
          ("to promote", .number),
        ],
        rows: report.judgement.checks.map { check in
          [
            HTMLTable.Cell(check.name.shownName), key(check.canary, report),
            HTMLTable.Cell(check.verdict.rawValue, mark: check.verdict.cssClass),
            HTMLTable.Cell(check.toBlockText), HTMLTable.Cell(check.toPromoteText),
          ]
        }))
  }

  static func weights(_ report: CanaryReport) -> [String: Any]? {
    guard !report.weights.isEmpty else {
      return section("Weights", items: [["text": "none known", "mark": []]])
    }
    let changes = report.changes.map(\.from)
    return section(
      "Weights",
      HTMLTable(
        label: "Weights",
        columns: [
          ("mark", .text), ("from", .time), ("to", .time), ("weights", .text),
          ("changed by", .text),
        ],
        rows: report.weights.map { entry in
          let shares = entry.weights.map { "\($0.version.shownName) \($0.share.percentText)" }
          let before = entry.gapBefore ? " (not known before)" : ""
          return [
            HTMLTable.Cell(changes.firstIndex(of: entry.from).map { "\($0 + 1)" } ?? ""),
            HTMLTable.Cell(entry.from.shortText),
            HTMLTable.Cell(entry.isCurrent ? "now" : entry.to.shortText),
            HTMLTable.Cell(shares.joined(separator: ", ") + before),
            HTMLTable.Cell(entry.changedBy?.shownName ?? "not known"),
          ]
        }))
  }

  static func latency(_ report: CanaryReport) -> [String: Any]? {
    let names = report.versions.first?.latencyMilliseconds.map(\.quantile) ?? []
    guard !names.isEmpty else { return nil }
    return section(
      "Latency in milliseconds, with the buckets in brackets",
      HTMLTable(
        label: "Latency in milliseconds",
        columns: [("version", .text)] + names.map { ($0, .number) },
        rows: report.versions.map { version in
          [key(version.version, report)]
            + version.latencyMilliseconds.map { HTMLTable.Cell($0.estimate.millisecondsText) }
        }))
  }

  static func split(_ report: CanaryReport) -> [String: Any]? {
    guard !report.trafficSplit.isEmpty else { return nil }
    return section(
      "Traffic split",
      HTMLTable(
        label: "Traffic split",
        columns: [
          ("weights of", .time), ("version", .text), ("configured", .number),
          ("observed", .number), ("requests", .number),
        ],
        rows: report.trafficSplit.map { row in
          [
            HTMLTable.Cell(row.from?.shortText ?? ""), key(row.version, report),
            HTMLTable.Cell(row.configuredShare.percentText),
            HTMLTable.Cell(row.observedShare.percentText),
            HTMLTable.Cell(row.requests.groupedText),
          ]
        }))
  }

  static func quality(_ report: CanaryReport) -> [String: Any]? {
    section(
      "Data quality",
      items: report.dataQuality.sentences.map { ["text": $0.shownSentence, "mark": []] })
  }

  static func decisions(_ report: CanaryReport) -> [String: Any]? {
    guard !report.decisions.isEmpty else { return nil }
    return section(
      "Decisions of the gate",
      items: report.decisions.map { decision in
        [
          "mark": [["mark": decision.verdict.cssClass, "lead": decision.verdict.rawValue]],
          "text": "\(decision.at.shortText): \(decision.sentence.shownSentence)",
        ] as [String: Any]
      })
  }

  static func overrides(_ report: CanaryReport) -> [String: Any]? {
    guard !report.overrides.isEmpty else { return nil }
    return section(
      "Overrides of the gate",
      items: report.overrides.map { ["text": $0.sentence.shownSentence, "mark": []] })
  }
}

extension String {
  /// Bounds that stand in a column of their own need no brackets.
  fileprivate var withoutBrackets: String {
    hasPrefix("(") && hasSuffix(")") ? String(dropFirst().dropLast()) : self
  }
}
