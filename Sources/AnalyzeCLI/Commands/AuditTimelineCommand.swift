import ArgumentParser
import Reporting
import Rollouts
import Store

extension Analyze.Audit {
  /// Tells what happened, in the order of time.
  struct Timeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell who changed the weights when, and what the gate said.",
      discussion: """
        Weights, decisions, overrides, changes of policy, and what went wrong while counts were \
        collected (gaps, corrections, runs that failed, findings about the source), in the order \
        of time, each with the number of its entry in the ledger, where it has one. --since and \
        --until choose what happened or lasted between them. Reads the database only.
        """)

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "From when on: a duration before the end (90s, 15m, 1h, 7d) or an RFC 3339 time. (default: "
          + "the beginning of the record)",
        valueName: "when"),
      transform: MomentArgument.parse)
    var since: MomentArgument?

    @Option(
      help: ArgumentHelp(
        "Up to when: a duration before now or an RFC 3339 time. (default: now)",
        valueName: "when"),
      transform: MomentArgument.parse)
    var until: MomentArgument?

    @Option(help: ArgumentHelp("Only what belongs to this rollout.", valueName: "id"))
    var rollout: Int64?

    @Option(help: ArgumentHelp("Only decisions with this verdict.", valueName: "verdict"))
    var verdict: Verdict?

    @Option(help: .format)
    var format = ReportFormat.text

    @Option(help: .output)
    var output: String?

    func run() async throws {
      let file = try common.configuration()
      let to = until?.moment(from: common.presentTime) ?? common.presentTime
      let filter = AuditTimeline.Filter(
        since: since?.moment(from: to), until: to, rolloutID: rollout, verdict: verdict)
      let timeline: AuditTimeline
      let path = try common.databasePath(file)
      do {
        let database = try Database(path: path, mode: .readOnly)
        timeline = try database.read(to: "read the record") { reader in
          let loaded = try LoadedTarget(
            reader, targetName: common.targetName, policy: { common.policy(for: $0, file) },
            asOf: common.presentTime)
          return AuditTimeline(
            target: loaded.target, trail: try reader.auditTrail(of: loaded.id),
            rollouts: loaded.rollouts, filter: filter)
        }
      } catch {
        throw CommandFailure(error)
      }
      try Output.write(text(timeline), to: output)
    }

    private func text(_ timeline: AuditTimeline) -> String {
      let table = TableReport(
        title: "The record of \(timeline.target.name)",
        subtitle: "VirtualService \(timeline.target.virtualService), times in UTC",
        generatedAt: common.presentTime, toolVersion: ToolVersion.current,
        sections: [timeline.shown])
      return switch format {
      case .text: AuditText.text(timeline)
      case .json: AuditJSON.value(timeline).text(indented: true) + "\n"
      case .markdown: MarkdownReport.text(table)
      case .html: HTMLReport.text(table)
      case .csv: CSVReport.text(timeline.section)
      }
    }
  }
}

extension Verdict: ExpressibleByArgument {}
