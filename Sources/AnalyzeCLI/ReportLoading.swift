import Analysis
import Reporting
import Reports
import Rollouts
import Store

extension ReportMaterial {
  /// What a report may show beside the rest; it is not worked out where it is not shown.
  struct Details: OptionSet {
    let rawValue: Int
    /// The figures and the verdict of each step.
    static let steps = Details(rawValue: 1)
    /// How the evidence developed, interval by interval.
    static let evidenceHistories = Details(rawValue: 2)
  }

  /// Runs the queries of the canary report.
  init(
    _ reader: Reader, _ loaded: LoadedTarget, window: TimeWindow, generatedAt: Timestamp,
    details: Details
  ) throws {
    let judge = Judge(policy: loaded.policy)
    let queries = CanaryQueries(
      reader: reader, target: loaded.target.name, errorResponses: loaded.policy.errorResponses)
    let rollout = loaded.rollouts.last { $0.endedAt.map { $0 > window.from } ?? true }
    let judged = try rollout.map { try loaded.judged($0, reader) }
    let evidence = judged?.evidence
    let judgement =
      judged?.judgement
      ?? Judgement(verdict: .unknown, reasons: ["no rollout in this time"], checks: [])
    let steps = try loaded.spans.filter {
      $0.validFrom < window.to && $0.validUntil > window.from
    }.map { span in
      let part = TimeWindow(
        from: max(span.validFrom, window.from), to: min(span.validUntil, window.to))
      return ReportMaterial.Step(
        span: span, window: part,
        tables: details.contains(.steps) ? try queries.versions(in: part) : nil,
        verdict: details.contains(.steps)
          ? evidence.flatMap { judge.verdict(onStep: span.id, of: $0, within: part) } : nil)
    }
    self.init(
      generatedAt: generatedAt, toolVersion: ToolVersion.current, target: loaded.target,
      window: window,
      versions: try queries.versions(in: window),
      weights: try queries.table("weights", in: window),
      trafficSplit: try queries.table("traffic_split", in: window),
      dataQuality: try queries.table("data_quality", in: window),
      gaps: try queries.table("gaps", in: window),
      customGaps: try queries.table("custom_gaps", in: window),
      blindSpots: try queries.table("blind_spots", in: window),
      decisions: try queries.table("decisions", in: window),
      overrides: try queries.table("overrides", in: window), steps: steps,
      requestsByInterval: try queries.table("requests_by_interval", in: window),
      durationsByInterval: try queries.table("durations_by_interval", in: window),
      durationBounds: try loaded.policy.reporter.map {
        try reader.durationBounds(of: loaded.id, by: $0)
      } ?? [:],
      evidence: evidence?.within(window),
      evidenceHistories: details.contains(.evidenceHistories)
        ? evidence.map(judge.histories(of:)) ?? [] : [],
      rollout: rollout, judgement: judgement, policy: loaded.policy)
  }
}

/// The queries of `reports/canary`, for one target.
struct CanaryQueries {
  let reader: Reader
  let target: String
  let errorResponses: ErrorResponses
  let sections = Reports.sections(of: "canary")

  func table(_ section: String, in window: TimeWindow) throws -> Table {
    guard let query = sections[section] else {
      preconditionFailure("reports/canary has no \(section).sql")
    }
    return try reader.table(
      sql: query.sql, target: target, window: window,
      errorResponses: PolicyJSON.words(errorResponses).text(indented: false))
  }

  func versions(in window: TimeWindow) throws -> ReportMaterial.VersionTables {
    ReportMaterial.VersionTables(
      errors: try table("errors", in: window), latency: try table("latency", in: window),
      durations: try table("durations", in: window))
  }
}
