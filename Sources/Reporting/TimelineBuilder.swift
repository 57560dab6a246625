import Analysis
import Rollouts

/// Puts together what the report shows over time.
struct TimelineBuilder {
  /// More points than this are not told apart in a picture.
  static let mostEvidencePoints = 200

  private let material: ReportMaterial

  init(_ material: ReportMaterial) {
    self.material = material
  }

  /// The versions in the order of the report's tables.
  func timelines(order: [String]) -> [VersionTimeline] {
    let requests = Dictionary(grouping: TableRow.all(of: material.requestsByInterval)) {
      $0.text("version") ?? ""
    }
    let durations = Dictionary(grouping: TableRow.all(of: material.durationsByInterval)) {
      $0.text("version") ?? ""
    }
    return order.filter { requests[$0] != nil || durations[$0] != nil }.map { version in
      VersionTimeline(
        version: version,
        requests: (requests[version] ?? []).compactMap { row in
          guard let window = row.window else { return nil }
          return RequestPoint(
            window: window, intervals: row.integer("intervals") ?? 0,
            requests: row.integer("requests") ?? 0, errors: row.integer("errors") ?? 0)
        },
        durations: Self.points(durations[version] ?? []))
    }
  }

  private static func points(_ rows: [TableRow]) -> [DurationPoint] {
    var points: [DurationPoint] = []
    var buckets: [DurationPoint.Bucket] = []
    for (index, row) in rows.enumerated() {
      guard let window = row.window else { continue }
      buckets.append(
        DurationPoint.Bucket(
          lowerMilliseconds: row.number("lower_milliseconds") ?? 0,
          upperMilliseconds: row.number("upper_milliseconds"),
          requests: row.integer("requests") ?? 0))
      if index == rows.count - 1 || rows[index + 1].window != window {
        points.append(DurationPoint(window: window, buckets: buckets))
        buckets = []
      }
    }
    return points
  }

  /// Stretches shorter than an interval are left out: a change is dated to the second only.
  func knowledge(stepSeconds: Int?) -> Knowledge {
    let step = Duration.seconds(stepSeconds ?? 1)
    let window = material.window
    var unknown: [TimeWindow] = []
    var knownUntil = window.from
    for known in material.steps.map(\.window) + [TimeWindow(from: window.to, to: window.to)] {
      if known.from - knownUntil >= step {
        unknown.append(TimeWindow(from: knownUntil, to: known.from))
      }
      knownUntil = max(knownUntil, known.to)
    }
    let ends = material.rollout?.ends(ofWarmUpsBy: material.policy, intervalWidth: step) ?? []
    let warmUps = zip(material.rollout?.steps ?? [], ends).compactMap { span, end -> TimeWindow? in
      let from = max(span.validFrom, window.from)
      let to = min(end, span.validUntil, window.to)
      return from < to ? TimeWindow(from: from, to: to) : nil
    }
    return Knowledge(unknownWeights: unknown, warmUps: warmUps)
  }

  /// The histories within the window, thinned so that no peak is lost.
  func evidence() -> [EvidenceHistory] {
    material.evidenceHistories.map { history in
      let points = history.points.filter {
        material.window.from < $0.at && $0.at <= material.window.to
      }
      return EvidenceHistory(
        check: history.check, canary: history.canary, requiredToBlock: history.requiredToBlock,
        requiredToPromote: history.requiredToPromote, points: Self.thinned(points))
    }
  }

  private static func thinned(_ points: [EvidencePoint]) -> [EvidencePoint] {
    let size = (points.count + mostEvidencePoints - 1) / mostEvidencePoints
    guard size > 1 else { return points }
    return stride(from: 0, to: points.count, by: size).flatMap { start -> [EvidencePoint] in
      let part = points[start..<min(start + size, points.count)]
      let kept = [
        part.max { $0.toBlock < $1.toBlock }, part.max { $0.toPromote < $1.toPromote }, part.last,
      ]
      return Set(kept.compactMap { $0 }).sorted { $0.at < $1.at }
    }
  }
}

extension TableRow {
  /// The stretch from `from_at` to `to_at`.
  var window: TimeWindow? {
    guard let from = moment("from_at"), let to = moment("to_at") else { return nil }
    return TimeWindow(from: from, to: to)
  }
}
