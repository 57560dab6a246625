import Foundation
import GRDB
import Rollouts

extension Writer {
  /// Records that a run of the collector stored nothing for a target.
  ///
  /// - Parameters:
  ///   - failure: When it ran and why it failed.
  ///   - targetID: The target.
  /// - Throws: If the database cannot be written.
  public func record(_ failure: CollectionFailure, of targetID: Int64) throws {
    let values: StatementArguments = [
      "at": failure.at.millisecondsSince1970, "target": targetID, "kind": failure.kind.rawValue,
      "reason": failure.reason,
    ]
    // A stretch of failures for one reason is one row; a success in between begins another.
    try database.execute(
      sql: """
        UPDATE collection_failure SET last_at = max(last_at, :at), runs = runs + 1
        WHERE id = (
            SELECT id FROM collection_failure WHERE target_id = :target
            ORDER BY id DESC LIMIT 1)
          AND kind = :kind AND reason = :reason
          AND NOT EXISTS (
            SELECT 1 FROM collection
            JOIN weight_state ON weight_state.id = collection.weight_state_id
            WHERE weight_state.target_id = :target
              AND collection.observed_at > collection_failure.last_at)
        """,
      arguments: values)
    guard database.changesCount == 0 else { return }
    try database.execute(
      sql: """
        INSERT INTO collection_failure (target_id, first_at, last_at, runs, kind, reason)
        VALUES (:target, :at, :at, 1, :kind, :reason)
        """,
      arguments: values)
  }

  /// Records what a run found wrong with the source of the counts.
  ///
  /// - Parameters:
  ///   - findings: What it found.
  ///   - targetID: The target.
  ///   - collectionID: The run.
  /// - Throws: If the database cannot be written.
  public func record(
    _ findings: [SourceFinding], of targetID: Int64, collectionID: Int64
  ) throws {
    for finding in findings {
      try database.execute(
        sql: """
          INSERT INTO source_finding (collection_id, kind, description, version_id)
          SELECT :collection, :kind, :description, :version
          WHERE NOT EXISTS (
            SELECT 1 FROM source_finding
            WHERE collection_id = :collection AND kind = :kind AND description = :description)
          """,
        arguments: [
          "collection": collectionID, "kind": finding.kind.rawValue,
          "description": finding.description,
          "version": try finding.version.map { try versionID($0, of: targetID) },
        ])
    }
  }

  /// Keeps what the run before found wrong, for one that asked for no counts: it found nothing out.
  ///
  /// - Parameters:
  ///   - targetID: The target.
  ///   - collectionID: The run that asked for no counts.
  /// - Throws: If the database cannot be written.
  public func keepFindings(of targetID: Int64, collectionID: Int64) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO source_finding (collection_id, kind, description, version_id)
        SELECT :collection, kind, description, version_id FROM source_finding
        WHERE collection_id = (
          SELECT earlier.id FROM collection AS earlier
          JOIN weight_state ON weight_state.id = earlier.weight_state_id
          WHERE weight_state.target_id = :target AND earlier.id <> :collection
            AND earlier.observed_at
              <= (SELECT observed_at FROM collection WHERE id = :collection)
          ORDER BY earlier.observed_at DESC, earlier.id DESC LIMIT 1)
        """
    ).execute(arguments: ["target": targetID, "collection": collectionID])
  }

  /// Stores a calibration, which is used from now on.
  ///
  /// - Parameters:
  ///   - calibration: The calibration.
  ///   - targetID: The target.
  ///   - moment: The present time.
  /// - Throws: If the database cannot be written.
  public func store(
    _ calibration: Calibration, of targetID: Int64, at moment: Timestamp
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO calibration (target_id, calibrated_at, metric, dispersion, window_from,
          window_to, step_seconds, canary_share, requests_per_interval, reporter, error_responses)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        targetID, moment.millisecondsSince1970, calibration.metric.rawValue,
        calibration.dispersion, calibration.window.from.millisecondsSince1970,
        calibration.window.to.millisecondsSince1970, calibration.stepSeconds,
        calibration.canaryShare, calibration.requestsPerInterval, calibration.reporter?.rawValue,
        try calibration.errorResponses.map {
          String(decoding: try JSONEncoder().encode($0.words), as: UTF8.self)
        },
      ])
  }
}
