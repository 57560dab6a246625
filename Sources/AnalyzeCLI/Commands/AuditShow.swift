import Analysis
import ArgumentParser
import Ledger
import Reporting
import Store

extension Analyze.Audit {
  /// Explains one entry of the ledger in full.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one entry of the ledger in full.",
      discussion: """
        The numbers of entries are in "analyze audit". "verify" checks the whole chain; this tells \
        of the one entry whether it and the row that it records are as they were written.
        """)

    @Argument(help: "The number of the entry.")
    var entry: Int64

    @OptionGroup var common: CommonOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let path = try common.databasePath(try common.configuration())
      let shown: EntryText?
      do {
        shown = try Database(path: path, mode: .readOnly).read(to: "read the ledger") {
          try Self.read(entry, $0)
        }
      } catch {
        throw CommandFailure(error)
      }
      guard let shown else {
        throw CommandFailure(.failure, "no entry \(entry) in the ledger of \(path)")
      }
      let text =
        switch output.format {
        case .text: shown.text
        case .json: shown.json.text(indented: true) + "\n"
        }
      try Output.write(text, to: output.output)
    }

    /// An entry, with what does not fit of it and of the evidence that it vouches for.
    private static func read(_ sequence: Int64, _ reader: Reader) throws -> EntryText? {
      guard let (entry, fact) = try reader.ledgerEntry(sequence) else { return nil }
      var faults = entry.faults(fact: fact).map(\.description)
      var statistics: Int?
      if entry.kind == EntryKind.decision.rawValue, fact != nil, let id = entry.factID {
        do {
          let parts = try reader.evidenceParts(of: id).map(\.bytes)
          statistics = parts.isEmpty ? nil : try EvidenceRecord.statistics(of: parts)
        } catch let error as StoreError {
          faults.append(error.description)
        }
      }
      return EntryText(entry: entry, faults: faults, statistics: statistics)
    }
  }
}
