import Foundation
import Rollouts
import Store

/// Samples to be written together, and where to go on once they are.
public struct SampleChunk: Sendable {
  /// Lines of Prometheus' text format.
  public let lines: String
  /// How many.
  public let count: Int
  /// How far the export has come once they are written.
  public let cursor: TimeSeriesCursor
}

/// Makes time series of what the database holds, in pieces.
///
/// A piece depends on the database and the cursor only: one that is sent again, because it is not
/// known whether it arrived, has the same samples at the same times.
public struct TimeSeriesExport: Sendable {
  private static let intervalsInChunk = 500
  private static let decisionsInChunk = 100

  private let database: Database

  /// Exports a database.
  public init(_ database: Database) {
    self.database = database
  }

  /// The names of the targets to export.
  ///
  /// - Parameters:
  ///   - name: The only one that is wanted; `nil`: all.
  ///   - cursor: Where the last export ended.
  /// - Returns: The names.
  /// - Throws: A `StoreError`, also if there is no such target, or an `ExportCursorError`.
  public func targets(named name: String?, _ cursor: TimeSeriesCursor) throws -> [String] {
    let found: Result<[String], ExportCursorError> = try database.read(to: "read the targets") {
      reader in
      do {
        try cursor.ledger?.check(reader)
      } catch let error as ExportCursorError {
        return .failure(error)
      }
      guard let name else { return .success(try reader.targets().map(\.target.name)) }
      return .success([try reader.target(named: name).target.name])
    }
    return try found.get()
  }

  /// The next piece of a target's series; `nil` if all were written.
  ///
  /// - Parameters:
  ///   - target: The target's name.
  ///   - cursor: How far the export has come.
  /// - Returns: The piece.
  /// - Throws: A `StoreError`.
  public func nextChunk(
    of target: String, after cursor: TimeSeriesCursor
  ) throws(StoreError) -> SampleChunk? {
    try database.read(to: "export time series") { reader in
      let id = try reader.target(named: target).id
      var position = cursor.targets[target] ?? TargetCursor()
      var lines = SampleLines(labels: cursor.labels.merging(["target": target]) { _, own in own })
      try addIntervals(of: id, &position, &lines, reader)
      try addDecisions(of: id, &position, &lines, reader)
      guard lines.count > 0 else { return nil }
      var after = cursor
      after.targets[target] = position
      after.ledger = try reader.ledgerHead().map(LedgerCursor.init)
      return SampleChunk(lines: lines.text, count: lines.count, cursor: after)
    }
  }

  private func addIntervals(
    of targetID: Int64, _ position: inout TargetCursor, _ lines: inout SampleLines,
    _ reader: Reader
  ) throws {
    let start = position.upTo.map(Timestamp.init(millisecondsSince1970:))
    guard let end = try reader.settledEnd(of: targetID, after: start) else { return }
    let intervals = try reader.countedIntervals(
      of: targetID, after: start, upTo: end, limit: Self.intervalsInChunk)
    guard let last = intervals.last else { return }
    var counters = RequestCounters(
      totals: try start.map { try reader.requestTotals(of: targetID, upTo: $0) } ?? [:],
      written: position.counters)
    for interval in intervals { counters.add(interval, to: &lines) }
    WeightSamples(spans: try reader.weightSpans(of: targetID))
      .add(after: start, at: intervals.map(\.interval.end), to: &lines)
    position.upTo = last.interval.end.millisecondsSince1970
    position.counters = counters.values
  }

  private func addDecisions(
    of targetID: Int64, _ position: inout TargetCursor, _ lines: inout SampleLines,
    _ reader: Reader
  ) throws {
    let decisions = try reader.decisions(
      of: targetID, after: position.decision, limit: Self.decisionsInChunk)
    for stored in decisions {
      DecisionSamples(stored, checks: try DecisionSamples.checks(in: stored)).add(to: &lines)
      position.decision = stored.decision.id
    }
  }
}
