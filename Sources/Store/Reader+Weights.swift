import GRDB
import Rollouts

extension Reader {
  /// The weight states of the target in the order of time, each with the stretch in which it is
  /// known to have been in force.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: The spans.
  /// - Throws: If the database cannot be read.
  public func weightSpans(of targetID: Int64) throws -> [WeightSpan] {
    let weights = try weightsByState(of: targetID)
    return try Row.fetchAll(
      database, sql: "SELECT * FROM weight_span WHERE target_id = ? ORDER BY observed_at",
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

  private func weightsByState(of targetID: Int64) throws -> [Int64: [VersionWeight]] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT weight_state_id, version.name AS version, weight, destination_host,
          destination_subset
        FROM weight JOIN version ON version.id = weight.version_id
        WHERE version.target_id = ? ORDER BY weight_state_id, position
        """,
      arguments: [targetID])
    return Dictionary(grouping: rows) { $0["weight_state_id"] as Int64 }.mapValues { rows in
      rows.map {
        VersionWeight(
          version: $0["version"], weight: $0["weight"],
          destination: Destination(host: $0["destination_host"], subset: $0["destination_subset"])
        )
      }
    }
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
