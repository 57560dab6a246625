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
          SELECT * FROM weight_span WHERE target_id = ? AND observed_at IS NOT NULL
          ORDER BY observed_at
          """),
      arguments: [targetID]
    ).map { row in
      let id: Int64 = row["id"]
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
    let row = try Row.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT *, (SELECT min(observed_at) FROM collection WHERE weight_state_id = weight_state.id)
            AS first_seen_at
          FROM weight_state WHERE target_id = ? AND first_seen_at \(condition) LIMIT 1
          """), arguments: [targetID, moment.millisecondsSince1970])
    guard let row else { return nil }
    let id: Int64 = row["id"]
    return SeenWeightState(
      id: id, state: WeightState(row: row, weights: try weights(ofState: id)),
      firstSeenAt: Timestamp(millisecondsSince1970: row["first_seen_at"]))
  }

  private func weights(ofState id: Int64) throws -> Weights {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT version.name AS version, weight, destination_host, destination_subset
          FROM weight JOIN version ON version.id = weight.version_id
          WHERE weight_state_id = ? ORDER BY position
          """), arguments: [id])
    return Weights(rows.map(VersionWeight.init(row:)))
  }

  private func weightsByState(of targetID: Int64) throws -> [Int64: [VersionWeight]] {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT weight_state_id, version.name AS version, weight, destination_host,
            destination_subset
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
  fileprivate init(row: Row) {
    self.init(
      version: row["version"], weight: row["weight"],
      destination: Destination(host: row["destination_host"], subset: row["destination_subset"]))
  }
}

extension WeightState {
  fileprivate init(row: Row, weights: Weights) {
    let changedAt: Int64? = row["changed_at"]
    self.init(
      weights: weights, route: row["route"], changedBy: row["changed_by"],
      changedAt: changedAt.map(Timestamp.init(millisecondsSince1970:)), uid: row["uid"],
      generation: row["generation"], resourceVersion: row["resource_version"])
  }
}
