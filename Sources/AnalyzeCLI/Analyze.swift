import ArgumentParser

/// The root command.
struct Analyze: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Watch a canary rollout, explain it, and decide whether it may go on.",
    discussion: """
      An Istio VirtualService moves traffic from one version of a service to another, step by \
      step. "collect" samples VictoriaMetrics and the VirtualService into one SQLite file, \
      "report" explains the rollout from that file, and "gate" answers with its exit status \
      whether the canary may have all of the traffic: 0 promote, 1 block, 2 hold, 3 unknown.

      Options that several commands share can also be given by environment or in analyze.yaml; \
      an option goes before the environment, and the environment before the file.
      """,
    version: "analyze \(ToolVersion.current)",
    subcommands: [
      Collect.self, Report.self, Watch.self, Gate.self, OverrideCommand.self, Plan.self,
      Calibrate.self, Audit.self, Export.self, DoctorCommand.self,
      DatabaseCommand.self,
    ])
}
