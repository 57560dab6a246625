import ArgumentParser
import Ledger
import Rollouts
import Store

extension Analyze.DatabaseCommand {
  /// Copies the database while it is in use.
  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy the database to a file while it is in use, and verify the copy.",
      discussion: """
        The copy is the database as of one moment. It is checked (number of rows, ledger, \
        evidence, integrity) before it takes its name, so that a file of that name is replaced by a whole copy \
        or stays as it is.
        """)

    @Argument(help: "Where to write the copy.")
    var file: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
      let path = try common.databasePath(try common.configuration())
      let backup: Database.Backup
      do {
        backup = try Database(path: path, mode: .readOnly).backUp(to: file)
      } catch {
        throw CommandFailure(error)
      }
      let head = backup.ledger.head.map { ", ledger head \($0.hash)" } ?? ""
      try Output.write(
        "\(file): \(backup.rows.groupedText) rows, \(backup.bytes.groupedText) bytes\(head)\n",
        to: nil)
    }
  }
}
