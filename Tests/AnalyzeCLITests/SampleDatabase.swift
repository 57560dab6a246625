import Foundation
import Rollouts
import Store

/// A database with a rollout of which every count is known: 300 requests in each interval of 15 s,
/// 100/0 from 08:00, 90/10 from 08:10, 50/50 from 08:20, until 08:30, if nothing else is wanted.
struct SampleDatabase {
  static let start = time("08:00:00")
  static let end = time("08:30:00")

  /// How many of the canary's requests in a thousand fail; the baseline's are 10.
  var canaryErrorsInThousand = 10
  /// From when on intervals are written; what was before stays as it is in the file.
  var begin = Self.start
  var end = Self.end
  var stepSeconds = 15
  var hasRequests = true
  /// What the newest run found wrong.
  var findings: [SourceFinding] = []
  /// A run that stored nothing, after the newest one.
  var failure: CollectionFailure?
  var targetName = "app-backend"
  /// The names of baseline and canary.
  var versions = ("v1", "v2")

  static func time(_ clock: String) -> Timestamp {
    guard let moment = Timestamp(rfc3339: "2026-11-24T\(clock)Z") else {
      preconditionFailure("no time: \(clock)")
    }
    return moment
  }

  @discardableResult
  func write(to path: String) throws -> Database {
    let database = try Database(path: path, mode: .create)
    try database.write(to: "make a sample") { writer in
      let target = try writer.upsert(
        Target(
          name: targetName,
          virtualService: ObjectName(namespace: "istio", name: targetName), host: targetName))
      var collectionID: Int64 = 0
      for (index, step) in steps.enumerated() where step.from < end && begin < step.to {
        let state = WeightState(
          weights: weights(step.canaryWeight), route: "", changedBy: step.changedBy,
          changedAt: step.from, uid: "uid-1", generation: index + 1,
          resourceVersion: "\(266 + index)")
        for observedAt in [max(step.from, begin) + .seconds(5), min(step.to, end) - .seconds(1)] {
          collectionID = try writer.record(
            state, of: target, observedAt: observedAt, toolVersion: "test")
        }
      }
      _ = try writer.store(counts, of: target, collectionID: collectionID)
      try writer.record(findings, of: target, collectionID: collectionID)
      if let failure { try writer.record(failure, of: target) }
    }
    return database
  }

  private struct Step {
    let from: Timestamp
    let to: Timestamp
    let canaryWeight: Int
    let changedBy: String
  }

  private var steps: [Step] {
    [
      Step(
        from: Self.start, to: Self.time("08:10:00"), canaryWeight: 0,
        changedBy: "kubectl-client-side-apply"),
      Step(
        from: Self.time("08:10:00"), to: Self.time("08:20:00"), canaryWeight: 10,
        changedBy: "kubectl-patch"),
      Step(
        from: Self.time("08:20:00"), to: Self.end, canaryWeight: 50, changedBy: "kubectl-patch"),
    ]
  }

  private func weights(_ canaryWeight: Int) -> Weights {
    Weights([
      VersionWeight(
        version: versions.0, weight: 100 - canaryWeight,
        destination: Destination(host: targetName, subset: "v1")),
      VersionWeight(
        version: versions.1, weight: canaryWeight,
        destination: Destination(host: targetName, subset: "v2")),
    ])
  }

  private var counts: CollectedCounts {
    let grid = SamplingGrid(stepSeconds: stepSeconds)
    let intervals = grid.intervals(in: TimeWindow(from: begin, to: end))
    guard hasRequests else { return CollectedCounts(intervals: intervals, counts: [:]) }
    var counts: [SeriesKey: [Timestamp: Int]] = [:]
    var errorsDue = ["baseline": 0, "canary": 0]
    for interval in intervals {
      let weight = steps.last { $0.from <= interval.start }?.canaryWeight ?? 0
      for (role, version, requests, errorsInThousand) in [
        ("baseline", versions.0, 3 * (100 - weight), 10),
        ("canary", versions.1, 3 * weight, canaryErrorsInThousand),
      ] where requests > 0 {
        errorsDue[role, default: 0] += requests * errorsInThousand
        let errors = errorsDue[role, default: 0] / 1000
        errorsDue[role, default: 0] -= errors * 1000
        add(requests - errors, .response(code: "200"), version, interval, &counts)
        add(errors, .response(code: "503"), version, interval, &counts)
        let slow = requests / 10
        add(0, .duration(upperBoundMilliseconds: 5), version, interval, &counts)
        add(requests - slow, .duration(upperBoundMilliseconds: 10), version, interval, &counts)
        add(slow, .duration(upperBoundMilliseconds: 25), version, interval, &counts)
        add(0, .duration(upperBoundMilliseconds: .infinity), version, interval, &counts)
      }
    }
    return CollectedCounts(intervals: intervals, counts: counts)
  }

  private func add(
    _ count: Int, _ measure: SeriesMeasure, _ version: String, _ interval: Interval,
    _ counts: inout [SeriesKey: [Timestamp: Int]]
  ) {
    counts[
      SeriesKey(version: version, reporter: .source, measure: measure), default: [:]][
        interval.end] = count
  }
}
