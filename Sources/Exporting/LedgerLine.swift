import Ledger
import Reporting
import Rollouts

/// An entry of the ledger as a line for a log store.
public enum LedgerLine {
  /// One JSON object on one line.
  ///
  /// The content stands there as it was hashed, so that the hash can be computed from the line.
  ///
  /// - Parameters:
  ///   - entry: The entry.
  ///   - target: The target's name; `nil` if the entry is about none.
  /// - Returns: The object, with a line end.
  public static func text(of entry: LedgerEntry, target: String?) -> String {
    let members: [(key: String, value: String)] = [
      ("sequence", String(entry.sequence)), ("kind", text(.string(entry.kind))),
      ("at", text(.string(Timestamp(millisecondsSince1970: entry.at).rfc3339))),
      ("target", text(.string(target))),
      ("targetID", text(entry.targetID.map(JSONValue.integer) ?? .null)),
      ("factID", text(entry.factID.map(JSONValue.integer) ?? .null)), ("content", entry.content),
      ("predecessor", text(.string(entry.predecessor))), ("hash", text(.string(entry.hash))),
      ("signature", text(.string(entry.signature))),
    ]
    return "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}\n"
  }

  private static func text(_ value: JSONValue) -> String { value.text(indented: false) }
}
