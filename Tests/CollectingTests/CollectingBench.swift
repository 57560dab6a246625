import Foundation
import Rollouts
import Store
import TestSupport
import VictoriaMetrics

@testable import Collecting

/// A manifest and a database in a folder of their own, and collectors that use them.
struct CollectingBench {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try set(weights: ("v1", 90), ("v2", 10))
  }

  var databasePath: String { folder.path("analyze.db") }

  /// Writes the manifest.
  func set(weights: (subset: String, weight: Int)...) throws {
    let destinations = weights.map {
      "  - {destination: {host: app-backend, subset: \($0.subset)}, weight: \($0.weight)}\n"
    }
    try folder.write(
      virtualService(http: "- route:\n" + destinations.joined()), to: "vs.yaml")
  }

  /// A collector that asks the server and counts settle at once.
  func collector(
    of server: FaultServer, stepSeconds: Int = 15, backfillSeconds: Int64 = 60,
    targetName: String? = nil, settleSeconds: Int64 = 0, rereadSeconds: Int64? = nil
  ) -> Collector {
    collector(
      of: VictoriaMetricsClient(baseURL: server.url, http: .direct()), stepSeconds: stepSeconds,
      backfillSeconds: backfillSeconds, targetName: targetName, settleSeconds: settleSeconds,
      rereadSeconds: rereadSeconds)
  }

  /// A collector with a client of its own.
  func collector(
    of metrics: VictoriaMetricsClient, stepSeconds: Int = 15, backfillSeconds: Int64 = 60,
    targetName: String? = nil, settleSeconds: Int64 = 0, rereadSeconds: Int64? = nil,
    deadline: Duration = .seconds(120), isRepeated: Bool = false
  ) -> Collector {
    Collector(
      virtualService: .manifest(path: folder.path("vs.yaml"), wanted: nil), metrics: metrics,
      database: DatabaseFile(path: databasePath),
      settings: CollectorSettings(
        targetName: targetName, routeName: nil, stepSeconds: stepSeconds, latencyOffset: .zero,
        settle: .seconds(settleSeconds), backfill: .seconds(backfillSeconds),
        rereadFor: rereadSeconds.map { .seconds($0) }, deadline: deadline,
        isRepeated: isRepeated, toolVersion: "1.2.3"))
  }

  /// Everything that the database holds, as SQL.
  func dump() async throws -> String {
    try await Shell.run("sqlite3", "-cmd", ".timeout 10000", databasePath, ".dump")
  }

  /// The answer of a query, in the shell's notation: `|` between columns.
  func query(_ sql: String) async throws -> String {
    try await Shell.run("sqlite3", "-cmd", ".timeout 10000", databasePath, sql).trimmingCharacters(
      in: .newlines)
  }

  var databaseExists: Bool { FileManager.default.fileExists(atPath: databasePath) }

  /// Requests by version, of all that is stored.
  func requestsByVersion() async throws -> String {
    try await query(
      """
      SELECT version.name, sum(requests) FROM response
      JOIN version ON version.id = version_id GROUP BY 1 ORDER BY 1
      """)
  }
}
