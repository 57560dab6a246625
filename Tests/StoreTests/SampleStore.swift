import Rollouts
import Store
import TestSupport

/// Moments are seconds after 2026-11-24T08:00:00Z, which is on the grid of 15 s.
func at(_ seconds: Double) -> Timestamp {
  Timestamp(millisecondsSince1970: 1_795_507_200_000 + Int64((seconds * 1000).rounded()))
}

/// The slot of 15 s with the number, counted from 2026-11-24T08:00:00Z.
func interval(_ number: Int) -> Interval {
  Interval(start: at(Double(number) * 15), end: at(Double(number + 1) * 15))
}

func responses(
  _ status: ResponseStatus = "200", of version: String = "v1", by reporter: Reporter = .source
) -> SeriesKey {
  SeriesKey(version: version, reporter: reporter, measure: .response(status))
}

func durations(
  upTo milliseconds: Double, of version: String = "v1", by reporter: Reporter = .source
) -> SeriesKey {
  SeriesKey(
    version: version, reporter: reporter, measure: .duration(upperBoundMilliseconds: milliseconds))
}

/// What a reading of the VirtualService shows: v1 and v2, the canary with the weight.
func state(
  canary weight: Int, changedAt: Timestamp? = nil, uid: String? = "uid-1", generation: Int? = nil,
  resourceVersion: String? = nil
) -> WeightState {
  WeightState(
    weights: Weights([
      VersionWeight(
        version: "v1", weight: 100 - weight,
        destination: Destination(host: "app-backend", subset: "v1")),
      VersionWeight(
        version: "v2", weight: weight,
        destination: Destination(host: "app-backend", subset: "v2")),
    ]), route: "", changedBy: "kubectl-patch", changedAt: changedAt, uid: uid,
    generation: generation, resourceVersion: resourceVersion)
}

/// A database of its own with one target.
struct SampleStore {
  static let target = Target(
    name: "app-backend",
    virtualService: ObjectName(namespace: "istio", name: "app-backend"), host: "app-backend")

  let folder: TemporaryFolder
  let path: String
  let database: Database
  let targetID: Int64

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
    database = try Database(path: path, mode: .create)
    targetID = try database.write(to: "add a target") { try $0.upsert(Self.target) }
  }

  /// Records that the VirtualService was read.
  @discardableResult
  func look(
    _ state: WeightState, at seconds: Double, askedAt askedSeconds: Double? = nil
  ) throws -> Int64 {
    try database.write(to: "record the weights") {
      try $0.record(
        state, of: targetID, observedAt: at(seconds), askedAt: askedSeconds.map(at),
        toolVersion: "test")
    }
  }

  /// Stores counts, with a reading of the VirtualService for them to refer to.
  @discardableResult
  func store(
    _ intervals: [Interval], _ counts: [SeriesKey: [Timestamp: Int]] = [:]
  ) throws -> [Interval] {
    try Self.store(intervals, counts, in: database, targetID: targetID)
  }

  static func store(
    _ intervals: [Interval], _ counts: [SeriesKey: [Timestamp: Int]], in database: Database,
    targetID: Int64
  ) throws -> [Interval] {
    try database.write(to: "store observations") { writer in
      let collectionID = try writer.record(
        state(canary: 10), of: targetID, observedAt: intervals.last?.end ?? at(0),
        toolVersion: "test")
      return try writer.store(
        CollectedCounts(intervals: intervals, counts: counts), of: targetID,
        collectionID: collectionID
      ).newIntervals
    }
  }

  func spans() throws -> [WeightSpan] {
    try database.read(to: "read the weights") { try $0.weightSpans(of: targetID) }
  }

  /// The rows of a query, values as SQLite writes them, columns joined by `|`.
  func rows(_ sql: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, sql).split(separator: "\n").map(String.init)
  }
}

extension Database {
  /// The values of the first row of a query on this very connection.
  func firstRow(_ sql: String) throws(StoreError) -> [Table.Value] {
    try read(to: "look") { reader in
      try reader.table(
        sql: sql, target: "app-backend", window: TimeWindow(from: at(0), to: at(3600))
      ).rows.first ?? []
    }
  }
}
