import ArgumentParser
import Foundation
import Ledger
import Reporting
import Rollouts
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
      let found: (entry: LedgerEntry, fact: LedgerValue?)?
      do {
        found = try Database(path: path, mode: .readOnly).read(to: "read the ledger") {
          try $0.ledgerEntry(entry)
        }
      } catch {
        throw CommandFailure(error)
      }
      guard let found else {
        throw CommandFailure(.failure, "no entry \(entry) in the ledger of \(path)")
      }
      let text =
        switch output.format {
        case .text: EntryText.text(found.entry, faults: faults(found.entry, found.fact))
        case .json:
          EntryText.json(found.entry, faults: faults(found.entry, found.fact)).text(
            indented: true) + "\n"
        }
      try Output.write(text, to: output.output)
    }

    private func faults(_ entry: LedgerEntry, _ fact: LedgerValue?) -> [String] {
      entry.faults(fact: fact).map(\.description)
    }
  }
}

/// One entry of the ledger for people and programs.
enum EntryText {
  static func text(_ entry: LedgerEntry, faults: [String]) -> String {
    var lines = [
      "entry \(entry.sequence): \(entry.kind)",
      "  at           \(moment(entry))",
      "  predecessor  \(entry.predecessor)",
      "  hash         \(entry.hash)",
      "  signature    \(entry.signature ?? "none")",
      "  as written   " + (faults.isEmpty ? "yes" : "no: " + faults.joined(separator: "; ")),
      "content",
    ]
    lines += members(entry.content).map { "  \($0.key): \($0.value)" }
    return lines.map(visible).joined(separator: "\n") + "\n"
  }

  /// The moment that an entry is about, and when it was decided if that was another one.
  private static func moment(_ entry: LedgerEntry) -> String {
    let at = Timestamp(millisecondsSince1970: entry.at)
    guard let decidedAt = decidedAt(entry), decidedAt != at else { return at.rfc3339 }
    return "\(at.rfc3339), decided \(decidedAt > at ? "later" : "before"), \(decidedAt.rfc3339)"
  }

  private static func decidedAt(_ entry: LedgerEntry) -> Timestamp? {
    let content = try? JSONSerialization.jsonObject(with: Data(entry.content.utf8))
    let milliseconds = (content as? [String: Any])?["decided_at"] as? Int64
    return milliseconds.map(Timestamp.init(millisecondsSince1970:))
  }

  static func json(_ entry: LedgerEntry, faults: [String]) -> JSONValue {
    .object([
      ("sequence", .integer(entry.sequence)), ("kind", .string(entry.kind)),
      ("at", .string(Timestamp(millisecondsSince1970: entry.at).rfc3339)),
      ("decidedAt", .string(decidedAt(entry)?.rfc3339)),
      ("factID", entry.factID.map(JSONValue.integer) ?? .null),
      ("content", .string(entry.content)), ("predecessor", .string(entry.predecessor)),
      ("signature", .string(entry.signature)), ("hash", .string(entry.hash)),
      ("isAsWritten", .bool(faults.isEmpty)), ("faults", .array(faults.map(JSONValue.string))),
    ])
  }

  /// The parts of the content; a time is also told as such.
  private static func members(_ content: String) -> [(key: String, value: String)] {
    guard let object = try? JSONSerialization.jsonObject(with: Data(content.utf8)),
      let members = object as? [String: Any]
    else { return [("text", content)] }
    return members.sorted { $0.key < $1.key }.map { key, value in
      if let number = value as? Int64, key == "until" || key.hasSuffix("at") {
        return (key, Timestamp(millisecondsSince1970: number).rfc3339)
      }
      if let text = value as? String { return (key, text) }
      let data = try? JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
      return (key, data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)")
    }
  }

  /// Control characters as their codes: the content came from outside.
  private static func visible(_ line: String) -> String {
    line.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
