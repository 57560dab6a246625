import GRDB
import Rollouts

/// What summing older observations did.
public struct PruneOutcome: Sendable {
  /// Why an hour stays as it is.
  public enum Reason: String, CaseIterable, Sendable {
    /// Intervals are missing in it, or reach over its ends: gaps stay visible.
    case incomplete
    /// It may still change.
    case unsettled
    /// The weights changed in it, or are not known.
    case weightChange
    /// A count was corrected, and the correction refers to its interval.
    case corrected
  }

  /// How many hours were summed.
  public var hoursSummed = 0
  /// How many intervals they had.
  public var intervalsSummed = 0
  /// How many runs of the collector were dropped.
  public var collectionsDropped = 0
  /// How many hours with several intervals stay, by the reason.
  public var hoursKept: [Reason: Int] = [:]
  /// How many bytes the file gave back to the system.
  public var bytesGivenBack = 0
  /// How many bytes of the file hold nothing and will be used again.
  public var bytesFree = 0
  /// The longest time for which other writers had to wait.
  public var longestTransaction = Duration.zero

  /// Nothing was done yet.
  public init() {}
}

extension Database {
  /// How long one transaction goes on: a fraction of the time for which others wait.
  static let transactionTime = Duration.milliseconds(50)

  /// Sums the observations of a target's older intervals by the hour; every sum over whole hours
  /// stays as it is.
  ///
  /// Hours are summed only where they lie under one weight state, so that no interval begins to
  /// belong to two of them. It works in small transactions, and rests as long as it worked: a
  /// collector beside it waits for one of them at most.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: Hours that end here or before are summed.
  ///   - outcome: What was done so far; it is added to.
  /// - Throws: A `StoreError`; what was summed until then stays summed.
  public func prune(
    _ targetID: Int64, upTo moment: Timestamp, _ outcome: inout PruneOutcome
  ) async throws(StoreError) {
    let hours = try read(to: "look for older observations") { reader in
      try Pruning(database: reader.database, targetID: targetID).hours(
        upTo: moment, spans: reader.weightSpans(of: targetID))
    }
    var mergeable = hours.filter { $0.reasonToKeep == nil }[...]
    for hour in hours {
      if let reason = hour.reasonToKeep { outcome.hoursKept[reason, default: 0] += 1 }
    }
    while !mergeable.isEmpty, !Task.isCancelled {
      let begin = ContinuousClock.now
      let batch = mergeable
      let summed = try write(to: "sum older observations") { writer in
        let pruning = Pruning(database: writer.database, targetID: targetID)
        var summed: [Int] = []
        for hour in batch {
          summed.append(try pruning.sum(hour))
          if ContinuousClock.now - begin >= Self.transactionTime { break }
        }
        return summed
      }
      mergeable = mergeable.dropFirst(summed.count)
      outcome.hoursSummed += summed.count { $0 > 0 }
      outcome.intervalsSummed += summed.reduce(0, +)
      await rest(ContinuousClock.now - begin, &outcome)
    }
  }

  /// Gives the space that nothing uses back to the system, in small transactions.
  ///
  /// - Parameter outcome: What was done so far; it is added to.
  /// - Returns: Whether the file can give space back in small transactions: not if it was made by an
  ///   older program.
  /// - Throws: A `StoreError`.
  public func giveSpaceBack(_ outcome: inout PruneOutcome) async throws(StoreError) -> Bool {
    let isIncremental = try pragma("auto_vacuum") == 2
    let pageSize = try pragma("page_size")
    let before = try pragma("page_count")
    while isIncremental, try pragma("freelist_count") > 0, !Task.isCancelled {
      let begin = ContinuousClock.now
      try write(to: "give space back") {
        try $0.database.execute(sql: "PRAGMA incremental_vacuum(500)")
      }
      await rest(ContinuousClock.now - begin, &outcome)
    }
    // The file itself becomes shorter when the write-ahead log is written back to it.
    try withoutTransaction(to: "give space back") {
      try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
    }
    outcome.bytesGivenBack += (before - (try pragma("page_count"))) * pageSize
    outcome.bytesFree = try pragma("freelist_count") * pageSize
    return isIncremental
  }

  /// Rebuilds the file without free space.
  ///
  /// From then on it gives space back in small transactions. Others can read meanwhile, not write.
  ///
  /// - Throws: A `StoreError`.
  public func vacuum() throws(StoreError) {
    try withoutTransaction(to: "rebuild the file") {
      try $0.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try $0.execute(sql: "VACUUM")
      try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
    }
  }

  func rest(_ worked: Duration, _ outcome: inout PruneOutcome) async {
    outcome.longestTransaction = max(outcome.longestTransaction, worked)
    // Cancellation is how this ends early; the loops' conditions see it.
    _ = try? await Task.sleep(for: worked)
  }

  private func pragma(_ name: String) throws(StoreError) -> Int {
    try read(to: "read the size of the file") {
      try Int.fetchOne($0.database, sql: "PRAGMA \(name)") ?? 0
    }
  }

  func withoutTransaction(
    to operation: String, _ body: (GRDB.Database) throws -> Void
  ) throws(StoreError) {
    do {
      try queue.writeWithoutTransaction(body)
    } catch {
      throw StoreError.translating(error, path: path, operation: operation)
    }
  }
}
