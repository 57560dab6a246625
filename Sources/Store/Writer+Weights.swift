import GRDB
import Ledger
import Rollouts

extension Writer {
  /// Records what a reading of the VirtualService showed: a new weight state where it differs from
  /// the one seen before, and in any case that it was looked at.
  ///
  /// A reading from before others is put in its place in the history.
  ///
  /// - Parameters:
  ///   - state: What the reading showed.
  ///   - targetID: The target.
  ///   - observedAt: When it had been read.
  ///   - askedAt: When it was asked for, if that is known: where a new state was seen between the
  ///     two, a reading of the one before shows what was in force then.
  ///   - toolVersion: Who read it.
  ///   - blindSpots: What the counts cannot tell, each in a sentence.
  /// - Returns: The number of the collection, to which observations refer.
  /// - Throws: `StoreError.contradiction` if both the readings before and after show one other
  ///   state; or if the database cannot be written.
  public func record(
    _ state: WeightState, of targetID: Int64, observedAt: Timestamp, askedAt: Timestamp? = nil,
    toolVersion: String, blindSpots: [String] = []
  ) throws -> Int64 {
    var observedAt = observedAt
    var before = try reader.weightState(of: targetID, .lastSeen(upTo: observedAt))
    if let askedAt, let newer = before, newer.firstSeenAt > askedAt,
      let older = try reader.weightState(of: targetID, .lastSeen(upTo: askedAt)),
      older.state.isSameState(as: state)
    {
      (observedAt, before) = (askedAt, older)
    }
    let isUnchanged = before?.state.isSameState(as: state) ?? false
    if let before, !isUnchanged, try lastObservation(of: before.id) > observedAt {
      throw StoreError.contradiction(
        "cannot add the weights of \(observedAt.rfc3339): other weights were read both before "
          + "and after that time without a change between; check --observed-at")
    }
    let known =
      try isUnchanged
      ? before
      : reader.weightState(of: targetID, .firstSeen(after: observedAt))
        .flatMap { $0.state.isSameState(as: state) ? $0 : nil }
    let stateID =
      try known?.id ?? insert(state, of: targetID, blindSpots: Set(blindSpots).sorted())
    try database.cachedStatement(
      sql: """
        INSERT INTO collection (weight_state_id, observed_at, tool_version) VALUES (?, ?, ?)
        """
    ).execute(
      arguments: [stateID, observedAt.millisecondsSince1970, toolVersion])
    let collectionID = database.lastInsertedRowID
    if known == nil {
      try record(.weightChange, stateID, at: observedAt, targetID: targetID)
    } else if !isUnchanged {
      try record(.earlierReading, collectionID, at: observedAt, targetID: targetID)
    }
    return collectionID
  }

  private func lastObservation(of stateID: Int64) throws -> Timestamp {
    let milliseconds = try Int64.fetchOne(
      database.cachedStatement(
        sql: "SELECT max(observed_at) FROM collection WHERE weight_state_id = ?"),
      arguments: [stateID])
    return Timestamp(millisecondsSince1970: milliseconds ?? 0)
  }

  private func insert(
    _ state: WeightState, of targetID: Int64, blindSpots: [String]
  ) throws -> Int64 {
    try database.cachedStatement(
      sql: """
        INSERT INTO weight_state
          (target_id, route, changed_by, changed_at, uid, generation, resource_version)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        targetID, state.route, state.changedBy, state.changedAt?.millisecondsSince1970, state.uid,
        state.generation, state.resourceVersion,
      ])
    let stateID = database.lastInsertedRowID
    for (position, entry) in state.weights.entries.enumerated() {
      let versionID = try versionID(entry.version, of: targetID)
      try database.cachedStatement(
        sql: """
          INSERT INTO weight (weight_state_id, version_id, position, weight, destination_host,
            destination_subset)
          VALUES (?, ?, ?, ?, ?, ?)
          """
      ).execute(
        arguments: [
          stateID, versionID, position, entry.weight,
          entry.destination.host, entry.destination.subset,
        ])
    }
    for spot in blindSpots {
      try database.cachedStatement(
        sql: "INSERT INTO blind_spot (weight_state_id, description) VALUES (?, ?)"
      ).execute(arguments: [stateID, spot])
    }
    return stateID
  }
}
