import Analysis
import ArgumentParser
import Ledger
import Reporting
import Rollouts
import Store

/// How the gate's answer is written.
enum GateFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown, junit
}

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

    @Option(help: .format)
    var format = GateFormat.text

    @Option(help: .output)
    var output: String?

    @Option(
      help: ArgumentHelp(
        "Look again as data arrives, until the verdict is promote or block, or for this long.",
        valueName: "duration"),
      transform: MomentArgument.duration)
    var wait: Duration?

    @Option(
      help: ArgumentHelp(
        "Answer as of this moment: a duration before now or an RFC 3339 time. (default: now)",
        valueName: "when"),
      transform: MomentArgument.parse)
    var until: MomentArgument?

    @Option(
      help: ArgumentHelp(
        "Sign the decision with this Ed25519 private key. (env: ANALYZE_SIGNING_KEY_FILE)",
        valueName: "file"))
    var signingKey: String?

    func validate() throws {
      if wait != nil, until != nil {
        throw ValidationError("--wait looks at what is yet to come: it does not go with --until")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let policy: @Sendable (String) -> Policy = { common.policy(for: $0, file) }
      let key = try KeyFile.signingKey(signingKey)
      let path = try common.databasePath(file)
      let clock = common.clock
      let outcome: GateOutcome
      do {
        let database = try Database(path: path, mode: .readWrite)
        let now = common.presentTime
        let first = try GateOutcome(
          database, targetName: common.targetName, policy: policy,
          asOf: until?.moment(from: now) ?? now, now: now, key: key)
        if let wait, !first.isFinal {
          try await GateWait(
            targetName: common.targetName, policy: policy, patience: wait, clock: clock
          ).untilDecided(database)
          let now = clock()
          outcome = try GateOutcome(
            database, targetName: common.targetName, policy: policy, asOf: now, now: now, key: key)
        } else {
          outcome = first
        }
      } catch let error as StoreError {
        let failure = CommandFailure(error)
        // A gate that could not look is neither promote nor block.
        throw CommandFailure(
          failure.status == .failure ? .unreachable : failure.status, failure.message)
      }
      // A file may be lost or replaced: the pipeline's log keeps what anchors the ledger.
      if output != nil, let head = outcome.ledgerHead {
        Output.error("analyze: ledger head \(head.hash)")
      }
      do {
        try Output.write(outcome.text(in: format), to: output)
      } catch {
        throw CommandFailure(.unreachable, error.message)
      }
      throw CommandFailure(outcome.status, nil)
    }
  }
}
