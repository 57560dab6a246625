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
        also be run by hand with the sqlite3 shell.
        """)

    @Argument(help: "Which report of reports/.")
    var name = "canary"

    @OptionGroup var common: CommonOptions
    @OptionGroup var window: WindowOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      guard Reports.names.contains(name) else {
        throw ValidationError(
          "there is no report \"\(name)\"; there is \(Reports.names.joined(separator: ", "))")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let now = common.presentTime
      let window = try window.window(now: now)
      let report: CanaryReport
      do {
        let database = try Database(path: common.databasePath(file), mode: .readOnly)
        report = try database.read(to: "read the report") { reader in
          let loaded = try LoadedTarget(
            reader, targetName: common.targetName, policy: { common.policy(for: $0, file) },
            asOf: window.to)
          return CanaryReport(
            try ReportMaterial(
              reader, loaded, window: window,
              policy: common.policy(for: loaded.target.name, file), generatedAt: now))
        }
      } catch {
        throw CommandFailure(error)
      }
      let text =
        switch output.format {
        case .text: TextReport.text(report)
        case .json: JSONReport.value(report).text(indented: true) + "\n"
        }
      try Output.write(text, to: output.output)
    }
  }
}
