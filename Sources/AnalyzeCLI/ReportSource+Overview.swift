import Analysis
import Reporting
import Reports
import Rollouts
import Store

extension ReportSource {
  /// A line for each rollout in the window, of every target in every database.
  ///
  /// - Returns: The overview, and why databases are missing in it.
  /// - Throws: A `CommandFailure` if no database can be read.
  func overview() throws -> (report: OverviewReport, failures: [CommandFailure]) {
    var entries: [OverviewReport.Entry] = []
    var unread: [(path: String, failure: CommandFailure)] = []
    let paths = common.databasePaths(file)
    for path in paths {
      do throws(CommandFailure) {
        entries += try lines(ofDatabase: path)
      } catch {
        unread.append((path, error))
      }
    }
    if let failure = unread.first?.failure, unread.count == paths.count { throw failure }
    let report = OverviewReport(
      generatedAt: generatedAt, toolVersion: ToolVersion.current, window: window, entries: entries,
      unread: unread.map { .init(database: $0.path, reason: $0.failure.message ?? "") })
    return (report, unread.map(\.failure))
  }

  private func lines(
    ofDatabase path: String
  ) throws(CommandFailure) -> [OverviewReport.Entry] {
    try read(path) { reader in
      let named = try common.targetName.map { [try reader.target(named: $0)] }
      return try (named ?? reader.targets()).flatMap { stored in
        try lines(reader, try loaded(reader, stored.target.name), database: path)
      }
    }
  }

  private func lines(
    _ reader: Reader, _ loaded: LoadedTarget, database: String
  ) throws -> [OverviewReport.Entry] {
    let rollouts = loaded.rollouts.filter {
      $0.startedAt < window.to && ($0.endedAt.map { $0 > window.from } ?? true)
    }
    let lag = loaded.source.newest.map { window.to - $0.end }
    guard !rollouts.isEmpty else {
      return [
        OverviewReport.Entry(
          database: database, target: loaded.target, weights: loaded.spans.last?.weights,
          rollout: nil, lag: lag)
      ]
    }
    return try rollouts.map { rollout in
      OverviewReport.Entry(
        database: database, target: loaded.target,
        weights: rollout.endedAt == nil ? rollout.steps.last?.weights : loaded.spans.last?.weights,
        rollout: try figures(reader, loaded, rollout), lag: lag)
    }
  }

  private func figures(
    _ reader: Reader, _ loaded: LoadedTarget, _ rollout: Rollout
  ) throws -> OverviewReport.RolloutFigures {
    let judged = try loaded.judged(rollout, reader)
    return OverviewReport.RolloutFigures(
      rollout: rollout, judgement: judged.judgement,
      differences: judged.evidence.map { evidence in
        let counts = JudgedCounts(evidence, policy: loaded.policy)
        return rollout.canaries.map { ErrorComparison(counts, canary: $0).difference }
      } ?? [])
  }
}
