import Rollouts

/// What the report shows over time, as JSON.
enum JSONTimeline {
  static func stretch(_ window: TimeWindow) -> JSONValue {
    .object([("from", JSONReport.moment(window.from)), ("to", JSONReport.moment(window.to))])
  }

  static func version(_ timeline: VersionTimeline) -> JSONValue {
    .object([
      ("version", .string(timeline.version)),
      (
        "points",
        .array(
          timeline.requests.map { point in
            .object([
              ("from", JSONReport.moment(point.window.from)),
              ("to", JSONReport.moment(point.window.to)),
              ("intervals", .integer(point.intervals)), ("requests", .integer(point.requests)),
              ("errors", .integer(point.errors)),
            ])
          })
      ),
    ])
  }

  static func evidence(_ history: EvidenceHistory) -> JSONValue {
    .object([
      ("check", .string(history.check)), ("canary", .string(history.canary)),
      ("requiredToBlock", .number(history.requiredToBlock)),
      ("requiredToPromote", .number(history.requiredToPromote)),
      (
        "points",
        .array(
          history.points.map { point in
            .object([
              ("at", JSONReport.moment(point.at)), ("toBlock", .number(point.toBlock)),
              ("toPromote", .number(point.toPromote)),
            ])
          })
      ),
    ])
  }
}
