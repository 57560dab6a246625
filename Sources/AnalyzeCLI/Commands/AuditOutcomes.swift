import Analysis
import ArgumentParser
import Reporting
import Rollouts
import Store

extension Analyze.Audit {
  /// What became of each rollout, beside what the gate had said.
  struct Outcomes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell what became of each rollout, beside what the gate had said of it.",
      discussion: """
        Promotions that were rolled back within a day speak of a policy that is too lax, blocks \
        that were overridden of one that is too strict. A rollout counts by the gate's last answer \
        before it ended. Reads the database only.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let file = try common.configuration()
      let now = common.presentTime
      let text: String
      let path = try common.databasePath(file)
      do {
        let database = try Database(path: path, mode: .readOnly)
        text = try database.read(to: "read the record") { reader in
          let loaded = try LoadedTarget(
            reader, targetName: common.targetName, policy: { common.policy(for: $0, file) },
            asOf: now)
          let decisions = try reader.auditTrail(of: loaded.id).decisions
          let outcomes = loaded.rollouts.map {
            Hindsight($0, decisions: decisions, spans: loaded.spans, now: now)
          }
          return switch output.format {
          case .text: OutcomesReport.text(outcomes, target: loaded.target)
          case .json:
            OutcomesReport.value(outcomes, target: loaded.target).text(indented: true) + "\n"
          }
        }
      } catch {
        throw CommandFailure(error)
      }
      try Output.write(text, to: output.output)
    }
  }
}
