import ArgumentParser
import Ledger
import Rollouts
import Store

extension Analyze.DatabaseCommand {
  /// Saves what can be read of a damaged database.
  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy what can be read of a damaged database into a new file.",
      discussion: """
        The damaged file is not changed. A file that ends early is read as far as it goes, and one \
        whose first 100 bytes are damaged is read with others. The ledger comes first; what could \
        not be read is named, and the exit status is 1 then. A backup that is whole is better: look \
        for one first.
        """)

    @Argument(help: "Where to write what can be read; must not be there yet.")
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
      let path = try common.databasePath(try common.configuration())
      let recovery: Recovery
      do {
        recovery = try Database.recover(path, to: file)
      } catch {
        throw CommandFailure(error)
      }
      var lines = recovery.findings
      lines += recovery.tables.map { table in
        "\(table.name): \(table.rows.groupedText) rows"
          + (table.losses.isEmpty ? "" : "; lost: \(table.losses.joined(separator: ", "))")
      }
      if recovery.intervalsLeftOut > 0 {
        lines.append(
          "\(recovery.intervalsLeftOut.groupedText) intervals are left out, because counts of "
            + "theirs are lost")
      }
      switch recovery.ledger {
      case .success(let summary):
        lines.append("the ledger fits: \(Int(summary.entries).groupedText) entries")
      case .failure(let fault): lines.append("the ledger does not fit: \(fault)")
      }
      try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
      guard recovery.isComplete else {
        throw CommandFailure(.failure, "part of \(path) could not be saved; see above")
      }
    }
  }
}
