import ArgumentParser
import Ledger
import Reporting
import Rollouts
import Store

extension Analyze.DatabaseCommand {
  /// How large the database is, and what it holds.
  struct Statistics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell how large the database is, and what it holds.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let path = try common.databasePath(try common.configuration())
      let statistics: DatabaseStatistics
      do {
        statistics = try Database(path: path, mode: .readOnly).read(to: "count the rows") {
          try $0.statistics()
        }
      } catch {
        throw CommandFailure(error)
      }
      let text =
        switch output.format {
        case .text: text(statistics)
        case .json: json(statistics).text(indented: true) + "\n"
        }
      try Output.write(text, to: output.output)
    }

    private func text(_ statistics: DatabaseStatistics) -> String {
      var lines = [
        "\(statistics.bytes.groupedText) bytes, of which \(statistics.freeBytes.groupedText) are "
          + "free; write-ahead log \(statistics.writeAheadLogBytes.groupedText) bytes"
      ]
      if let size = statistics.bytesPerObservation {
        lines.append("\(size.threeDigits) bytes an observation")
      }
      if let window = statistics.window {
        lines.append("intervals from \(window.from.rfc3339) to \(window.to.rfc3339)")
      }
      lines.append("targets: " + (statistics.targets.isEmpty ? "none" : list(statistics.targets)))
      lines.append(
        statistics.ledgerHead.map {
          "ledger of \(Int($0.sequence).groupedText) entries, head \($0.hash)"
        } ?? "no entry in the ledger")
      let width = statistics.rows.map(\.count.groupedText.count).max() ?? 0
      for (table, count) in statistics.rows {
        let digits = count.groupedText
        lines.append(
          "  " + String(repeating: " ", count: width - digits.count) + digits + "  " + table)
      }
      return lines.joined(separator: "\n") + "\n"
    }

    private func list(_ targets: [String]) -> String { targets.joined(separator: ", ") }

    private func json(_ statistics: DatabaseStatistics) -> JSONValue {
      .object([
        ("bytes", .integer(Int64(statistics.bytes))),
        ("freeBytes", .integer(Int64(statistics.freeBytes))),
        ("writeAheadLogBytes", .integer(Int64(statistics.writeAheadLogBytes))),
        ("bytesPerObservation", .number(statistics.bytesPerObservation)),
        ("from", .string(statistics.window?.from.rfc3339)),
        ("to", .string(statistics.window?.to.rfc3339)),
        ("targets", .array(statistics.targets.map(JSONValue.string))),
        ("rows", .object(statistics.rows.map { ($0.table, .integer(Int64($0.count))) })),
        ("ledgerEntries", .integer(statistics.ledgerHead?.sequence ?? 0)),
        ("ledgerHead", .string(statistics.ledgerHead?.hash)),
      ])
    }
  }
}
