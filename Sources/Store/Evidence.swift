import Compression
import Foundation
import GRDB
import Ledger
import Rollouts

/// A part of the evidence of a decision, named by what it holds.
public struct EvidencePart: Sendable, Equatable {
  /// The SHA-256 of the bytes, in hexadecimal digits.
  public let hash: String
  /// JSON in UTF-8.
  public let bytes: [UInt8]

  /// A part with its name.
  public init(_ bytes: [UInt8]) {
    hash = ContentHash.hexadecimal(of: bytes)
    self.bytes = bytes
  }

  /// A part as it is stored, held against its name.
  ///
  /// - Parameters:
  ///   - hash: Its name.
  ///   - content: Its bytes, compressed; `nil` if it is not there.
  /// - Throws: What is wrong with it.
  init(named hash: String, content: Data?) throws(CompressionError) {
    guard let content else { throw CompressionError("it is missing") }
    self.init(try Compression.decompressed(Array(content)))
    guard self.hash == hash else {
      throw CompressionError("it holds something else than its name says")
    }
  }
}

/// A decision with all that is stored of it.
public struct StoredDecision: Sendable {
  /// The decision.
  public let decision: Decision
  /// The target's name.
  public let target: String
  /// The rollout's number; `nil` if none was running.
  public let rolloutID: Int64?
  /// The stretch of the intervals that entered; `nil` if none did.
  public let window: TimeWindow?
  /// The policy as evaluated, as JSON.
  public let policyJSON: String
  /// What came of it, and the names of the parts of its evidence, as JSON.
  public let evidenceJSON: String
  /// Who decided.
  public let toolVersion: String
}

extension Writer {
  /// Stores parts of evidence that are not stored yet.
  func store(_ parts: [EvidencePart]) throws {
    for part in parts {
      let isKnown = try Bool.fetchOne(
        database, sql: "SELECT EXISTS (SELECT 1 FROM evidence_part WHERE hash = ?)",
        arguments: [part.hash])
      guard isKnown != true else { continue }
      try database.execute(
        sql: "INSERT INTO evidence_part (hash, content) VALUES (?, ?)",
        arguments: [part.hash, Data(Compression.compressed(part.bytes))])
    }
  }
}

extension Reader {
  /// A decision with all that is stored of it.
  ///
  /// - Parameter id: Its number.
  /// - Returns: The decision.
  /// - Throws: `StoreError.noDecision` if there is none of the number.
  public func decision(_ id: Int64) throws -> StoredDecision {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT decision.*, target.name AS target
        FROM decision JOIN target ON target.id = target_id WHERE decision.id = ?
        """, arguments: [id])
    guard let row, let verdict = Verdict(rawValue: row["verdict"]) else {
      throw StoreError.noDecision(path: path, id: id)
    }
    let (from, to): (Int64?, Int64?) = (row["window_from"], row["window_to"])
    let window = from.flatMap { from in
      to.map { to in
        TimeWindow(
          from: Timestamp(millisecondsSince1970: from), to: Timestamp(millisecondsSince1970: to))
      }
    }
    return StoredDecision(
      decision: Decision(
        id: id, at: Timestamp(millisecondsSince1970: row["at"]),
        decidedAt: Timestamp(optionalMilliseconds: row["decided_at"]), verdict: verdict,
        reason: row["reason"]),
      target: row["target"], rolloutID: row["rollout_id"], window: window,
      policyJSON: row["policy"], evidenceJSON: row["evidence"], toolVersion: row["tool_version"])
  }

  /// The parts of the evidence of a decision, in order.
  ///
  /// - Parameter id: The decision's number.
  /// - Returns: The parts; none of a decision from before evidence was kept.
  /// - Throws: `StoreError.damagedEvidence` if a part is missing or not what its name says.
  public func evidenceParts(of id: Int64) throws -> [EvidencePart] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT part.value AS hash, content
        FROM decision, json_each(decision.evidence, '$.parts') AS part
        LEFT JOIN evidence_part ON evidence_part.hash = part.value
        WHERE decision.id = ? ORDER BY part.key
        """, arguments: [id]
    ).map { row in
      let hash: String = row["hash"]
      let content: Data? = row["content"]
      do throws(CompressionError) {
        return try EvidencePart(named: hash, content: content)
      } catch {
        throw StoreError.damagedEvidence(
          path: path, decision: id, reason: "part \(hash): \(error.description)")
      }
    }
  }
}
