import Foundation
import Ledger
import Reporting
import Rollouts

/// One entry of the ledger for people and programs.
struct EntryText: Sendable {
  let entry: LedgerEntry
  /// What does not fit; none if all is as it was written.
  let faults: [String]
  /// The version of the statistics that made the decision; `nil` where the entry is about none, or
  /// its evidence was not kept.
  let statistics: Int?

  /// For a terminal.
  var text: String {
    var lines = [
      "entry \(entry.sequence): \(entry.kind)",
      "  at           \(moment)",
      "  predecessor  \(entry.predecessor)",
      "  hash         \(entry.hash)",
      "  signature    \(entry.signature ?? "none")",
      "  as written   " + (faults.isEmpty ? "yes" : "no: " + faults.joined(separator: "; ")),
    ]
    lines += statistics.map { ["  statistics   version \($0)"] } ?? []
    lines += ["content"] + Self.members(entry.content).map { "  \($0.key): \($0.value)" }
    return lines.map(Self.visible).joined(separator: "\n") + "\n"
  }

  /// The moment that an entry is about, and when it was decided if that was another one.
  private var moment: String {
    let at = Timestamp(millisecondsSince1970: entry.at)
    guard let decidedAt, decidedAt != at else { return at.rfc3339 }
    return "\(at.rfc3339), decided \(decidedAt > at ? "later" : "before"), \(decidedAt.rfc3339)"
  }

  private var decidedAt: Timestamp? {
    let content = try? JSONSerialization.jsonObject(with: Data(entry.content.utf8))
    let milliseconds = (content as? [String: Any])?["decided_at"] as? Int64
    return milliseconds.map(Timestamp.init(millisecondsSince1970:))
  }

  /// For programs; its keys are public.
  var json: JSONValue {
    .object([
      ("sequence", .integer(entry.sequence)), ("kind", .string(entry.kind)),
      ("at", .string(Timestamp(millisecondsSince1970: entry.at).rfc3339)),
      ("decidedAt", .string(decidedAt?.rfc3339)),
      ("factID", entry.factID.map(JSONValue.integer) ?? .null),
      ("content", .string(entry.content)), ("predecessor", .string(entry.predecessor)),
      ("signature", .string(entry.signature)), ("hash", .string(entry.hash)),
      ("statistics", statistics.map { .integer(Int64($0)) } ?? .null),
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
