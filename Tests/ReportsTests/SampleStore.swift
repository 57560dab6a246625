import Foundation
import Reports
import Rollouts
import Store
import TestSupport
import Testing

/// Moments are seconds after 2026-11-24T08:00:00Z, which is on the grid of 15 s.
func at(_ seconds: Double) -> Timestamp {
  Timestamp(millisecondsSince1970: 1_795_507_200_000 + Int64((seconds * 1000).rounded()))
}

func milliseconds(_ seconds: Double) -> Table.Value {
  .integer(at(seconds).millisecondsSince1970)
}

/// The slot of 15 s with the number, counted from 2026-11-24T08:00:00Z.
func interval(_ number: Int) -> Interval {
  Interval(start: at(Double(number) * 15), end: at(Double(number + 1) * 15))
}

func window(_ from: Double, _ to: Double) -> TimeWindow {
  TimeWindow(from: at(from), to: at(to))
}

/// A database of its own, filled count by count.
struct SampleStore {
  let folder: TemporaryFolder
  let path: String
  let database: Database

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("analyze.db")
    database = try Database(path: path, mode: .create)
  }

  func write<Value: Sendable>(
    _ target: String = "app", _ body: @Sendable (Writer, Int64) throws -> Value
  ) throws -> Value {
    try database.write(to: "fill the sample") { writer in
      try body(
        writer,
        writer.upsert(
          Target(
            name: target, virtualService: ObjectName(namespace: "istio", name: target),
            host: target)))
    }
  }

  /// Records a reading of the weights of v1 and v2.
  func look(
    canary weight: Int, at seconds: Double, changedAt: Double? = nil, generation: Int? = nil,
    blindSpots: [String] = [], of target: String = "app"
  ) throws {
    let state = Self.state(canary: weight, of: target, changedAt: changedAt, generation: generation)
    try write(target) { writer, targetID in
      _ = try writer.record(
        state, of: targetID, observedAt: at(seconds), toolVersion: "test", blindSpots: blindSpots)
    }
  }

  private static func state(
    canary weight: Int, of target: String, changedAt: Double? = nil, generation: Int? = nil
  ) -> WeightState {
    WeightState(
      weights: Weights(
        [("v1", 100 - weight), ("v2", weight)].map {
          VersionWeight(
            version: $0.0, weight: $0.1, destination: Destination(host: target, subset: $0.0))
        }), route: "", changedBy: "helm", changedAt: changedAt.map(at), uid: "uid",
      generation: generation, resourceVersion: "1")
  }

  /// Stores intervals, each with the same counts of a version.
  func store(
    _ intervals: [Int], _ version: String = "v1", _ responses: [ResponseStatus: Int] = [:],
    durations: [Double: Int] = [:], by reporter: Reporter = .source, of target: String = "app"
  ) throws {
    try store(
      intervals.map(interval), version, responses, durations: durations, by: reporter, of: target)
  }

  func store(
    _ intervals: [Interval], _ version: String, _ responses: [ResponseStatus: Int],
    durations: [Double: Int] = [:], by reporter: Reporter = .source, of target: String = "app"
  ) throws {
    let measures =
      responses.map { (SeriesMeasure.response($0.key), $0.value) }
      + durations.map { (SeriesMeasure.duration(upperBoundMilliseconds: $0.key), $0.value) }
    let counts = measures.map { measure, count in
      (
        SeriesKey(version: version, reporter: reporter, measure: measure),
        Dictionary(uniqueKeysWithValues: intervals.map { ($0.end, count) })
      )
    }
    let collected = CollectedCounts(
      intervals: intervals, counts: Dictionary(uniqueKeysWithValues: counts))
    try write(target) { writer, targetID in
      // The counts refer to a look at weights that is known already, so that it changes nothing.
      let known = try writer.reader.weightSpans(of: targetID).last
      let collectionID = try writer.record(
        known?.state ?? Self.state(canary: 0, of: target), of: targetID,
        observedAt: known?.observedAt ?? at(0), toolVersion: "test")
      _ = try writer.store(collected, of: targetID, collectionID: collectionID)
    }
  }

  /// Records that a check of the policy's own could not count in intervals.
  func leaveOut(_ check: String, _ intervals: [Int], _ reason: String) throws {
    _ = try write("app") { writer, targetID in
      try writer.store(
        CollectedCustomCounts(
          checks: [check], intervals: [], observations: [],
          gaps: intervals.map {
            CustomGap(check: check, interval: interval($0), reason: reason)
          }), of: targetID, collectionID: 1)
    }
  }

  /// The answer of a section of the canary report.
  func table(
    _ section: String, in window: TimeWindow, of target: String = "app",
    errorResponses: String? = nil
  ) throws -> Table {
    let sql = try #require(Reports.sections(of: "canary")[section]?.sql)
    return try database.read(to: "read the report") {
      try $0.table(sql: sql, target: target, window: window, errorResponses: errorResponses)
    }
  }

  /// Some columns of the answer of a section.
  func rows(
    _ section: String, _ columns: String..., in window: TimeWindow, of target: String = "app",
    errorResponses: String? = nil
  ) throws -> [[Table.Value]] {
    let table = try table(section, in: window, of: target, errorResponses: errorResponses)
    let indices = try columns.map { try #require(table.columns.firstIndex(of: $0)) }
    return table.rows.map { row in indices.map { row[$0] } }
  }
}
