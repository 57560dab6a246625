import ArgumentParser
import Ledger
import Rollouts
import Store

extension Analyze.Audit {
  /// Checks that nothing in the record was altered or removed.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that nothing in the record was altered or removed.",
      discussion: """
        Computes the hash of every entry anew, follows the chain from the first entry to the last, \
        compares each with the rows that it records, and looks for damage of the file and changes \
        of its schema. The exit status is 1 if something does not fit, and the first thing that \
        does not is named. What was removed at the end is found only with --head, given a line of \
        a pipeline's log.
        """)

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "The ledger must hold this entry: the hash that the gate printed as \"ledger head\".",
        valueName: "hash"))
    var head: String?

    @Option(
      help: ArgumentHelp(
        "Decisions must be signed by this Ed25519 key, from the first signed one on; may be given "
          + "several times, after a change of keys.",
        valueName: "file"))
    var publicKey: [String] = []

    func validate() throws {
      guard let head else { return }
      guard head.wholeMatch(of: #/[0-9a-f]{64}/#) != nil else {
        throw ValidationError("--head is a hash of 64 digits 0-9a-f, as the gate printed it")
      }
    }

    func run() async throws {
      let path = try common.databasePath(try common.configuration())
      let verifier = LedgerVerifier(head: head, keys: try KeyFile.verifyingKeys(publicKey))
      let result: Result<LedgerVerifier.Summary, LedgerFault>
      do {
        let database = try Database(path: path, mode: .readOnly)
        result = try database.read(to: "verify the ledger") { try $0.verifyLedger(by: verifier) }
      } catch {
        throw CommandFailure(error)
      }
      switch result {
      case .success(let summary): try Output.write(text(summary), to: nil)
      case .failure(let fault):
        throw CommandFailure(.failure, "the ledger of \(path) does not fit: \(fault)")
      }
    }

    private func text(_ summary: LedgerVerifier.Summary) -> String {
      guard let newest = summary.head else { return "the ledger is empty\n" }
      var lines = ["\(Int(summary.entries).groupedText) entries, each as it was written"]
      if !publicKey.isEmpty {
        let keys = publicKey.count == 1 ? "the key" : "one of the \(publicKey.count) keys"
        lines.append("\(summary.signedDecisions.groupedText) decisions are signed by \(keys)")
        if summary.unsignedDecisions > 0 {
          lines.append(
            "\(summary.unsignedDecisions.groupedText) decisions before the first signed one are not"
          )
        }
      }
      lines.append("ledger head \(newest.hash)")
      return lines.joined(separator: "\n") + "\n"
    }
  }
}
