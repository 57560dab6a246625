import GRDB
import Rollouts

extension Database {
  /// Drops older runs of the collector for a target that tell nothing more than others do.
  ///
  /// Those stay that anything refers to, the first and the last reading of each weight state, those
  /// that the ledger records, those that found something else wrong with the source than the run
  /// before, and those by which a failure is known to be over. What is known of any moment stays the
  /// same. It works in small transactions, as `prune` does.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: Runs of this time or before are dropped.
  ///   - outcome: What was done so far; it is added to.
  /// - Throws: A `StoreError`; what was dropped until then stays dropped.
  public func pruneCollections(
    _ targetID: Int64, upTo moment: Timestamp, _ outcome: inout PruneOutcome
  ) async throws(StoreError) {
    // Nothing comes to refer to an older run: a collector refers to its own, and a summed hour to one
    // that its intervals referred to.
    var superfluous = try read(to: "look for older runs of the collector") { reader in
      try Self.superfluousCollections(reader.database, targetID, upTo: moment)
    }[...]
    while !superfluous.isEmpty, !Task.isCancelled {
      let begin = ContinuousClock.now
      let dropped = try drop(superfluous, since: begin)
      superfluous = superfluous.dropFirst(dropped)
      outcome.collectionsDropped += dropped
      await rest(ContinuousClock.now - begin, &outcome)
    }
  }

  private static func superfluousCollections(
    _ database: GRDB.Database, _ targetID: Int64, upTo moment: Timestamp
  ) throws -> [Int64] {
    try Int64.fetchAll(
      database,
      sql: """
        WITH run AS (
          SELECT collection.id, weight_state_id, observed_at,
            (SELECT json_group_array(json_array(kind, description, version_id))
              FROM source_finding WHERE collection_id = collection.id) AS findings
          FROM collection JOIN weight_state ON weight_state.id = weight_state_id
          WHERE target_id = :target
        ),
        placed AS (
          SELECT *,
            lag(findings) OVER by_time AS previous_findings,
            lag(observed_at) OVER by_time AS previous_observed_at,
            min(id) OVER of_state AS first_id,
            min(observed_at) OVER of_state AS first_observed_at,
            max(observed_at) OVER of_state AS last_observed_at
          FROM run
          WINDOW by_time AS (ORDER BY observed_at, id),
            of_state AS (PARTITION BY weight_state_id)
        )
        SELECT id FROM placed
        WHERE observed_at <= :moment AND findings IS previous_findings
          AND id <> first_id
          AND observed_at > first_observed_at AND observed_at < last_observed_at
          AND NOT EXISTS (
            SELECT 1 FROM collection_failure WHERE target_id = :target
              AND last_at BETWEEN previous_observed_at AND observed_at)
          AND id NOT IN (SELECT collection_id FROM interval WHERE target_id = :target)
          AND id NOT IN (SELECT collection_id FROM gap)
          AND id NOT IN (SELECT collection_id FROM custom_gap)
          AND id NOT IN (SELECT collection_id FROM correction)
          AND id NOT IN (
            SELECT fact_id FROM ledger_entry
            WHERE kind = 'earlierReading' AND fact_id IS NOT NULL)
        ORDER BY id
        """, arguments: ["target": targetID, "moment": moment.millisecondsSince1970])
  }

  /// Drops runs in one transaction, as many as there is time for.
  ///
  /// - Returns: How many.
  private func drop(
    _ ids: ArraySlice<Int64>, since begin: ContinuousClock.Instant
  ) throws(StoreError) -> Int {
    var dropped = 0
    try withoutTransaction(to: "drop older runs of the collector") { database in
      // SQLite would look through all intervals for each run whether one refers to it, which was
      // done once for all of them.
      try database.execute(sql: "PRAGMA foreign_keys = OFF")
      defer { database.turnOnForeignKeys() }
      try database.inTransaction(.immediate) {
        for id in ids {
          try database.cachedStatement(sql: "DELETE FROM collection WHERE id = ?")
            .execute(arguments: [id])
          try database.cachedStatement(sql: "DELETE FROM source_finding WHERE collection_id = ?")
            .execute(arguments: [id])
          dropped += 1
          if ContinuousClock.now - begin >= Self.transactionTime { break }
        }
        return .commit
      }
    }
    return dropped
  }
}

extension GRDB.Database {
  fileprivate func turnOnForeignKeys() {
    do {
      try execute(sql: "PRAGMA foreign_keys = ON")
    } catch {
      preconditionFailure("foreign keys cannot be turned on again: \(error)")
    }
  }
}
