import Rollouts

/// One picture of a rollout that is watched, made for a terminal of a given size.
///
/// The less room there is the less is said: verdict and checks stay longest.
public struct WatchFrame: Sendable {
  private let watched: WatchedRollout
  private let moment: Timestamp
  private let columns: Int
  private let rows: Int
  private let style: TextStyle

  /// A picture.
  ///
  /// - Parameters:
  ///   - watched: What is shown.
  ///   - moment: The present time, which ages are counted from.
  ///   - columns: How wide the terminal is; at least 1.
  ///   - rows: How tall it is; at least 1.
  ///   - isColoured: Whether meaning is also shown in colour.
  public init(
    _ watched: WatchedRollout, at moment: Timestamp, columns: Int, rows: Int,
    isColoured: Bool = false
  ) {
    self.watched = watched
    self.moment = moment
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    style = TextStyle(width: columns, isColoured: isColoured)
  }

  /// The lines, at most as many and as wide as the terminal has room for.
  public var lines: [String] {
    let room = rows - 1
    let parts = parts
    let bodies = Detail.allCases.map { body($0, of: parts) }
    let shown = bodies.first { $0.count <= room } ?? cut(bodies[bodies.count - 1], to: room)
    return (shown + (rows > 1 ? [footer] : [])).map { $0.fitted(to: columns) }
  }

  private func cut(_ body: [String], to room: Int) -> [String] {
    guard room > 1 else { return Array(body.prefix(1)) }
    let left = body.count - (room - 1)
    return body.prefix(room - 1)
      + [style.paint("… \(left) more lines: enlarge the terminal", .faint)]
  }

  /// How much is said, most first.
  private enum Detail: Int, CaseIterable, Comparable {
    case everything, withoutLegend, dense, withoutWeightsOverTime, withoutPicture, least

    static func < (left: Detail, right: Detail) -> Bool { left.rawValue < right.rawValue }
  }

  /// What may be said, each part in lines.
  private struct Parts {
    let verdict: [String]
    let reasons: [String]
    let outlook: [String]
    let about: [String]
    let weights: [String]
    let checks: [String]
    let requests: [String]
    let timeline: TextTimeline.Parts
  }

  private var parts: Parts {
    let judgement = watched.judgement
    let isExplained = !judgement.checks.isEmpty && judgement.verdict != .hold
    return Parts(
      verdict: verdict,
      reasons: isExplained ? TextVerdict.reasons(judgement, width: style.width) : [],
      outlook: (TextVerdict.outlookText(judgement) ?? "").wrapped(to: style.width),
      about: about.wrapped(to: style.width),
      weights: "weights \(watched.weightsText)\(weightsSince)".wrapped(to: style.width),
      checks: checks, requests: requests,
      timeline: TextTimeline(watched.report, style).parts)
  }

  private func body(_ detail: Detail, of parts: Parts) -> [String] {
    // Where it cannot be judged, the reason is all that there is to say.
    let hasReasons = detail < .withoutLegend || watched.judgement.verdict == .unknown
    let head =
      parts.verdict + (hasReasons ? parts.reasons : []) + (detail < .least ? parts.outlook : [])
    let state = parts.about + parts.weights
    let timeline = parts.timeline
    let picture =
      switch detail {
      case .everything: timeline.picture + timeline.legend
      case .withoutLegend, .dense: timeline.picture
      case .withoutWeightsOverTime: timeline.errorRates
      case .withoutPicture, .least: [String]()
      }
    let groups =
      detail < .least
      ? [head + state, parts.checks, parts.requests, picture]
      : [head, parts.checks, state, parts.requests]
    return Array(groups.filter { !$0.isEmpty }.joined(separator: detail < .dense ? [""] : []))
  }

  private var verdict: [String] {
    let judgement = watched.judgement
    guard watched.isRunning else {
      let reason = judgement.reasons.first ?? "no rollout is running"
      return reason.terminalSafe.wrapped(to: style.width).map { style.paint($0, .heading) }
    }
    let overridden = watched.override.map { override in
      "OVERRIDDEN by \(override.by) until \(override.until.shortText) UTC: \(override.reason)"
        .terminalSafe.elided(to: 2 * style.width).wrapped(to: style.width)
    }
    let word = judgement.verdict.rawValue.uppercased()
    var head = TextVerdict.head(judgement).wrapped(to: style.width)
    head[0] = style.paint(word, judgement.verdict.colour) + head[0].dropFirst(word.count)
    return (overridden ?? []) + head
  }

