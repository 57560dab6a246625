import GRDB
import Rollouts

extension Reader {
  /// The weight states of the target in the order of time, each with the stretch in which it is
  /// known to have been in force.
  ///
  /// One that no reading shows, as in a damaged file, was never seen and is left out.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: The spans.
  /// - Throws: If the database cannot be read.
  public func weightSpans(of targetID: Int64) throws -> [WeightSpan] {
    let weights = try weightsByState(of: targetID)
    return try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT \(WeightState.columns), observed_at, valid_from, valid_until, is_superseded,
            gap_before
          FROM weight_span WHERE target_id = ? AND observed_at IS NOT NULL ORDER BY observed_at
          """),
      arguments: [targetID]
    ).map { row in
      let id: Int64 = row[0]
      return WeightSpan(
        id: id,
        state: WeightState(row: row, weights: Weights(weights[id] ?? [])),
        observedAt: Timestamp(millisecondsSince1970: row["observed_at"]),
        validFrom: Timestamp(millisecondsSince1970: row["valid_from"]),
        validUntil: Timestamp(millisecondsSince1970: row["valid_until"]),
        isSuperseded: row["is_superseded"], gapBefore: row["gap_before"])
    }
  }

  /// The name of the route whose weights were read last; `nil` if none were, or if it has no name.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: The name.
  /// - Throws: If the database cannot be read.
  public func lastRoute(of targetID: Int64) throws -> String? {
    let forever = Timestamp(millisecondsSince1970: .max)
    let route = try weightState(of: targetID, .lastSeen(upTo: forever))?.state.route
    return route?.isEmpty == true ? nil : route
  }

  /// A weight state and when it was first seen.
  struct SeenWeightState {
    let id: Int64
    let state: WeightState
    let firstSeenAt: Timestamp
  }

  /// One of the weight states of a target.
  enum WeightStateSelection {
    case lastSeen(upTo: Timestamp)
    case firstSeen(after: Timestamp)
  }

  /// A weight state of the target, in the order in which they were first seen.
  ///
  /// Only this one is looked at, since the view of all spans costs a collector more than the rest.
  func weightState(
    of targetID: Int64, _ selection: WeightStateSelection
  ) throws -> SeenWeightState? {
    let (condition, moment) =
      switch selection {
      case .lastSeen(let moment): ("<= ? ORDER BY first_seen_at DESC", moment)
      case .firstSeen(let moment): ("> ? ORDER BY first_seen_at", moment)
      }
    return try database.cachedStatement(
      sql: """
        SELECT \(WeightState.columns),
          (SELECT min(observed_at) FROM collection WHERE weight_state_id = weight_state.id)
            AS first_seen_at
        FROM weight_state WHERE target_id = ? AND first_seen_at \(condition) LIMIT 1
        """
    ).first([targetID, moment.millisecondsSince1970]) { row in
      SeenWeightState(
        id: row[0], state: WeightState(row: row, weights: try weights(ofState: row[0])),
        firstSeenAt: Timestamp(millisecondsSince1970: row[WeightState.columnCount]))
    }
  }

  private func weights(ofState id: Int64) throws -> Weights {
    var entries: [VersionWeight] = []
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT version.name, weight, destination_host, destination_subset
          FROM weight JOIN version ON version.id = weight.version_id
          WHERE weight_state_id = ? ORDER BY position
          """), arguments: [id])
    while let row = try rows.next() { entries.append(VersionWeight(row: row)) }
    return Weights(entries)
  }

  private func weightsByState(of targetID: Int64) throws -> [Int64: [VersionWeight]] {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT version.name, weight, destination_host, destination_subset, weight_state_id
          FROM weight JOIN version ON version.id = weight.version_id
          WHERE version.target_id = ? ORDER BY weight_state_id, position
          """),
      arguments: [targetID])
    return Dictionary(grouping: rows) { $0["weight_state_id"] as Int64 }.mapValues { rows in
      rows.map(VersionWeight.init(row:))
    }
  }
}

extension VersionWeight {
  /// From the columns version, weight, host and subset.
  fileprivate init(row: Row) {
    self.init(
      version: row[0], weight: row[1], destination: Destination(host: row[2], subset: row[3]))
  }
}

extension WeightState {
  fileprivate static let columns =
    "id, route, changed_by, changed_at, uid, generation, resource_version"
  fileprivate static let columnCount = 7

  /// From the columns above, which come first.
  fileprivate init(row: Row, weights: Weights) {
    self.init(
      weights: weights, route: row[1], changedBy: row[2],
      changedAt: Timestamp(optionalMilliseconds: row[3]), uid: row[4], generation: row[5],
      resourceVersion: row[6])
  }
}
