import Rollouts

extension CanaryReport {
  /// Everything that the report says as tables: the verdict, what was computed, and the answers of
  /// the queries.
  public var tables: [ReportSection] {
    [
      ReportSection(name: "verdict", table: verdictTable),
      ReportSection(name: "checks", table: checksTable),
      ReportSection(name: "differences", table: differencesTable),
      ReportSection(name: "evidence", table: evidenceTable),
    ] + sections
  }

  private var verdictTable: Table {
    Table(
      columns: ["target", "verdict", "reason"],
      rows: judgement.reasons.map {
        [.text(target.name), .text(judgement.verdict.rawValue), .text($0)]
      })
  }

  private var checksTable: Table {
    Table(
      columns: [
        "target", "name", "verdict", "metric", "canary", "baseline", "estimate", "lower", "upper",
        "tolerated", "evidence_to_block", "evidence_to_promote", "required_evidence",
        "requests_needed", "explanation",
      ],
      rows: judgement.checks.map { check in
        [
          .text(target.name), .text(check.name), .text(check.verdict.rawValue),
          .text(check.metric), .text(check.canary), .text(check.baseline),
          .real(check.estimate.estimate), .real(check.estimate.lower),
          .real(check.estimate.upper), .real(check.limit), .real(check.evidenceToBlock),
          .real(check.evidenceToPromote), .real(check.requiredEvidence),
          check.requestsNeeded.map { .integer(Int64($0)) } ?? .null, .text(check.explanation),
        ]
      })
  }

  private var differencesTable: Table {
    Table(
      columns: ["target", "canary", "baseline", "figure", "estimate", "lower", "upper", "strata"],
      rows: deltas.flatMap { delta in
        let errors: [(String, Estimate)] = [
          ("errorRateDifference", delta.errorRateDifference),
          ("errorRateRatio", delta.errorRateRatio),
        ]
        let latency: [(String, Estimate)] = delta.latencyRatios.map {
          ("latencyRatio \($0.quantile)", $0.ratio)
        }
        return (errors + latency).map { name, estimate -> [Table.Value] in
          [
            .text(target.name), .text(delta.canary), .text(delta.baseline), .text(name),
            .real(estimate.estimate), .real(estimate.lower), .real(estimate.upper),
            .integer(Int64(delta.strata)),
          ]
        }
      })
  }

  private var evidenceTable: Table {
    Table(
      columns: [
        "target", "check", "canary", "at", "evidence_to_block", "required_to_block",
        "evidence_to_promote", "required_to_promote",
      ],
      rows: evidence.flatMap { history in
        history.points.map { point in
          [
            .text(target.name), .text(history.check), .text(history.canary),
            .text(point.at.rfc3339), .real(point.toBlock), .real(history.requiredToBlock),
            .real(point.toPromote), .real(history.requiredToPromote),
          ]
        }
      })
  }
}

extension Table.Value {
  /// The number; none where it is not known or not finite.
  fileprivate static func real(_ number: Double?) -> Table.Value {
    guard let number, number.isFinite else { return .null }
    return .real(number)
  }
}
