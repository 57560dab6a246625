import Analysis
import ArgumentParser
import Configuration
import Rollouts
import Store

extension Analyze.DatabaseCommand {
  /// Sums older observations.
  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Sum older observations by the hour, drop older runs of the collector, give the space back.",
      discussion: """
        Counts stay exact: the sum over whole hours is what it was. The ledger, decisions, weights, \
        gaps and corrections stay as they are, and so do hours in which the weights changed, in \
        which intervals are missing, or in which a count was corrected, and everything since a \
        rollout that is still running began. Of the runs of the collector those are dropped that \
        nothing refers to and that told nothing more than the one before. It works in small \
        transactions beside a collector.
        """)

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "Observations of this time stay as they are. (default: 14d)", valueName: "duration"),
      transform: MomentArgument.duration)
    var keepDetail: Duration?

    @Flag(
      help: ArgumentHelp(
        "Also rebuild the file, once, where it was made by an older analyze; no collector and no "
          + "gate can write meanwhile."))
    var vacuum = false

    func run() async throws {
      let file = try common.configuration()
      let path = try common.databasePath(file)
      let moment = common.presentTime - (keepDetail ?? .seconds(14 * 86_400))
      var outcome = PruneOutcome()
      let isIncremental: Bool
      do {
        let database = try Database(path: path, mode: .readWrite)
        for (targetID, moment) in try targets(database, upTo: moment, file) {
          try await database.prune(targetID, upTo: moment, &outcome)
          try await database.pruneCollections(targetID, upTo: moment, &outcome)
        }
        if vacuum {
          let lock = try await CollectorLock(databasePath: path, patience: .seconds(10))
          try database.vacuum()
          withExtendedLifetime(lock) {}
        }
        isIncremental = try await database.giveSpaceBack(&outcome)
      } catch {
        throw CommandFailure(error)
      }
      try Output.write(Self.text(outcome, isIncremental), to: nil)
    }

    /// Each target, and up to when its observations are summed: not since the running rollout
    /// began, for the gate judges by intervals.
    private func targets(
      _ database: Database, upTo moment: Timestamp, _ file: ConfigurationFile
    ) throws(StoreError) -> [(Int64, Timestamp)] {
      try database.read(to: "look for running rollouts") { reader in
        try reader.targets().filter {
          common.targetName == nil || common.targetName == $0.target.name
        }.map { stored in
          let loaded = try LoadedTarget(
            reader, targetName: stored.target.name, policy: { common.policy(for: $0, file) },
            asOf: common.presentTime)
          let running = loaded.rollouts.last.flatMap { $0.state == .running ? $0 : nil }
          return (stored.id, min(moment, running?.startedAt ?? moment))
        }
      }
    }

    private static func text(_ outcome: PruneOutcome, _ isIncremental: Bool) -> String {
      var lines = [
        "\(outcome.intervalsSummed.groupedText) intervals were summed into "
          + "\(outcome.hoursSummed.groupedText) hours"
      ]
      for reason in PruneOutcome.Reason.allCases {
        guard let count = outcome.hoursKept[reason] else { continue }
        lines.append("\(count.groupedText) hours stay as they are: \(reason.words)")
      }
      if outcome.collectionsDropped > 0 {
        lines.append("\(outcome.collectionsDropped.groupedText) runs of the collector were dropped")
      }
      lines.append("\(outcome.bytesGivenBack.groupedText) bytes were given back")
      if !isIncremental, outcome.bytesFree > 0 {
        lines.append(
          "\(outcome.bytesFree.groupedText) bytes are free and will be used again; this file, made "
            + "by an older analyze, gives them back with --vacuum")
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }
}

extension PruneOutcome.Reason {
  fileprivate var words: String {
    switch self {
    case .incomplete: "intervals are missing, or reach over the end of the hour"
    case .unsettled: "they may still change"
    case .weightChange: "the weights changed or are not known"
    case .corrected: "a count was corrected"
    }
  }
}
