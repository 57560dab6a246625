import Rollouts

/// How several targets are doing: a line for each rollout.
public struct OverviewReport: Sendable {
  /// One rollout, or a target without one.
  public struct Entry: Sendable {
    /// The file that it was read from.
    public let database: String
    /// The service.
    public let target: Target
    /// Its newest weights; `nil` if none are known.
    public let weights: Weights?
    /// The rollout; `nil` if there was none in the window.
    public let rollout: RolloutFigures?
    /// How far the newest settled interval is behind the end of the window; `nil` without one.
    public let lag: Duration?

    /// One rollout, or a target without one.
    public init(
      database: String, target: Target, weights: Weights?, rollout: RolloutFigures?, lag: Duration?
    ) {
      self.database = database
      self.target = target
      self.weights = weights
      self.rollout = rollout
      self.lag = lag
    }
  }

  /// A rollout, and what the gate would say of it at its end or the end of the window.
  public struct RolloutFigures: Sendable {
    /// The rollout.
    public let rollout: Rollout
    /// What the gate would say.
    public let judgement: Judgement
    /// Each canary's error rate minus the baseline's, in the rollout's order; empty where nothing
    /// was counted.
    public let differences: [Estimate]

    /// A rollout and its verdict.
    public init(rollout: Rollout, judgement: Judgement, differences: [Estimate]) {
      self.rollout = rollout
      self.judgement = judgement
      self.differences = differences
    }
  }

  /// A database of which nothing is known.
  public struct Unread: Sendable {
    /// The file.
    public let database: String
    /// Why it could not be read.
    public let reason: String

    /// A database of which nothing is known.
    public init(database: String, reason: String) {
      self.database = database
      self.reason = reason
    }
  }

  /// When it was made.
  public let generatedAt: Timestamp
  /// The version of the tool.
  public let toolVersion: String
  /// The stretch of time.
  public let window: TimeWindow
  /// The rollouts, database by database and target by target.
  public let entries: [Entry]
  /// The databases that could not be read.
  public let unread: [Unread]

  /// How several targets are doing.
  public init(
    generatedAt: Timestamp, toolVersion: String, window: TimeWindow, entries: [Entry],
    unread: [Unread] = []
  ) {
    self.generatedAt = generatedAt
    self.toolVersion = toolVersion
    self.window = window
    self.entries = entries
    self.unread = unread
  }
}

extension OverviewReport {
  /// The overview for people: few columns, figures in words.
  public var shown: TableReport {
    let isSeveral = Set(entries.map(\.database) + unread.map(\.database)).count > 1
    let columns = ["target", "verdict", "rollout", "error rate", "since"]
    return report(
      Table(
        columns: (isSeveral ? ["database"] : []) + columns,
        rows: entries.map { entry in
          (isSeveral ? [.text(entry.database)] : []) + shownCells(entry).map(Table.Value.text)
        }
          + unread.map { unread in
            [unread.database, "-", "UNKNOWN", unread.reason, "", ""].map(Table.Value.text)
          }))
  }

  private func shownCells(_ entry: Entry) -> [String] {
    guard let figures = entry.rollout else {
      let holder = entry.weights.flatMap { weights in
        weights.versions.first { weights.share(of: $0) == 1 }
      }
      return [
        entry.target.name, "-", "none" + (holder.map { "; \($0.shownName) has all" } ?? ""), "", "",
      ]
    }
    let rollout = figures.rollout
    let canaries = rollout.canaries.map { canary in
      canary.shownName
        + (rollout.endedAt == nil
          ? entry.weights.map { " " + $0.share(of: canary).percentText } ?? "" : "")
    }
    let differences = figures.differences.map { difference -> String in
      guard let points = difference.estimate else { return "not known" }
      return difference.word == "not shown to differ"
        ? difference.word : "\(difference.word), \(points.pointsText) points"
    }
    return [
      entry.target.name, figures.judgement.verdict.rawValue.uppercased(),
      "\(canaries.joined(separator: ", ")), \(rollout.state.words)",
      differences.joined(separator: "; "), String(rollout.startedAt.shortText.dropLast(3)),
    ]
  }

  /// The overview for programs: every figure in a column of its own, a row a rollout and canary.
  public var table: TableReport {
    report(
      Table(
        columns: [
          "database", "target", "namespace", "virtual_service", "rollout_id", "started_at",
          "ended_at", "state", "baseline", "canary", "canary_weight", "verdict", "reason",
          "error_rate_difference", "difference_lower", "difference_upper", "lag_seconds",
        ],
        rows: entries.flatMap(rows)
          + unread.map { unread in
            let place = [Table.Value.text(unread.database)] + Array(repeating: .null, count: 10)
            let verdict: [Table.Value] = [
              .text(Verdict.unknown.rawValue), .text(unread.reason),
            ]
            return place + verdict + Array(repeating: .null, count: 4)
          }))
  }

  private func rows(_ entry: Entry) -> [[Table.Value]] {
    let head: [Table.Value] = [
      .text(entry.database), .text(entry.target.name),
      .text(entry.target.virtualService.namespace), .text(entry.target.virtualService.name),
    ]
    let lag = entry.lag.map { Table.Value.real($0.seconds) } ?? .null
    guard let figures = entry.rollout else {
      return [head + Array(repeating: .null, count: 12) + [lag]]
    }
    let rollout = figures.rollout
    return rollout.canaries.enumerated().map { index, canary in
      let difference =
        figures.differences.indices.contains(index) ? figures.differences[index] : nil
      func number(_ value: Double?) -> Table.Value { value.map(Table.Value.real) ?? .null }
      let course: [Table.Value] = [
        .integer(rollout.id), .integer(rollout.startedAt.millisecondsSince1970),
        rollout.endedAt.map { .integer($0.millisecondsSince1970) } ?? .null,
        .text(rollout.state.rawValue), .text(rollout.baseline), .text(canary),
        number(entry.weights?.share(of: canary)),
      ]
      return head + course + [
        .text(figures.judgement.verdict.rawValue),
        figures.judgement.reasons.first.map(Table.Value.text) ?? .null,
        number(difference?.estimate), number(difference?.lower), number(difference?.upper), lag,
      ]
    }
  }

  private func report(_ table: Table) -> TableReport {
    TableReport(
      title: "Rollouts",
      subtitle: "\(window.from.shortText) to \(window.to.shortText) UTC",
      generatedAt: generatedAt, toolVersion: toolVersion,
      sections: [ReportSection(name: "overview", table: table)])
  }
}
