import Foundation

/// The first thing that does not fit in a ledger.
public enum LedgerFault: Error, Equatable, CustomStringConvertible {
  /// An entry is stored as something that is none.
  case unreadable(sequence: Int64?)
  /// Entries are missing before this one, or it stands twice.
  case notNext(sequence: Int64, expected: Int64)
  /// The entry does not name the one before it.
  case otherPredecessor(sequence: Int64, named: String, found: String)
  /// The entry is not what was hashed.
  case otherHash(sequence: Int64, stored: String, computed: String)
  /// The entry is of no kind that there is.
  case unknownKind(sequence: Int64, kind: String)
  /// The row that the entry records is gone.
  case factMissing(sequence: Int64, kind: String, factID: Int64)
  /// The row that the entry records holds something else.
  case factDiffers(sequence: Int64, kind: String, factID: Int64, differences: [String])
  /// Two entries record one row.
  case factTwice(sequence: Int64, kind: String, factID: Int64)
  /// A row that no entry records.
  case factUnrecorded(kind: String, factID: Int64)
  /// The ledger does not hold the entry that a log anchors.
  case headMissing(hash: String, newest: LedgerHead?)
  /// A decision is not signed.
  case unsigned(sequence: Int64, factID: Int64?)
  /// An entry has an empty signature, where one that is not signed has none.
  case emptySignature(sequence: Int64)
  /// A signature is not of one of the keys.
  case otherSignature(sequence: Int64)
  /// No decision is signed.
  case nothingSigned
  /// A weight state that no reading shows.
  case unseenWeights(weightStateID: Int64)
  /// A part of a decision's evidence is missing, or not what its name says.
  case damagedEvidence(decisionID: Int64, reason: String)
  /// The file contradicts itself.
  case damagedFile(finding: String)
  /// The sum of an hour is not that of its intervals.
  case otherSum(of: String, hourEnd: String, summed: Int64, counted: Int64)
  /// Tables, views or triggers of the file are others than the program makes.
  case otherSchema(differences: [String])

  /// What does not fit, in one line.
  public var description: String {
    switch self {
    case .unreadable(let sequence?): "entry \(sequence) cannot be read as an entry"
    case .unreadable(nil): "an entry without a number stands in the ledger"
    case .notNext(let sequence, let expected) where sequence > expected:
      "entry \(expected) is missing: the next one is entry \(sequence)"
    case .notNext(let sequence, let expected):
      "entry \(sequence) stands where entry \(expected) is expected"
    case .otherPredecessor(let sequence, let named, let found):
      "entry \(sequence) follows \(named), but the entry before it is \(found): one of them was "
        + "put in or replaced"
    case .otherHash(let sequence, let stored, let computed):
      "entry \(sequence) was altered: it has the hash \(computed), not \(stored) as stored"
    case .unknownKind(let sequence, let kind):
      "entry \(sequence) is of a kind that is not known: \(kind)"
    case .factMissing(let sequence, let kind, let factID):
      "entry \(sequence) records \(Self.name(kind, factID)), whose row is gone"
    case .factDiffers(let sequence, let kind, let factID, let differences):
      "entry \(sequence) records \(Self.name(kind, factID)), whose row was altered: "
        + differences.joined(separator: "; ")
    case .factTwice(let sequence, let kind, let factID):
      "entry \(sequence) records \(Self.name(kind, factID)) for a second time"
    case .factUnrecorded(let kind, let factID):
      "no entry records \(Self.name(kind, factID))"
    case .headMissing(let hash, let newest):
      "no entry has the hash \(hash): the ledger "
        + (newest.map { "ends with entry \($0.sequence), \($0.hash)" } ?? "is empty")
        + ", so what was written after or before was removed or replaced"
    case .unsigned(let sequence, let factID):
      "entry \(sequence) (\(Self.name("decision", factID ?? 0))) is not signed, though earlier "
        + "decisions are"
    case .emptySignature(let sequence):
      "entry \(sequence) was altered: its signature is an empty text, which no entry is written with"
    case .otherSignature(let sequence):
      "entry \(sequence) is signed by none of the keys that were given"
    case .nothingSigned:
      "no decision is signed; sign them with \"analyze gate --signing-key\""
    case .unseenWeights(let id):
      "no reading shows weight state \(id): it was put in, or its readings were removed; reports "
        + "leave it out; go back to a backup"
    case .damagedEvidence(let decisionID, let reason):
      "the evidence of decision \(decisionID) is not what was stored: \(reason); restore a backup"
    case .damagedFile(let finding):
      "the file is damaged: \(finding); go back to a backup, or save what can be read with \"analyze "
        + "database recover FILE\""
    case .otherSum(let version, let hourEnd, let summed, let counted):
      "the sum of \(version) in the hour up to \(hourEnd) is \(summed), but its intervals hold "
        + "\(counted); go back to a backup, or have the sums made anew with \"analyze database recover "
        + "FILE\""
    case .otherSchema(let differences): Self.otherSchema(differences)
    }
  }

  /// In what a schema differs, and what to do.
  ///
  /// - Parameter differences: Each in a few words, at least one; the first three are told.
  /// - Returns: A part of a line.
  public static func otherSchema(_ differences: [String]) -> String {
    let more = differences.count > 3 ? " and \(differences.count - 3) more" : ""
    return
      "the schema was changed: \(differences.prefix(3).joined(separator: ", "))\(more); go back "
      + "to a backup, or copy the rows into a new file with \"analyze database recover FILE\""
  }

  private static func name(_ kind: String, _ factID: Int64) -> String {
    switch EntryKind(rawValue: kind) {
    case .weightChange: "weight state \(factID)"
    case .earlierReading: "reading \(factID), which dates its weights back"
    case .policyChange: "the policy of decision \(factID)"
    case .adoption: "what was there before the ledger"
    default: "\(kind) \(factID)"
    }
  }
}
