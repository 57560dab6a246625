import Crypto
import Foundation

/// What an entry of the ledger is about.
public enum EntryKind: String, CaseIterable, Sendable {
  /// What was recorded before there was a ledger, and is chained from here on.
  case adoption
  /// The weights of a route changed.
  case weightChange
  /// Weights that were known already turn out to have been seen earlier.
  case earlierReading
  /// The gate judges by another policy than before.
  case policyChange
  /// The gate said something.
  case decision
  /// A count of a settled interval was found to be another.
  case correction
  /// A person let a rollout pass the gate.
  case override
}

/// The newest entry of a ledger, which stands for all before it.
public struct LedgerHead: Sendable, Equatable {
  /// The number of the entry.
  public let sequence: Int64
  /// Its hash.
  public let hash: String

  /// The newest entry of a ledger.
  public init(sequence: Int64, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }
}

/// One entry of the ledger, as it is stored.
public struct LedgerEntry: Sendable, Equatable {
  /// The predecessor that the first entry names.
  public static let noPredecessor = String(repeating: "0", count: 64)

  /// Its number; the first is 1, and none is left out.
  public var sequence: Int64
  /// What it is about: an `EntryKind`, unless somebody altered it.
  public var kind: String
  /// When that happened, in milliseconds since 1970 in UTC.
  public var at: Int64
  /// The number of the target; `nil` if it is about none.
  public var targetID: Int64?
  /// The number of the row that it records; `nil` if the entry is all that there is.
  public var factID: Int64?
  /// What it records, in canonical form.
  public var content: String
  /// The hash of the entry before.
  public var predecessor: String
  /// The Ed25519 signature of what stands before it, in hexadecimal digits; `nil` if unsigned.
  public var signature: String?
  /// The SHA-256 of everything else, in hexadecimal digits.
  public var hash: String

  /// An entry as it is stored.
  public init(
    sequence: Int64, kind: String, at: Int64, targetID: Int64?, factID: Int64?, content: String,
    predecessor: String, signature: String?, hash: String
  ) {
    self.sequence = sequence
    self.kind = kind
    self.at = at
    self.targetID = targetID
    self.factID = factID
    self.content = content
    self.predecessor = predecessor
    self.signature = signature
    self.hash = hash
  }

  /// The entry that follows another.
  ///
  /// - Parameters:
  ///   - kind: What it is about.
  ///   - at: When that happened, in milliseconds since 1970 in UTC.
  ///   - targetID: The number of the target.
  ///   - factID: The number of the row that it records.
  ///   - content: What it records.
  ///   - head: The newest entry so far; `nil` if there is none.
  ///   - key: Signs the entry; `nil`: it is not signed.
  /// - Throws: If the key cannot sign.
  public init(
    _ kind: EntryKind, at: Int64, targetID: Int64?, factID: Int64?, content: LedgerValue,
    after head: LedgerHead?, key: SigningKey? = nil
  ) throws {
    self.init(
      sequence: (head?.sequence ?? 0) + 1, kind: kind.rawValue, at: at, targetID: targetID,
      factID: factID, content: content.canonicalJSON,
      predecessor: head?.hash ?? Self.noPredecessor, signature: nil, hash: "")
    signature = try key?.signature(of: signedText)
    hash = computedHash
  }

  /// What is signed: eight lines without the last line's end.
  public var signedText: String {
    let lines = [
      "analyze ledger 1", String(sequence), kind, String(at), targetID.map(String.init) ?? "",
      factID.map(String.init) ?? "", predecessor, content,
    ]
    return lines.joined(separator: "\n")
  }

  /// What is hashed: what is signed, and the signature as a ninth line, with a line's end.
  public var hashedText: String { signedText + "\n" + (signature ?? "") + "\n" }

  /// What the hash must be.
  public var computedHash: String {
    Hexadecimal.text(SHA256.hash(data: Data(hashedText.utf8)))
  }

  /// This entry as the newest of its ledger.
  public var head: LedgerHead { LedgerHead(sequence: sequence, hash: hash) }
}

/// The SHA-256 of long parts of a row that the content does not repeat.
public enum Digest {
  /// The SHA-256 of bytes, in hexadecimal digits.
  public static func text(of bytes: Data) -> String {
    Hexadecimal.text(SHA256.hash(data: bytes))
  }
}

enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
      let digits = String(byte, radix: 16)
      text += (digits.count == 1 ? "0" : "") + digits
    }
  }

  /// The bytes of lower-case digits; `nil` if the text is anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2),
      digits.allSatisfy({
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
      })
    else { return nil }
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
  }
}
