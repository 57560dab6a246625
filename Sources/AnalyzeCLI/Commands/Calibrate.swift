import Analysis
import ArgumentParser
import Reporting
import Rollouts
import Store

extension Analyze {
  /// Finds out how dependent requests are, from history.
  struct Calibrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Estimate from history how much counts vary when both versions are the same.",
      discussion: """
        Requests are not independent: retries, one bad pod, one bad minute. The gate guards against \
        that by an estimate from the rollout itself; better is a stretch of history in which both \
        versions were equal: a rollout of the same version, or one that turned out to change \
        nothing. What is found is stored with the target and used while weights, traffic and step \
        width are about the same.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var window: WindowOptions
    @OptionGroup var output: OutputOptions

    @Option(
      help: ArgumentHelp(
        "Which version to compare with the baseline. (default: the rollout's first canary)",
        valueName: "version"))
    var canary: String?

    func run() async throws {
      let file = try common.configuration()
      let now = common.presentTime
      let window = try window.window(now: now)
      let name = common.targetName
      let canary = canary
      let outcome: CalibrationOutcome
      let path = try common.databasePath(file)
      do {
        let database = try Database(path: path, mode: .readWrite)
        outcome = try database.write(to: "calibrate") { writer in
          let loaded = try LoadedTarget(
            writer.reader, targetName: name, policy: { common.policy(for: $0, file) },
            asOf: window.to)
          return try CalibrationOutcome(
            writer, loaded, window: window, canary: canary, now: now)
        }
      } catch {
        throw CommandFailure(error)
      }
      if let failure = outcome.failure {
        throw CommandFailure(.failure, "cannot calibrate \(outcome.target.name): \(failure)")
      }
      try Output.write(outcome.text(in: output.format), to: output.output)
      if outcome.isDifferent {
        Output.error(
          "analyze: warning: the error rates of \(outcome.canary.terminalSafe) and the baseline "
            + "have been shown to differ in this stretch; what was found may be too large, and the "
            + "gate too slow to block: name a stretch in which both were equal")
      }
    }
  }
}

/// What calibration found in a stretch of history.
struct CalibrationOutcome: Sendable {
  let target: Target
  let canary: String
  var calibrations: [Calibration] = []
  var isDifferent = false
  var failure: String?

  init(
    _ writer: Writer, _ loaded: LoadedTarget, window: TimeWindow, canary: String?, now: Timestamp
  ) throws {
    target = loaded.target
    let rollout = loaded.rollouts.last {
      $0.startedAt < window.to && ($0.endedAt.map { $0 > window.from } ?? true)
    }
    guard let rollout, let named = canary ?? rollout.canaries.first,
      let evidence = try loaded.evidence(
        of: rollout, writer.reader, upTo: window.to)?.within(window)
    else {
      self.canary = canary ?? ""
      failure =
        "two versions shared the traffic at no time from \(window.from.rfc3339) to "
        + "\(window.to.rfc3339); name another stretch with --since and --until"
      return
    }
    self.canary = named
    let counts = JudgedCounts(evidence, policy: loaded.policy)
    do {
      calibrations = try Calibrator.calibrations(from: counts, canary: named)
    } catch {
      failure = error.reason
      return
    }
    isDifferent = Calibrator.differ(counts, canary: named)
    for calibration in calibrations {
      try writer.store(calibration, of: loaded.id, at: now)
    }
  }

  func text(in format: OutputFormat) -> String {
    switch format {
    case .text:
      calibrations.map { calibration in
        "\(calibration.metric.rawValue): dispersion \(calibration.dispersion.threeDigits)\n"
      }.joined() + (calibrations.first.map(origin) ?? "")
    case .json:
      JSONValue.object([
        ("target", .string(target.name)), ("canary", .string(canary)),
        (
          "calibrations",
          .array(
            calibrations.map { calibration in
              .object([
                ("metric", .string(calibration.metric.rawValue)),
                ("dispersion", .number(calibration.dispersion)),
                ("from", .string(calibration.window.from.rfc3339)),
                ("to", .string(calibration.window.to.rfc3339)),
                ("stepSeconds", .integer(Int64(calibration.stepSeconds))),
                ("canaryShare", .number(calibration.canaryShare)),
                ("requestsPerInterval", .number(calibration.requestsPerInterval)),
                ("reporter", .string(calibration.reporter?.rawValue)),
                ("errorResponses", calibration.errorResponses.map(PolicyJSON.words) ?? .null),
              ])
            })
        ), ("isDifferent", .bool(isDifferent)),
      ]).text(indented: true) + "\n"
    }
  }

  /// What all of them were found from.
  private func origin(_ calibration: Calibration) -> String {
    """
    from \(calibration.window.from.rfc3339) to \(calibration.window.to.rfc3339), with \
    \(calibration.canaryShare.percentText) of the requests to \(canary.terminalSafe)
    and \(calibration.requestsPerInterval.threeDigits) requests in an interval of \
    \(calibration.stepSeconds) s; stored, and used while that is about so

    """
  }
}