  private var about: String {
    let name = watched.report.target.name.shownName
    guard let rollout = watched.report.rollout else { return name }
    let canaries = rollout.canaries.map(\.shownName).joined(separator: ", ")
    let course =
      rollout.endedAt.map { "\(rollout.state.words) \($0.shortText) UTC" }
      ?? "running for \(age(rollout.startedAt))"
    let gate = watched.report.decisions.last.map {
      "; the gate said \($0.verdict.rawValue) \(age($0.saidAt)) ago"
    }
    return "\(name), rollout \(rollout.id): \(canaries) against \(rollout.baseline.shownName), "
      + course + (gate ?? "")
  }

  private var weightsSince: String {
    guard let entry = watched.currentWeights else { return "" }
    let writer = entry.changedBy.map { " by \($0.shownName)" } ?? ""
    return ", set\(writer) \(age(entry.from)) ago"
  }

  private var checks: [String] {
    var canaries: [String] = []
    for check in watched.judgement.checks where !canaries.contains(check.canary) {
      canaries.append(check.canary)
    }
    return canaries.flatMap { canary in
      let table = CheckTable(watched.judgement.checks.filter { $0.canary == canary })
      let title = canaries.count > 1 ? ["checks of \(canary.shownName)"] : []
      return title + table.shortLines(style)
    }
  }

  /// Requests and error rates of the last few minutes beside those of the whole time.
  private var requests: [String] {
    let report = watched.report
    let recent = Dictionary(grouping: watched.recentVersions, by: \.version)
      .compactMapValues(\.first)
    let minutes = watched.recentWindow.duration.coarseText
    let since = "since \(report.window.from.shortText.dropFirst(11))"
    var rows: [[String]] = []
    for version in report.versions {
      let new = recent[version.version]
      rows.append([
        version.version.shownName, (new?.requests ?? 0).groupedText,
        new?.errorRate.estimate?.percentText ?? "-", version.requests.groupedText,
        version.errorRate.estimate?.percentText ?? "-",
        version.errorRate.rangeText { $0.percentText },
      ])
    }
    let titles: [(String, TextTable.Alignment)] = [
      ("requests", .left), ("in \(minutes)", .right), ("error rate", .right), (since, .right),
      ("error rate", .right), ("(bounds)", .left),
    ]
    guard watched.newestEnd != nil, !rows.isEmpty else { return [] }
    let tables = [6, 5, 3].map { count in
      var table = TextTable(Array(titles.prefix(count)))
      for row in rows { table.add(Array(row.prefix(count))) }
      return table
    }
    return (tables.first { $0.fits(style) } ?? tables[2]).lines(style)
  }

  private var footer: String {
    let clock = "\(moment.shortText.dropFirst(11)) UTC"
    let data = watched.newestEnd.map { "newest data \(age($0)) ago" } ?? "no data"
    let next = "looks again as data arrives, q ends"
    let all = "\(clock), \(data); \(next)"
    return style.paint(all.displayWidth <= columns ? all : "\(clock), \(data)", .faint)
  }

  private func age(_ past: Timestamp) -> String {
    max(.zero, moment - past).coarseText
  }
}

extension String {
  /// This line in at most `width` columns, with sequences for colours left whole.
  func fitted(to width: Int) -> String {
    var plain = ""
    var isSequence = false
    for character in self {
      if character == "\u{1B}" { isSequence = true }
      if !isSequence { plain.append(character) }
      if isSequence, character.isLetter { isSequence = false }
    }
    guard plain.displayWidth > width else { return self }
    var left = width - 1
    var line = ""
    var isColoured = false
    for character in self {
      if character == "\u{1B}" {
        isSequence = true
        isColoured = true
      }
      if isSequence {
        isSequence = !character.isLetter
      } else {
        left -= character.displayWidth
        guard left >= 0 else { break }
      }
      line.append(character)
    }
    return line + "…" + (isColoured ? "\u{1B}[0m" : "")
  }
}
