import Foundation

/// Checks a ledger entry by entry, from the first to the last.
public struct LedgerVerifier: Sendable {
  /// What was found, once all entries fit.
  public struct Summary: Sendable, Equatable {
    /// How many entries there are.
    public var entries: Int64 = 0
    /// The newest entry; `nil` if there is none.
    public var head: LedgerHead?
    /// How many decisions are signed.
    public var signedDecisions = 0
    /// How many decisions before the first signed one are not.
    public var unsignedDecisions = 0
  }

  private struct Fact: Hashable {
    let kind: String
    let id: Int64
  }

  private let keys: [VerifyingKey]
  private let expectedHead: String?
  private var summary = Summary()
  private var facts: Set<Fact> = []
  private var isExpectedHeadFound = false

  /// Checks a ledger.
  ///
  /// - Parameters:
  ///   - head: The hash of an entry that must be there, from a pipeline's log; `nil`: none.
  ///   - keys: The keys by one of which decisions must be signed from the first signed one on; none:
  ///     signatures are not verified.
  public init(head: String? = nil, keys: [VerifyingKey] = []) {
    expectedHead = head
    self.keys = keys
  }

  /// Checks the next entry.
  ///
  /// - Parameters:
  ///   - entry: The entry, in the order of numbers.
  ///   - fact: The content that the row that it records would have now; `nil` if there is no such
  ///     row. It is not looked at where the entry records none.
  /// - Throws: What does not fit.
  public mutating func check(_ entry: LedgerEntry, fact: LedgerValue?) throws(LedgerFault) {
    let expected = summary.entries + 1
    guard entry.sequence == expected else {
      throw .notNext(sequence: entry.sequence, expected: expected)
    }
    guard entry.signature != "" else { throw .emptySignature(sequence: entry.sequence) }
    guard entry.hash.hasSameBytes(as: entry.computedHash) else {
      throw .otherHash(
        sequence: entry.sequence, stored: entry.hash, computed: entry.computedHash)
    }
    let predecessor = summary.head?.hash ?? LedgerEntry.noPredecessor
    guard entry.predecessor.hasSameBytes(as: predecessor) else {
      throw .otherPredecessor(
        sequence: entry.sequence, named: entry.predecessor, found: predecessor)
    }
    guard let kind = EntryKind(rawValue: entry.kind) else {
      throw .unknownKind(sequence: entry.sequence, kind: entry.kind)
    }
    try checkFact(of: entry, fact)
    try checkSignature(of: entry, kind)
    summary.entries = entry.sequence
    summary.head = entry.head
    if let expectedHead, entry.hash.hasSameBytes(as: expectedHead) { isExpectedHeadFound = true }
  }

  /// Checks what only the whole ledger shows.
  ///
  /// - Parameter unrecorded: The first row that ought to be recorded and is not.
  /// - Returns: What was found.
  /// - Throws: What does not fit.
  public func finish(
    unrecorded: (kind: EntryKind, factID: Int64)? = nil
  ) throws(LedgerFault) -> Summary {
    if let unrecorded {
      throw .factUnrecorded(kind: unrecorded.kind.rawValue, factID: unrecorded.factID)
    }
    if let expectedHead, !isExpectedHeadFound {
      throw .headMissing(hash: expectedHead, newest: summary.head)
    }
    if !keys.isEmpty, summary.signedDecisions == 0 { throw .nothingSigned }
    return summary
  }

  private mutating func checkFact(
    of entry: LedgerEntry, _ fact: LedgerValue?
  ) throws(LedgerFault) {
    guard let factID = entry.factID else { return }
    guard facts.insert(Fact(kind: entry.kind, id: factID)).inserted else {
      throw .factTwice(sequence: entry.sequence, kind: entry.kind, factID: factID)
    }
    if let fault = entry.faults(fact: fact).first { throw fault }
  }

  private mutating func checkSignature(
    of entry: LedgerEntry, _ kind: EntryKind
  ) throws(LedgerFault) {
    if let signature = entry.signature {
      let signedText = entry.signedText
      guard keys.isEmpty || keys.contains(where: { $0.isValid(signature, of: signedText) }) else {
        throw .otherSignature(sequence: entry.sequence)
      }
      if kind == .decision { summary.signedDecisions += 1 }
      return
    }
    guard kind == .decision else { return }
    guard keys.isEmpty || summary.signedDecisions == 0 else {
      throw .unsigned(sequence: entry.sequence, factID: entry.factID)
    }
    summary.unsignedDecisions += 1
  }
}

extension LedgerEntry {
  /// What does not fit of this entry by itself.
  ///
  /// - Parameter fact: The content that the row that it records would have now; `nil` if there is no
  ///   such row.
  /// - Returns: The faults; none if it is as it was written.
  public func faults(fact: LedgerValue?) -> [LedgerFault] {
    var faults: [LedgerFault] = []
    if signature == "" { faults.append(.emptySignature(sequence: sequence)) }
    if !hash.hasSameBytes(as: computedHash) {
      faults.append(.otherHash(sequence: sequence, stored: hash, computed: computedHash))
    }
    guard let factID else { return faults }
    guard let fact else {
      return faults + [.factMissing(sequence: sequence, kind: kind, factID: factID)]
    }
    if !fact.canonicalJSON.hasSameBytes(as: content) {
      faults.append(
        .factDiffers(
          sequence: sequence, kind: kind, factID: factID,
          differences: ContentDifference.lines(recorded: content, now: fact.canonicalJSON)))
    }
    return faults
  }
}

/// Which parts of a content are others than they were.
enum ContentDifference {
  static func lines(recorded: String, now: String) -> [String] {
    guard let recorded = members(recorded), let now = members(now) else {
      return ["the content of the entry is not in canonical form"]
    }
    let lines = Set(recorded.keys).union(now.keys).sorted().compactMap { key -> String? in
      let (before, after) = (text(recorded[key]), text(now[key]))
      if before.hasSameBytes(as: after) { return nil }
      // Canonically equivalent texts look alike.
      let looksAlike = before == after ? " in other characters that look alike" : ""
      return "\(key) was \(before), is \(after)\(looksAlike)"
    }
    return lines.isEmpty ? ["the content of the entry is not in canonical form"] : lines
  }

  private static func members(_ json: String) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any]
  }

  private static func text(_ value: Any?) -> String {
    guard let value else { return "nothing" }
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
  }
}

extension String {
  /// Whether two texts are the same byte for byte; `==` also holds for canonically equivalent ones.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
