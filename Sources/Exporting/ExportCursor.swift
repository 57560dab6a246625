import Foundation
import Ledger
import Rollouts
import Store

/// Why an export cannot go on where the last one ended.
public enum ExportCursorError: Error, Equatable, CustomStringConvertible {
  /// The file holds something else.
  case unreadable
  /// The database does not hold the entry with which the last export ended.
  case otherLedger(sequence: Int64)
  /// The last export wrote series with other labels.
  case otherLabels([String: String])

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unreadable:
      "it is no cursor of this kind of export; name another file, and the export begins anew"
    case .otherLedger(let sequence):
      "the last export ended with entry \(sequence) of the ledger, which the database does not hold "
        + "as it was: it was replaced or altered; run \"analyze audit verify\", or begin anew with "
        + "another file"
    case .otherLabels(let labels):
      "the last export wrote series with "
        + (labels.isEmpty
          ? "no labels of their own"
          : "the labels "
            + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: ", "))
        + "; give the same with --label, or begin anew with another file"
    }
  }
}

/// The entry of the ledger with which an export ended.
public struct LedgerCursor: Codable, Equatable, Sendable {
  /// Its number.
  public let sequence: Int64
  /// Its hash.
  public let hash: String

  /// An entry with which an export ended.
  public init(_ head: LedgerHead) {
    sequence = head.sequence
    hash = head.hash
  }

  /// Checks that the ledger still holds the entry.
  ///
  /// - Parameter reader: Reads the ledger.
  /// - Throws: `ExportCursorError.otherLedger` if it does not, or if the database cannot be read.
  public func check(_ reader: Reader) throws {
    guard try reader.ledgerEntry(sequence)?.entry.hash == hash else {
      throw ExportCursorError.otherLedger(sequence: sequence)
    }
  }
}

/// How far the time series of a database were written.
public struct TimeSeriesCursor: Codable, Equatable, Sendable {
  /// The labels that every series has.
  public var labels: [String: String]
  /// The newest entry of the ledger at that time; `nil` if it was empty.
  public var ledger: LedgerCursor?
  /// How far each target was written, by its name.
  public var targets: [String: TargetCursor] = [:]

  /// Nothing was written yet.
  public init(labels: [String: String]) {
    self.labels = labels
  }
}

/// How far the time series of a target were written.
public struct TargetCursor: Codable, Equatable, Sendable {
  /// The end of the last interval, in milliseconds since 1970; `nil` if there was none.
  public var upTo: Int64?
  /// The number of the last decision; 0 if there was none.
  public var decision: Int64 = 0
  /// What the counters stood at.
  public var counters: [CounterValue] = []

  /// Nothing was written yet.
  public init() {}
}

/// What the counters of one version and one reporter stood at.
public struct CounterValue: Codable, Equatable, Sendable {
  /// The version.
  public let version: String
  /// Who counts.
  public let reporter: String
  /// All requests.
  public let requests: Int
  /// Those that failed.
  public let errors: Int
}

/// The text of cursors.
public enum CursorText {
  /// A cursor as JSON on one line.
  ///
  /// - Parameter cursor: The cursor.
  /// - Returns: The text, with a line end.
  /// - Throws: If it cannot be written as JSON.
  public static func text(of cursor: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(cursor), as: UTF8.self) + "\n"
  }

  /// Reads a cursor.
  ///
  /// - Parameters:
  ///   - type: Of which kind.
  ///   - content: What a file holds.
  /// - Returns: The cursor.
  /// - Throws: `ExportCursorError.unreadable`.
  public static func cursor<Cursor: Decodable>(
    _ type: Cursor.Type, in content: Data
  ) throws(ExportCursorError) -> Cursor {
    do {
      return try JSONDecoder().decode(type, from: content)
    } catch {
      throw .unreadable
    }
  }
}
