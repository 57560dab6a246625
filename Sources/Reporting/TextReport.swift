import Rollouts

/// The canary report for a terminal: at most 100 columns, verdict first.
public enum TextReport {
  static let width = 100

  /// The report.
  ///
  /// - Parameter report: What it says.
  /// - Returns: Lines of text with a line end each.
  public static func text(_ report: CanaryReport) -> String {
    let sections = [
      heading(report), TextVerdict.lines(report.judgement), versions(report), latency(report),
      deltas(report), weights(report), split(report), quality(report), decisions(report),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private static func heading(_ report: CanaryReport) -> [String] {
    let target = report.target
    var lines = [
      "\(target.name.terminalSafe): VirtualService \("\(target.virtualService)".terminalSafe), "
        + "\(report.window.from.shortText) to \(report.window.to.shortText) UTC"
    ]
    if let rollout = report.rollout {
      let canaries = rollout.canaries.map(\.terminalSafe).joined(separator: ", ")
      let state =
        switch rollout.state {
        case .running: "running"
        case .promoted: "promoted"
        case .rolledBack: "rolled back"
        }
      let end = rollout.endedAt.map { " " + $0.shortText } ?? ""
      lines.append(
        "rollout \(rollout.id): \(canaries) against \(rollout.baseline.terminalSafe), since "
          + "\(rollout.startedAt.shortText), \(state)\(end)")
    } else {
      lines.append("no rollout in this time")
    }
    return lines
  }

  private static func versions(_ report: CanaryReport) -> [String] {
    guard !report.versions.isEmpty else { return ["Requests", "  none"] }
    var table = TextTable([
      ("version", .left), ("role", .left), ("weight", .right), ("requests", .right),
      ("errors", .right), ("error rate", .right), ("(bounds)", .left), ("responses", .left),
    ])
    for version in report.versions {
      let responses = version.responses.filter { $0.requests > 0 }
        .map { "\($0.responseClass.rawValue) \($0.requests.groupedText)" }
      table.add([
        version.version.terminalSafe, version.role?.rawValue ?? "-",
        version.weight?.percentText ?? "?", version.requests.groupedText,
        version.errors.groupedText, version.errorRate.estimate?.percentText ?? "-",
        version.errorRate.rangeText { $0.percentText }, responses.joined(separator: ", "),
      ])
    }
    return ["Requests"] + table.lines
  }

  private static func latency(_ report: CanaryReport) -> [String] {
    let names = report.versions.first?.latencyMilliseconds.map(\.quantile) ?? []
    guard !names.isEmpty else { return [] }
    var table = TextTable(
      [("version", .left)] + names.flatMap { [($0, .right), ("(buckets)", .left)] })
    for version in report.versions {
      table.add(
        [version.version.terminalSafe]
          + version.latencyMilliseconds.flatMap { _, estimate in
            [
              estimate.estimate?.threeDigits ?? estimate.latencyReason,
              estimate.rangeText { $0.threeDigits },
            ]
          })
    }
    return ["Latency in milliseconds"] + table.lines
  }

  private static func deltas(_ report: CanaryReport) -> [String] {
    guard !report.deltas.isEmpty else { return [] }
    var lines = ["Differences in error rate, compared within each of the intervals"]
    for delta in report.deltas {
      let pair = "  \(delta.canary.terminalSafe) against \(delta.baseline.terminalSafe): "
      guard let difference = delta.errorRateDifference.estimate else {
        lines.append(pair + (delta.errorRateDifference.reason ?? "not known"))
        continue
      }
      let range = delta.errorRateDifference.rangeText { $0.pointsText }
      lines.append(
        pair + "\(delta.errorRateDifference.word), \(difference.pointsText) points \(range)")
      let ratio = delta.errorRateRatio
      if let estimate = ratio.estimate {
        lines.append("    ratio \(estimate.threeDigits) \(ratio.rangeText { $0.threeDigits })")
      }
    }
    return lines
  }

  private static func weights(_ report: CanaryReport) -> [String] {
    guard !report.weights.isEmpty else { return ["Weights", "  none known"] }
    var table = TextTable([
      ("from", .left), ("to", .left), ("weights", .left), ("changed by", .left),
    ])
    var previousEnd: Timestamp?
    for entry in report.weights {
      let shares = entry.weights.map { "\($0.version.terminalSafe) \($0.share.percentText)" }
      if entry.gapBefore {
        table.add([previousEnd?.shortText ?? "", entry.from.shortText, "not known", ""])
      }
      table.add([
        entry.from.shortText, entry.isCurrent ? "now" : entry.to.shortText,
        shares.joined(separator: ", "), entry.changedBy?.terminalSafe ?? "not known",
      ])
      previousEnd = entry.to
    }
    return ["Weights"] + table.lines
  }

  private static func split(_ report: CanaryReport) -> [String] {
    guard !report.trafficSplit.isEmpty else { return [] }
    var table = TextTable([
      ("weights of", .left), ("version", .left), ("configured", .right), ("observed", .right),
      ("requests", .right),
    ])
    var previous: Int64?
    for row in report.trafficSplit {
      let isFirst = previous != row.weightStateID
      previous = row.weightStateID
      table.add([
        isFirst ? row.from?.shortText ?? "" : "", row.version.terminalSafe,
        row.configuredShare.percentText, row.observedShare.percentText, row.requests.groupedText,
      ])
    }
    return ["Traffic split"] + table.lines
  }

  private static func quality(_ report: CanaryReport) -> [String] {
    let quality = report.dataQuality
    var lines = ["Data quality"]
    if let expected = quality.intervalsExpected, let step = quality.stepSeconds {
      let lag =
        quality.lagSeconds.map {
          $0 > 0 ? ", the newest ended \($0.threeDigits) s before the end of this time" : ""
        } ?? ""
      lines.append(
        "  \(quality.intervalsPresent.groupedText) of \(expected.groupedText) intervals of "
          + "\(step) s are stored\(lag)")
    } else {
      lines.append("  no interval is stored")
    }
    if let reporter = quality.reporter { lines.append("  counts of reporter \(reporter.rawValue)") }
    if quality.intervalsUnsettled > 0 {
      lines.append(
        "  \(quality.intervalsUnsettled.groupedText) of them may still change and are not judged yet"
      )
    }
    if quality.corrections > 0 {
      lines.append(
        "  \(quality.corrections.groupedText) counts were corrected after they had settled")
    }
    for gap in quality.gaps {
      let stretch = "no interval from \(gap.window.from.shortText) to \(gap.window.to.shortText)"
      lines += (stretch + (gap.reason.map { ": \($0)" } ?? "")).terminalSafe
        .wrapped(to: width - 4).enumerated().map {
          ($0.offset == 0 ? "  " : "    ") + $0.element
        }
    }
    for spot in quality.blindSpots {
      lines += spot.terminalSafe.wrapped(to: width - 4).enumerated().map {
        ($0.offset == 0 ? "  " : "    ") + $0.element
      }
    }
    return lines
  }

  private static func decisions(_ report: CanaryReport) -> [String] {
    guard !report.decisions.isEmpty else { return [] }
    return ["Decisions of the gate"]
      + report.decisions.flatMap { decision in
        let head = "\(decision.at.shortText)  \(decision.verdict.rawValue): "
        return (head + decision.reason.terminalSafe).wrapped(to: width - 4).enumerated().map {
          ($0.offset == 0 ? "  " : "    ") + $0.element
        }
      }
  }
}
