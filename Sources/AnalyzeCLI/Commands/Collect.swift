import ArgumentParser
import Collecting
import Configuration
import HTTP
import Rollouts
import Store

extension Analyze {
  /// Takes everything new since the last stored interval.
  struct Collect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Store everything new since the last stored interval.",
      discussion: """
        Reads the VirtualService and every complete interval since the last stored one, and \
        stores both in one transaction. Run it from cron, or with --every as a service. Running \
        it twice stores nothing twice.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var source: SourceOptions

    @Option(
      help: ArgumentHelp(
        "Collect again and again, this often, until told to stop.", valueName: "duration"),
      transform: MomentArgument.duration)
    var every: Duration?

    @Option(
      help: ArgumentHelp("The width of an interval. (default: 15s)", valueName: "duration"),
      transform: MomentArgument.duration)
    var step: Duration?

    @Option(
      help: ArgumentHelp(
        "How long after its end an interval is first read; VictoriaMetrics makes up younger points "
          + "(its -search.latencyOffset), those of the last second always. (default: 30s)",
        valueName: "duration"),
      transform: MomentArgument.latencyOffset)
    var latencyOffset: Duration?

    @Option(
      help: ArgumentHelp(
        "How long after its end an interval is read again, and not judged yet: until every sample "
          + "has arrived. (default: 1m)",
        valueName: "duration"),
      transform: MomentArgument.durationOrZero)
    var settle: Duration?

    @Option(
      help: ArgumentHelp(
        "Read settled intervals of this time again, correct them, and record each correction.",
        valueName: "duration"),
      transform: MomentArgument.duration)
    var reread: Duration?

    @Option(
      help: ArgumentHelp(
        "Where the first run begins: a duration before now or an RFC 3339 time. (default: 1h)",
        valueName: "when"),
      transform: MomentArgument.parse)
    var since: MomentArgument?

    @Option(
      help: ArgumentHelp(
        "Add the VirtualService as it was at this time to the history of weights, and read no "
          + "counts; with --virtual-service-file.",
        valueName: "time"),
      transform: MomentArgument.moment)
    var observedAt: Timestamp?

    @Option(
      help: ArgumentHelp(
        "The form of what is said on standard error: log lines of a service, warnings and failures.",
        valueName: "format"))
    var logFormat = LogFormat.text

    @Option(
      help: ArgumentHelp(
        "Write counters of the collector itself to this file, in Prometheus' text format; with "
          + "--every.",
        valueName: "file"))
    var telemetryFile: String?

    func validate() throws {
      if every != nil, source.virtualServiceFile == "-" {
        throw ValidationError(
          "standard input can be read only once: --every does not go with "
            + "--virtual-service-file -")
      }
      if observedAt != nil, source.virtualServiceFile == nil || every != nil {
        throw ValidationError(
          "--observed-at goes with --virtual-service-file and without --every")
      }
      if telemetryFile != nil, every == nil {
        throw ValidationError("--telemetry-file goes with --every")
      }
      if let step, step.wholeMilliseconds % 1000 != 0 || step > .seconds(3600) {
        throw ValidationError("--step is in whole seconds and at most 1h")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let session = try CollectingSession(self, file)
      if let every {
        await session.collect(every: every)
      } else {
        try await session.collectOnce()
      }
    }
  }
}
