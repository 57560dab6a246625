import Foundation
import Rollouts

/// The canary report for a terminal: verdict first.
public enum TextReport {
  static let width = 100

  /// The report.
  ///
  /// - Parameters:
  ///   - report: What it says.
  ///   - style: How wide it may be, and whether it is coloured.
  /// - Returns: Lines of text with a line end each.
  public static func text(_ report: CanaryReport, style: TextStyle = .plain) -> String {
    let sections = [
      verdict(report.judgement, style), heading(report, style), versions(report, style),
      latency(report, style), deltas(report, style), latencyDifferences(report, style),
      TextTimeline(report, style).lines,
      weights(report, style), split(report, style), quality(report, style),
      decisions(report, style), overrides(report, style),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private static func verdict(_ judgement: Judgement, _ style: TextStyle) -> [String] {
    var lines = TextVerdict.lines(judgement, style: style).flatMap { line -> [String] in
      guard line.displayWidth > style.width else { return [line] }
      let indentation = line.prefix { $0 == " " } + "  "
      return line.wrapped(to: style.width - indentation.count).enumerated().map {
        ($0.offset == 0 ? indentation.dropLast(2) : indentation) + $0.element
      }
    }
    let word = judgement.verdict.rawValue.uppercased()
    if let first = lines.first, first.hasPrefix(word) {
      lines[0] = style.paint(word, judgement.verdict.colour) + first.dropFirst(word.count)
    }
    return lines
  }

  private static func title(_ text: String, _ style: TextStyle) -> [String] {
    text.wrapped(to: style.width).map { style.paint($0, .heading) }
  }

  private static func heading(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    let target = report.target
    let virtualService = "\(target.virtualService)".shownName
    let about =
      "\(target.name.shownName): VirtualService \(virtualService), "
      + "\(report.window.from.shortText) to \(report.window.to.shortText) UTC"
    guard let rollout = report.rollout else {
      return title(about, style) + ["no rollout in this time"]
    }
    let canaries = rollout.canaries.map(\.shownName).joined(separator: ", ")
    let end = rollout.endedAt.map { " " + $0.shortText } ?? ""
    let course =
      "rollout \(rollout.id): \(canaries) against \(rollout.baseline.shownName), since "
      + "\(rollout.startedAt.shortText), \(rollout.state.words)\(end)"
    return title(about, style) + course.wrapped(to: style.width)
  }

  private static func versions(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    guard !report.versions.isEmpty else { return title("Requests", style) + ["  none"] }
    var table = TextTable([
      ("version", .left), ("role", .left), ("weight", .right), ("requests", .right),
      ("errors", .right), ("error rate", .right), ("(bounds)", .left), ("responses", .left),
    ])
    for version in report.versions {
      let responses = version.responses.filter { $0.requests > 0 }
        .map { "\($0.responseClass.rawValue) \($0.requests.groupedText)" }
      table.add([
        TextCell(version.version.shownName), TextCell(version.role?.rawValue ?? "-"),
        TextCell(version.weight?.percentText ?? "?"), TextCell(version.requests.groupedText),
        TextCell(version.errors.groupedText),
        TextCell(version.errorRate.estimate?.percentText ?? "-"),
        TextCell(version.errorRate.rangeText { $0.percentText }),
        TextCell(responses.joined(separator: ", ")),
      ])
    }
    return title("Requests", style) + table.lines(style)
  }

  private static func latency(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    let names = report.versions.first?.latencyMilliseconds.map(\.quantile) ?? []
    guard !names.isEmpty else { return [] }
    var table = TextTable(
      [("version", .left)] + names.flatMap { [($0, .right), ("(buckets)", .left)] })
    for version in report.versions {
      table.add(
        [TextCell(version.version.shownName)]
          + version.latencyMilliseconds.flatMap { _, estimate in
            [
              TextCell(estimate.estimate?.threeDigits ?? estimate.latencyReason),
              TextCell(estimate.rangeText { $0.threeDigits }),
            ]
          })
    }
    return title("Latency in milliseconds", style) + table.lines(style)
  }

  private static func deltas(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    guard !report.deltas.isEmpty else { return [] }
    let lines = report.deltas.flatMap { delta -> [String] in
      let pair = "\(delta.canary.shownName) against \(delta.baseline.shownName): "
      let difference = delta.errorRateDifference
      guard let points = difference.estimate else {
        return (pair + (difference.reason ?? "not known")).listed(width: style.width)
      }
      var lines = "\(pair)\(difference.word), \(points.pointsText) points \(difference.pointsRange)"
        .listed(width: style.width)
      if let range = lines.first?.range(of: difference.word) {
        lines[0].replaceSubrange(range, with: style.paint(difference.word, difference.colour))
      }
      let ratio = delta.errorRateRatio
      if let estimate = ratio.estimate {
        lines.append("    ratio \(estimate.threeDigits) \(ratio.rangeText { $0.threeDigits })")
      }
      return lines
    }
    return title("Differences in error rate, compared within each of the intervals", style) + lines
  }

  private static func latencyDifferences(
    _ report: CanaryReport, _ style: TextStyle
  ) -> [String] {
    guard !report.latencyDifferences.isEmpty else { return [] }
    var table = TextTable([
      ("canary", .left), ("baseline", .left), ("quantile", .left), ("the latency is", .left),
      ("ratio", .right), ("(bounds)", .left),
    ])
    for difference in report.latencyDifferences {
      table.add([
        TextCell(difference.canary.shownName), TextCell(difference.baseline.shownName),
        TextCell(difference.quantile), TextCell(difference.word, difference.colour),
        TextCell(difference.ratioText), TextCell(difference.boundsText),
      ])
    }
    return title("Differences in latency, as far as the buckets tell", style) + table.lines(style)
  }

  private static func decisions(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    guard !report.decisions.isEmpty else { return [] }
    return title("Decisions of the gate", style)
      + report.decisions.flatMap { decision -> [String] in
        let word = decision.verdict.rawValue
        var lines = "\(decision.at.shortText) \(word): \(decision.sentence)"
          .listed(width: style.width)
        if let range = lines.first?.range(of: word) {
          lines[0].replaceSubrange(range, with: style.paint(word, decision.verdict.colour))
        }
        return lines
      }
  }

  private static func weights(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    guard !report.weights.isEmpty else { return title("Weights", style) + ["  none known"] }
    var table = TextTable([
      ("from", .left), ("to", .left), ("weights", .left), ("changed by", .left),
    ])
    var previousEnd: Timestamp?
    for entry in report.weights {
      let shares = entry.weights.map { "\($0.version.shownName) \($0.share.percentText)" }
      if entry.gapBefore {
        table.add([
          TextCell(previousEnd?.shortText ?? ""), TextCell(entry.from.shortText),
          TextCell("not known", .undecided), "",
        ])
      }
      table.add([
        TextCell(entry.from.shortText), TextCell(entry.isCurrent ? "now" : entry.to.shortText),
        TextCell(shares.joined(separator: ", ")),
        TextCell(entry.changedBy?.shownName ?? "not known"),
      ])
      previousEnd = entry.to
    }
    return title("Weights", style) + table.lines(style)
  }

  private static func split(_ report: CanaryReport, _ style: TextStyle) -> [String] {
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
        TextCell(isFirst ? row.from?.shortText ?? "" : ""), TextCell(row.version.shownName),
        TextCell(row.configuredShare.percentText), TextCell(row.observedShare.percentText),
        TextCell(row.requests.groupedText),
      ])
    }
    return title("Traffic split", style) + table.lines(style)
  }

  private static func quality(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    title("Data quality", style)
      + report.dataQuality.sentences.flatMap { $0.listed(width: style.width) }
  }

  private static func overrides(_ report: CanaryReport, _ style: TextStyle) -> [String] {
    guard !report.overrides.isEmpty else { return [] }
    return title("Overrides of the gate", style)
      + report.overrides.flatMap { $0.sentence.listed(width: style.width) }
  }
}
