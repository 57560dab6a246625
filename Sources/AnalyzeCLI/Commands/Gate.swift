import Analysis
import ArgumentParser
import Reporting
import Rollouts
import Store

extension Analyze {
  /// Answers whether the canary may have all of the traffic.
  struct Gate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decide whether the running rollout may go to 100 %, and answer with the status.",
      discussion: """
        Evaluates the running rollout against its policy, stores the decision with its evidence, \
        and exits with 0 (promote), 1 (block), 2 (hold: not enough evidence yet) or 3 (unknown: \
        it could not be evaluated). Only 0 means that the canary has been shown to be no worse \
        than the policy allows. It may be asked as often as wanted: the bound on false blocks \
        holds for all looks together.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    @Option(
      help: ArgumentHelp(
        "Answer as of this moment: a duration before now or an RFC 3339 time. (default: now)",
        valueName: "when"),
      transform: MomentArgument.parse)
    var until: MomentArgument?

    func run() async throws {
      let file = try common.configuration()
      let moment = until?.moment(from: common.presentTime) ?? common.presentTime
      let outcome: GateOutcome
      do {
        let database = try Database(path: common.databasePath(file), mode: .readWrite)
        outcome = try GateOutcome(
          database, targetName: common.targetName, policy: { common.policy(for: $0, file) },
          asOf: moment)
      } catch {
        let failure = CommandFailure(error)
        // A gate that could not look is neither promote nor block.
        throw CommandFailure(
          failure.status == .failure ? .unreachable : failure.status, failure.message)
      }
      let status = ExitStatus(outcome.judgement.verdict)
      do {
        try Output.write(outcome.text(in: output.format, status), to: output.output)
      } catch {
        throw CommandFailure(.unreachable, error.message)
      }
      throw CommandFailure(status, nil)
    }
  }
}
