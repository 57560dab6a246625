import ArgumentParser
import Rollouts
import Store

extension Analyze {
  /// Lets a rollout pass the gate for a while, on the record.
  struct OverrideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "override",
      abstract: "Let a rollout pass the gate for a while, with a name and a reason, on the record.",
      discussion: """
        Until the time is over the gate answers 0 for this rollout, says who let it pass and why, \
        and what it would have said. The override is an entry of the ledger: it cannot be taken \
        back or altered, and every report shows it.
        """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The rollout, which must be running.", valueName: "id"))
    var rollout: Int64

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who takes the responsibility.", valueName: "name"))
    var by: String

    @Option(
      name: .customLong("for"),
      help: ArgumentHelp("For how long, at most 7d.", valueName: "duration"),
      transform: MomentArgument.duration)
    var period: Duration

    func validate() throws {
      for (option, text) in [("--reason", reason), ("--by", by)]
      where text.allSatisfy(\.isWhitespace) {
        throw ValidationError("\(option) is empty; an override needs a name and a reason")
      }
      guard period <= .seconds(7 * 86_400) else {
        throw ValidationError("--for is at most 7d; an override is for a while")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let path = try common.databasePath(file)
      let now = common.presentTime
      let stored: (target: String, override: GateOverride)
      do {
        let database = try Database(path: path, mode: .readWrite)
        stored = try database.writeBySchema(to: "store the override") { writer in
          let loaded = try LoadedTarget(
            writer.reader, targetName: common.targetName,
            policy: { common.policy(for: $0, file) }, asOf: now)
          guard let running = loaded.rollouts.last, running.state == .running,
            running.id == rollout
          else { throw StoreError.contradiction(notRunning(loaded)) }
          let override = try writer.storeOverride(
            of: rollout, targetID: loaded.id, by: by, reason: reason,
            in: TimeWindow(from: now, to: now + period), decidedAt: now,
            toolVersion: ToolVersion.current)
          return (loaded.target.name, override)
        }
      } catch {
        throw CommandFailure(error)
      }
      try Output.write(
        "the gate lets rollout \(rollout) of \(stored.target) pass until "
          + "\(stored.override.until.rfc3339), entry \(stored.override.entry) of the ledger\n",
        to: nil)
    }

    private func notRunning(_ loaded: LoadedTarget) -> String {
      let running = loaded.rollouts.last.flatMap { $0.state == .running ? $0.id : nil }
      return "cannot let rollout \(rollout) of \(loaded.target.name) pass: it is not running; "
        + (running.map { "rollout \($0) is" } ?? "none is")
    }
  }
}
