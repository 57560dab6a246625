import ArgumentParser
import Reporting
import Reports
import Rollouts
import Store

extension Analyze {
  /// Explains the rollout in a stretch of time.
  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Explain the rollout: errors, latency, weights, traffic split, data quality.",
      discussion: """
        Reads the database only. The figures come from the queries in reports/canary, which can \
        also be run by hand with the sqlite3 shell. Where there are several databases, or several \
        targets and none is named, it is an overview with a line for each rollout.
        """)

    @Argument(help: "Which report of reports/.")
    var name = "canary"

    @OptionGroup var common: CommonOptions
    @OptionGroup var window: WindowOptions
    @OptionGroup var report: ReportOptions

    func validate() throws {
      guard Reports.names.contains(name) else {
        throw ValidationError(
          "there is no report \"\(name)\"; there is \(Reports.names.joined(separator: ", "))")
      }
      guard name == "canary" || (report.query == nil && !report.overview) else {
        throw ValidationError("the report \"\(name)\" goes without --query and --overview")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let now = common.presentTime
      let source = ReportSource(
        common: common, file: file, window: try window.window(now: now), generatedAt: now)
      let text: String
      var failures: [CommandFailure] = []
      if let query = report.query {
        text = try report.text(source.answer(toQueryIn: query, timeLimit: report.timeLimit))
      } else if name != "canary" {
        text = try report.text(source.tables(of: name))
      } else if try report.overview || source.isSeveral {
        let overview = try source.overview()
        text = try report.text(overview.report)
        failures = overview.failures
      } else {
        text = try report.text(source.canaryReport(report.format.details))
      }
      try Output.write(text, to: report.output)
      guard let first = failures.first else { return }
      for failure in failures { failure.say() }
      throw CommandFailure(first.status, nil)
    }
  }
}
