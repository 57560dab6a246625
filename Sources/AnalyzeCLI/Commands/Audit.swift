import ArgumentParser

extension Analyze {
  /// Who changed what when, and whether the record is whole.
  struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the record of weights, decisions and overrides, and verify it.",
      discussion: """
        Every weight change, decision, override, change of policy and correction is an entry of a \
        ledger that names the entry before it by its hash. Nothing here writes to the database.
        """,
      subcommands: [Timeline.self, Show.self, Verify.self, Replay.self, Outcomes.self],
      defaultSubcommand: Timeline.self)
  }
}
