import ArgumentParser
import Configuration
import Exporting
import Rollouts
import Store
import VictoriaMetrics

extension Analyze {
  /// Hands the record on to a log store, or to VictoriaMetrics.
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hand the record on: to a log store, or as time series to VictoriaMetrics.",
      discussion: """
        Writes the entries of the ledger, decisions with their verdicts among them, as JSON Lines. \
        With --cursor each run goes on where the last one ended. With --to-victoria-metrics it \
        writes weights, requests, errors, evidence and verdicts as time series instead, so that \
        many clusters are seen in one place. Nothing here writes to the database.
        """)

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "Begin after this entry of the ledger. (default: 0)", valueName: "sequence"))
    var after: Int64?

    @Option(
      help: ArgumentHelp(
        "Go on where this file says that the last run ended, and write there where this one ends.",
        valueName: "file"))
    var cursor: String?

    @Option(help: .output)
    var output: String?

    @Option(
      help: ArgumentHelp(
        "Write time series to VictoriaMetrics at this base URL, with any path prefix; with --cursor. "
          + "Credentials are those of the configuration and the environment.",
        valueName: "url"))
    var toVictoriaMetrics: String?

    @Option(
      help: ArgumentHelp(
        "A label for all time series, such as cluster=eu-1; may be given several times.",
        valueName: "name=value"),
      transform: SeriesLabel.init(parsing:))
    var label: [SeriesLabel] = []

    func validate() throws {
      if after != nil, cursor != nil {
        throw ValidationError("--after does not go with --cursor, which says where to begin")
      }
      if let after, after < 0 { throw ValidationError("--after is 0 or the number of an entry") }
      if toVictoriaMetrics == nil, !label.isEmpty {
        throw ValidationError("--label goes with --to-victoria-metrics")
      }
      if toVictoriaMetrics != nil {
        guard cursor != nil else {
          throw ValidationError(
            "--to-victoria-metrics needs --cursor FILE, which says how far the last run came")
        }
        guard after == nil, output == nil else {
          throw ValidationError("--after and --output do not go with --to-victoria-metrics")
        }
      }
      guard Set(label.map(\.name)).count == label.count else {
        throw ValidationError("a --label is given twice")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let path = try common.databasePath(file)
      let database: Database
      do {
        database = try Database(path: path, mode: .readOnly)
      } catch {
        throw CommandFailure(error)
      }
      let cursorFile = try cursor.map { path throws(CommandFailure) in try CursorFile(at: path) }
      guard let toVictoriaMetrics, let cursorFile else {
        try LedgerExport(database: database, targetName: common.targetName)
          .run(after: after ?? 0, cursorFile, to: StreamedOutput(to: output))
        return
      }
      try VictoriaMetricsAccess.refusePassword(in: toVictoriaMetrics, of: "--to-victoria-metrics")
      let client = try VictoriaMetricsAccess.client(
        url: toVictoriaMetrics, file.victoriaMetricsSettings)
      let delivery = SeriesDelivery(
        export: TimeSeriesExport(database), client: client, cursorFile: cursorFile,
        labels: Dictionary(uniqueKeysWithValues: label.map { ($0.name, $0.value) }))
      try Output.write(try await delivery.run(targetName: common.targetName), to: nil)
    }
  }
}

/// A label of the user's for all series.
struct SeriesLabel {
  let name: String
  let value: String

  /// Reads `name=value`.
  init(parsing text: String) throws {
    guard let parts = text.wholeMatch(of: #/([A-Za-z_][A-Za-z0-9_]*)=(.+)/#),
      !parts.1.hasPrefix("__")
    else {
      throw ValidationError("\"\(text)\" is no NAME=VALUE; write it as cluster=eu-1")
    }
    (name, value) = (String(parts.1), String(parts.2))
    guard !ExportedSeries.ownLabels.contains(name) else {
      throw ValidationError("the series have a label \(name) of their own; name it otherwise")
    }
  }
}
