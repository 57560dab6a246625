import Rollouts

/// What came of a decision, as JSON for the database.
public enum EvidenceJSON {
  /// The verdict with all its figures, and the names of the parts of its evidence.
  ///
  /// - Parameters:
  ///   - judgement: What came of it.
  ///   - parts: The SHA-256 of each part of the evidence, in order.
  /// - Returns: The value; the same judgement always gives the same text.
  public static func value(_ judgement: Judgement, parts: [String]) -> JSONValue {
    .object([
      ("parts", .array(parts.map(JSONValue.string))),
      ("verdict", .string(judgement.verdict.rawValue)),
      ("reasons", .array(judgement.reasons.map(JSONValue.string))),
      ("checks", .array(judgement.checks.map(JSONVerdict.check))),
      ("notes", .array(judgement.notes.map(JSONValue.string))),
    ])
  }
}
