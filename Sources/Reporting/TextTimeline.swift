import Rollouts

/// Weights and error rates over time, drawn with block characters.
struct TextTimeline {
  private static let levels = Array("▁▂▃▄▅▆▇█")
  private static let mostColumns = 60

  private let report: CanaryReport
  private let style: TextStyle
  private let labelWidth: Int
  private let columnCount: Int

  init(_ report: CanaryReport, _ style: TextStyle) {
    self.report = report
    self.style = style
    let names = report.versions.map { Self.name($0.version).displayWidth }.max() ?? 0
    labelWidth = "error rate of ".count + names
    columnCount = min(Self.mostColumns, style.width - labelWidth - 4)
  }

  /// The picture in parts, of which some may be left out.
  struct Parts {
    var picture: [String] = []
    /// What the signs mean.
    var legend: [String] = []
    /// A smaller picture.
    var errorRates: [String] = []
  }

  /// The picture with its legend; empty where there is nothing to draw or no room.
  var lines: [String] { parts.picture + parts.legend }

  /// The same in parts.
  var parts: Parts {
    guard hasRoom else { return Parts() }
    let weights = report.versions.map { version in
      row(
        "weight of \(Self.name(version.version))", columns.map { weight(version.version, in: $0) })
    }
    let (highest, errors) = errorRows
    let title = title(highest)
    return Parts(
      picture: title + [axis] + weights + errors + marks,
      legend: legend.listed(width: style.width), errorRates: title + errors)
  }

  private var hasRoom: Bool { columnCount >= 10 && !report.timelines.isEmpty }

  private var errorRows: (highest: Double, rows: [String]) {
    let rates = report.timelines.map { timeline in columns.map { rate(timeline, in: $0) } }
    let highest = rates.joined().compactMap(\.rate).max() ?? 0
    let rows = zip(report.timelines, rates).map { timeline, rates in
      row(
        "error rate of \(Self.name(timeline.version))", rates.map { $0.character(outOf: highest) })
    }
    return (highest, rows)
  }

  private func title(_ highest: Double) -> [String] {
    let top = highest > 0 ? ", error rates reach \(highest.percentText)" : ""
    return "Over time, a column is \(columnText)\(top)".wrapped(to: style.width)
      .map { style.paint($0, .heading) }
  }

  private static func name(_ version: String) -> String { version.terminalSafe.elided(to: 16) }

  private var columns: [TimeWindow] {
    let from = report.window.from.millisecondsSince1970
    let length = report.window.duration.wholeMilliseconds
    let count = Int64(columnCount)
    return (0..<count).map { index in
      TimeWindow(
        from: Timestamp(millisecondsSince1970: from + length * index / count),
        to: Timestamp(millisecondsSince1970: from + length * (index + 1) / count))
    }
  }

  private var columnText: String {
    let milliseconds = report.window.duration.wholeMilliseconds / Int64(columnCount)
    return Duration.milliseconds(max(1, milliseconds / 1000) * 1000).text
  }

  private func row(_ label: String, _ characters: [Character]) -> String {
    let padding = String(repeating: " ", count: labelWidth - label.displayWidth)
    return ("  \(label)\(padding)  " + String(characters)).withoutTrailingSpaces
  }

  private var axis: String {
    let isOneDay = report.window.from.shortText.prefix(10) == report.window.to.shortText.prefix(10)
    let (from, to) = (report.window.from.shortText, report.window.to.shortText)
    let begin = isOneDay ? String(from.dropFirst(11)) : String(from.dropLast(3))
    let end = isOneDay ? String(to.dropFirst(11)) : String(to.dropLast(3))
    let space = max(1, columnCount - begin.count - end.count)
    let indentation = String(repeating: " ", count: labelWidth + 4)
    let fits = begin.count + 1 + end.count <= columnCount
    return style.paint(
      indentation + (fits ? begin + String(repeating: " ", count: space) + end : begin), .faint)
  }

  private func weight(_ version: String, in column: TimeWindow) -> Character {
    let middle = column.from + .milliseconds(column.duration.wholeMilliseconds / 2)
    guard
      let step = report.steps.last(where: { $0.from <= middle && middle <= $0.to })
    else { return "░" }
    let share = step.weights.first { $0.version == version }?.share ?? 0
    return Self.level(share, outOf: 1)
  }

  fileprivate static func level(_ value: Double, outOf highest: Double) -> Character {
    guard value > 0, highest > 0 else { return "_" }
    // The full block stands for the highest alone.
    return levels[min(levels.count - 1, Int(value / highest * Double(levels.count - 1)))]
  }

  private enum Rate {
    case notObserved, noRequest, rate(Double)

    var rate: Double? { if case .rate(let rate) = self { rate } else { nil } }

    func character(outOf highest: Double) -> Character {
      switch self {
      case .notObserved: "·"
      case .noRequest: " "
      case .rate(let rate): TextTimeline.level(rate, outOf: highest)
      }
    }
  }

  private func rate(_ timeline: VersionTimeline, in column: TimeWindow) -> Rate {
    let points = timeline.requests.filter {
      $0.window.from < column.to && column.from < $0.window.to
    }
    guard !points.isEmpty else { return .notObserved }
    let requests = points.reduce(0) { $0 + $1.requests }
    guard requests > 0 else { return .noRequest }
    return .rate(Double(points.reduce(0) { $0 + $1.errors }) / Double(requests))
  }

  /// Where the weights changed, and where the gate's verdict did.
  private var marks: [String] {
    let changes = columns.map { column -> Character in
      report.changes.contains { column.from < $0.from && $0.from <= column.to } ? "^" : " "
    }
    let verdicts = columns.map { column -> Character in
      let newest = report.turns.last { column.from < $0.at && $0.at <= column.to }
      return newest?.verdict.rawValue.uppercased().first ?? " "
    }
    return [("weights changed", changes), ("gate", verdicts)]
      .filter { $0.1.contains { $0 != " " } }.map { row($0.0, $0.1) }
  }

  private var legend: String {
    "_ is 0, █ is 100 % of the weight or the highest error rate, · no interval, ░ weights not known"
      + (report.turns.isEmpty ? "" : "; the gate's verdict by its first letter")
  }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}

extension CanaryReport {
  /// The weight states that came into force within the window.
  var changes: [WeightEntry] {
    weights.filter { window.from < $0.from && $0.from <= window.to }
  }

  /// The decisions at which the gate's verdict became another.
  var turns: [Decision] {
    decisions.enumerated().filter { index, decision in
      index == 0 || decisions[index - 1].verdict != decision.verdict
    }.map(\.element)
  }
}
