import Foundation
import GRDB
import Rollouts

extension Reader {
  /// A number that changes whenever another connection has written to the database.
  ///
  /// Source: https://sqlite.org/pragma.html#pragma_data_version
  ///
  /// - Returns: The number; it means nothing in another connection.
  /// - Throws: If the database cannot be read.
  public func dataVersion() throws -> Int64 {
    try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
  }

  /// What the collector found out about the sources of the counts, as of a moment.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: The moment.
  /// - Returns: The newest settled interval, what the newest run found wrong, and the failure that
  ///   came after it.
  /// - Throws: If the database cannot be read.
  public func sourceState(of targetID: Int64, asOf moment: Timestamp) throws -> SourceState {
    let collection = try Row.fetchOne(
      database,
      sql: """
        SELECT collection.id AS id, collection.observed_at AS observed_at FROM collection
        JOIN weight_state ON weight_state.id = collection.weight_state_id
        WHERE target_id = :target AND collection.observed_at <= :moment
        ORDER BY collection.observed_at DESC, collection.id DESC LIMIT 1
        """,
      arguments: ["target": targetID, "moment": moment.millisecondsSince1970])
    let observedAt: Int64 = collection?["observed_at"] ?? Int64.min
    let failure = try Row.fetchOne(
      database,
      sql: """
        SELECT last_at, kind, reason FROM collection_failure
        WHERE target_id = :target AND last_at > :after AND first_at <= :moment
        ORDER BY last_at DESC LIMIT 1
        """,
      arguments: [
        "target": targetID, "after": observedAt, "moment": moment.millisecondsSince1970,
      ]
    ).map { row in
      CollectionFailure(
        at: min(moment, Timestamp(millisecondsSince1970: row["last_at"])),
        kind: CollectionFailure.Kind(rawValue: row["kind"]) ?? .other, reason: row["reason"])
    }
    return SourceState(
      newest: try newestInterval(of: targetID, upTo: moment, .settled),
      findings: try collection.map { try findings(ofCollection: $0["id"]) } ?? [], failure: failure)
  }

  /// The versions of which any series was ever stored.
  ///
  /// - Parameter targetID: The target.
  /// - Returns: Their names.
  /// - Throws: If the database cannot be read.
  public func versionsWithSeries(of targetID: Int64) throws -> Set<String> {
    Set(
      try String.fetchAll(
        database.cachedStatement(
          sql: """
            SELECT name FROM version WHERE target_id = ?
              AND EXISTS (SELECT 1 FROM series WHERE version_id = version.id)
            """), arguments: [targetID]))
  }

