import GRDB
import Rollouts

extension Reader {
  /// Which intervals are asked for.
  public enum IntervalSelection: Sendable {
    /// Every stored one.
    case all
    /// Those that can no longer change.
    case settled
  }

  /// The newest stored interval of the target; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: When it ended at the latest; `nil`: whenever.
  ///   - selection: Which intervals count.
  /// - Returns: The interval.
  /// - Throws: If the database cannot be read.
  public func newestInterval(
    of targetID: Int64, upTo moment: Timestamp? = nil, _ selection: IntervalSelection = .all
  ) throws -> Interval? {
    try database.cachedStatement(
      sql: """
        SELECT start_at, end_at FROM interval
        WHERE target_id = ? AND end_at <= ? AND is_settled >= ? ORDER BY end_at DESC LIMIT 1
        """
    ).first(
      [targetID, moment?.millisecondsSince1970 ?? Int64.max, selection == .settled],
      Interval.init(startAndEnd:))
  }

  /// The last slot up to which everything is settled: stored, or recorded as a gap; `nil` if there
  /// is none.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: The slot.
  /// - Throws: If the database cannot be read.
  public func watermark(of targetID: Int64) throws -> Interval? {
    let gap = try database.cachedStatement(
      sql: "SELECT start_at, end_at FROM gap WHERE target_id = ? ORDER BY end_at DESC LIMIT 1"
    ).first([targetID], Interval.init(startAndEnd:))
    let interval = try newestInterval(of: targetID, .settled)
    return [gap, interval].compactMap { $0 }.max()
  }

  /// The intervals of the target that are stored and lie in the window, in order.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - window: The stretch of time.
  ///   - selection: Which intervals count.
  /// - Returns: The intervals.
  /// - Throws: If the database cannot be read.
  public func intervals(
    of targetID: Int64, in window: TimeWindow, _ selection: IntervalSelection = .all
  ) throws -> [Interval] {
    try slots(of: targetID, in: window, sql: "interval WHERE is_settled >= :settled AND", selection)
  }

  /// The slots of the target that are recorded as gaps and lie in the window, in order.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - window: The stretch of time.
  /// - Returns: The slots.
  /// - Throws: If the database cannot be read.
  public func gaps(of targetID: Int64, in window: TimeWindow) throws -> [Interval] {
    try slots(of: targetID, in: window, sql: "gap WHERE :settled >= 0 AND", .all)
  }

  private func slots(
    of targetID: Int64, in window: TimeWindow, sql: String, _ selection: IntervalSelection
  ) throws -> [Interval] {
    try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT start_at, end_at FROM \(sql)
            target_id = :target AND end_at > :from AND end_at <= :to AND start_at >= :from
          ORDER BY end_at
          """),
      arguments: [
        "settled": selection == .settled, "target": targetID,
        "from": window.from.millisecondsSince1970, "to": window.to.millisecondsSince1970,
      ]
    ).map(Interval.init(row:))
  }
}

extension Timestamp {
  /// The moment of a column that may be empty; `nil` if it is.
  init?(optionalMilliseconds milliseconds: Int64?) {
    guard let milliseconds else { return nil }
    self.init(millisecondsSince1970: milliseconds)
  }
}

extension Interval {
  init(row: Row) {
    self.init(
      start: Timestamp(millisecondsSince1970: row["start_at"]),
      end: Timestamp(millisecondsSince1970: row["end_at"]))
  }

  /// From a row of nothing but start and end.
  fileprivate init(startAndEnd row: Row) {
    self.init(
      start: Timestamp(millisecondsSince1970: row[0]),
      end: Timestamp(millisecondsSince1970: row[1]))
  }
}