  private func findings(ofCollection collectionID: Int64) throws -> [SourceFinding] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT kind, description, version.name AS version
        FROM source_finding LEFT JOIN version ON version.id = version_id
        WHERE collection_id = ? ORDER BY kind, description
        """, arguments: [collectionID]
    ).map(SourceFinding.init(row:))
  }

  /// What the user's own queries counted in the window, in the order of time.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - window: The stretch of time; intervals that it cuts are left out.
  /// - Returns: The observations.
  /// - Throws: If the database cannot be read.
  public func customObservations(
    of targetID: Int64, in window: TimeWindow
  ) throws -> [CustomObservation] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT start_at, end_at, version.name AS version, check_name, good, bad
        FROM interval
        JOIN custom_observation ON custom_observation.interval_id = interval.id
        JOIN version ON version.id = custom_observation.version_id
        WHERE interval.target_id = :target
          AND end_at > :from AND end_at <= :to AND start_at >= :from
        ORDER BY end_at, check_name, version.name
        """,
      arguments: [
        "target": targetID, "from": window.from.millisecondsSince1970,
        "to": window.to.millisecondsSince1970,
      ]
    ).map { row in
      CustomObservation(
        check: row["check_name"], interval: Interval(row: row), version: row["version"],
        good: row["good"], bad: row["bad"])
    }
  }

  /// What the user's own queries could not count in the window, in the order of time.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - window: The stretch of time; intervals that it cuts are left out.
  /// - Returns: The gaps.
  /// - Throws: If the database cannot be read.
  public func customGaps(of targetID: Int64, in window: TimeWindow) throws -> [CustomGap] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT start_at, end_at, check_name, reason FROM custom_gap
        WHERE target_id = :target AND end_at > :from AND end_at <= :to AND start_at >= :from
        ORDER BY end_at, check_name
        """,
      arguments: [
        "target": targetID, "from": window.from.millisecondsSince1970,
        "to": window.to.millisecondsSince1970,
      ]
    ).map { row in
      CustomGap(check: row["check_name"], interval: Interval(row: row), reason: row["reason"])
    }
  }

  /// The newest calibration of each metric, as of a moment.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - moment: The moment.
  /// - Returns: One calibration a metric at most.
  /// - Throws: If the database cannot be read.
  public func calibrations(of targetID: Int64, asOf moment: Timestamp) throws -> [Calibration] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT * FROM calibration WHERE id IN (
          SELECT max(id) FROM calibration
          WHERE target_id = ? AND calibrated_at <= ? GROUP BY metric)
        ORDER BY metric
        """, arguments: [targetID, moment.millisecondsSince1970]
    ).map { row in
      let metric: String = row["metric"]
      guard let known = Calibration.Metric(rawValue: metric) else {
        throw DatabaseError(message: "a calibration has the metric \(metric)")
      }
      return Calibration(
        metric: known, dispersion: row["dispersion"],
        window: TimeWindow(
          from: Timestamp(millisecondsSince1970: row["window_from"]),
          to: Timestamp(millisecondsSince1970: row["window_to"])),
        stepSeconds: row["step_seconds"], canaryShare: row["canary_share"],
        requestsPerInterval: row["requests_per_interval"],
        reporter: (row["reporter"] as String?).flatMap(Reporter.init(rawValue:)),
        errorResponses: try (row["error_responses"] as String?).map {
          ErrorResponses(words: try JSONDecoder().decode([String].self, from: Data($0.utf8)))
        })
    }
  }

  /// How many other policies a rollout was judged by before the given one was first used.
  ///
  /// How old the data may be makes no other policy: it does not enter the evidence. Neither does
  /// whose counts are judged where a decision was made before anything was counted. Decisions are
  /// those made while the rollout ran, whatever weight state it was known to begin with then: a
  /// reading that comes late may add an earlier one.
  ///
  /// - Parameters:
  ///   - rollout: The rollout.
  ///   - targetID: The target.
  ///   - policyJSON: The policy as evaluated, as JSON.
  /// - Returns: 0 of the policy that was used first.
  /// - Throws: If the database cannot be read.
  public func earlierPolicies(
    of rollout: Rollout, targetID: Int64, than policyJSON: String
  ) throws -> Int {
    try Int.fetchOne(
      database,
      sql: """
        WITH used AS (
          SELECT json_remove(policy, '$.maximumDataAgeSeconds', '$.reporter') AS policy,
            policy ->> 'reporter' AS reporter, min(id) AS first_id
          FROM decision
          WHERE target_id = :target AND rollout_id IS NOT NULL
            AND (rollout_id = :rollout
              OR (at >= :startedAt AND at < coalesce(:endedAt, 9223372036854775807)))
          GROUP BY 1, 2
        ),
        this AS (
          SELECT json_remove(:policy, '$.maximumDataAgeSeconds', '$.reporter') AS policy,
            :policy ->> 'reporter' AS reporter
        )
        SELECT count(*) FROM used JOIN this
          ON used.policy <> this.policy OR used.reporter <> this.reporter
        WHERE first_id < coalesce(
          (SELECT first_id FROM used JOIN this
            ON used.policy = this.policy AND used.reporter IS this.reporter),
          9223372036854775807)
        """,
      arguments: [
        "target": targetID, "rollout": rollout.id,
        "startedAt": rollout.startedAt.millisecondsSince1970,
        "endedAt": rollout.endedAt?.millisecondsSince1970, "policy": policyJSON,
      ]) ?? 0
  }

  /// How many intervals were corrected after they had settled.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - window: The stretch of time; intervals that it cuts are left out.
  ///   - moment: Corrections that were found later are left out.
  /// - Returns: The number of intervals.
  /// - Throws: If the database cannot be read.
  public func correctedIntervals(
    of targetID: Int64, in window: TimeWindow, asOf moment: Timestamp
  ) throws -> Int {
    try Int.fetchOne(
      database,
      sql: """
        SELECT count(DISTINCT interval_id) FROM correction
        JOIN interval ON interval.id = interval_id
        JOIN collection ON collection.id = correction.collection_id
        WHERE interval.target_id = :target AND start_at >= :from AND end_at <= :to
          AND observed_at <= :moment
        """,
      arguments: [
        "target": targetID, "from": window.from.millisecondsSince1970,
        "to": window.to.millisecondsSince1970, "moment": moment.millisecondsSince1970,
      ]) ?? 0
  }
}
