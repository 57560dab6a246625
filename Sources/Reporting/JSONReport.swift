import Foundation
import Rollouts

/// The canary report as JSON.
public enum JSONReport {
  /// Grows with every change that could break a reader.
  public static let schemaVersion = 1

  /// The report.
  ///
  /// - Parameter report: What it says.
  /// - Returns: The value; its keys are public.
  public static func value(_ report: CanaryReport) -> JSONValue {
    .object([
      ("schemaVersion", .integer(schemaVersion)),
      ("generatedAt", moment(report.generatedAt)),
      ("tool", .object([("name", .string("analyze")), ("version", .string(report.toolVersion))])),
      ("target", target(report.target)),
      (
        "window",
        .object([
          ("from", moment(report.window.from)), ("to", moment(report.window.to)),
          ("stepSeconds", .integer(report.dataQuality.stepSeconds)),
        ])
      ),
      ("rollout", report.rollout.map(rollout) ?? .null),
      ("versions", .array(report.versions.map(version))),
      ("deltas", .array(report.deltas.map(delta))),
      ("weights", .array(report.weights.map(weights))),
      ("steps", .array(report.steps.map(step))),
      ("trafficSplit", trafficSplit(report)),
      ("dataQuality", dataQuality(report.dataQuality)),
      ("decisions", .array(report.decisions.map(decision))),
      ("overrides", .array(report.overrides.map(override))),
      ("verdict", JSONVerdict.value(report.judgement)),
      ("timeline", .array(report.timelines.map(JSONTimeline.version))),
      ("evidence", .array(report.evidence.map(JSONTimeline.evidence))),
      ("unknownWeights", .array(report.knowledge.unknownWeights.map(JSONTimeline.stretch))),
      ("warmUps", .array(report.knowledge.warmUps.map(JSONTimeline.stretch))),
    ])
  }

  static func moment(_ moment: Timestamp?) -> JSONValue { .string(moment?.rfc3339) }

  static func estimate(_ estimate: Estimate) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("estimate", .number(estimate.estimate)), ("lower", .number(estimate.lower)),
      ("upper", .number(estimate.upper)),
    ]
    if let reason = estimate.reason { members.append(("reason", .string(reason))) }
    return .object(members)
  }

  private static func target(_ target: Target) -> JSONValue {
    .object([
      ("name", .string(target.name)), ("namespace", .string(target.virtualService.namespace)),
      ("virtualService", .string(target.virtualService.name)), ("host", .string(target.host)),
    ])
  }

  private static func rollout(_ rollout: Rollout) -> JSONValue {
    .object([
      ("id", .integer(rollout.id)), ("startedAt", moment(rollout.startedAt)),
      ("endedAt", moment(rollout.endedAt)), ("baseline", .string(rollout.baseline)),
      ("canary", .string(rollout.canaries.first)),
      ("canaries", .array(rollout.canaries.map(JSONValue.string))),
      ("state", .string(rollout.state.rawValue)),
    ])
  }

  private static func version(_ figures: VersionFigures) -> JSONValue {
    .object([
      ("version", .string(figures.version)), ("role", .string(figures.role?.rawValue)),
      ("weight", .number(figures.weight)), ("requests", .integer(figures.requests)),
      ("errors", .integer(figures.errors)), ("errorRate", estimate(figures.errorRate)),
      (
        "responses",
        .object(figures.responses.map { ($0.responseClass.rawValue, .integer($0.requests)) })
      ),
      (
        "latencyMilliseconds",
        .object(
          figures.latencyMilliseconds.map { ($0.quantile, estimate($0.estimate)) }
            + [("bounds", .string("bucket"))])
      ),
      ("firstSeenAt", moment(figures.firstSeenAt)), ("lastSeenAt", moment(figures.lastSeenAt)),
    ])
  }

  private static func delta(_ delta: DeltaFigures) -> JSONValue {
    .object([
      ("canary", .string(delta.canary)), ("baseline", .string(delta.baseline)),
      ("errorRateDifference", estimate(delta.errorRateDifference)),
      ("errorRateRatio", estimate(delta.errorRateRatio)),
      (
        "latencyRatio",
        .object(delta.latencyRatios.map { ($0.quantile, estimate($0.ratio)) })
      ),
      ("strata", .integer(delta.strata)),
    ])
  }

  private static func shares(_ weights: [(version: String, share: Double)]) -> JSONValue {
    .object(weights.map { ($0.version, .number($0.share)) })
  }

  private static func weights(_ entry: WeightEntry) -> JSONValue {
    .object([
      ("from", moment(entry.from)), ("to", entry.isCurrent ? .null : moment(entry.to)),
      ("weights", shares(entry.weights)), ("changedBy", .string(entry.changedBy)),
      ("changedAt", moment(entry.changedAt)), ("observedAt", moment(entry.observedAt)),
      ("generation", .integer(entry.generation)),
      ("resourceVersion", .string(entry.resourceVersion)), ("gapBefore", .bool(entry.gapBefore)),
    ])
  }

  private static func step(_ step: StepFigures) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("from", moment(step.from)), ("to", moment(step.to)), ("weights", shares(step.weights)),
      ("versions", .array(step.versions.map(version))),
      ("verdict", .string(step.verdict?.rawValue)),
    ]
    if step.verdict == nil {
      members.append(("verdictReason", .string("no step of the rollout that is judged")))
    }
    return .object(members)
  }

  /// The shares of the newest weight state that has requests.
  private static func trafficSplit(_ report: CanaryReport) -> JSONValue {
    let newest = report.trafficSplit.last?.weightStateID
    let rows = report.trafficSplit.filter { $0.weightStateID == newest }
    return .object([
      ("expected", .object(rows.map { ($0.version, .number($0.configuredShare)) })),
      ("observed", .object(rows.map { ($0.version, .number($0.observedShare)) })),
      ("mismatch", mismatch(report.splitMismatchEvidence)),
    ])
  }

  /// By Ville's inequality, a split as configured reaches an e-value of e^evidence with a chance of
  /// at most e^-evidence.
  private static func mismatch(_ evidence: Double?) -> JSONValue {
    guard let evidence else {
      return .object([
        ("evidence", .null), ("confidence", .null),
        ("reason", .string("no check of the traffic split had requests to look at")),
      ])
    }
    return .object([
      ("evidence", .number(evidence)), ("confidence", .number(max(0, 1 - exp(-evidence)))),
    ])
  }

  private static func dataQuality(_ quality: DataQuality) -> JSONValue {
    .object([
      ("intervalsExpected", .integer(quality.intervalsExpected)),
      ("intervalsPresent", .integer(quality.intervalsPresent)),
      ("intervalsUnsettled", .integer(quality.intervalsUnsettled)),
      ("corrections", .integer(quality.corrections)),
      (
        "gaps",
        .array(
          quality.gaps.map { gap(of: nil, in: $0.window, $0.reason) }
            + quality.customGaps.map { gap(of: $0.check, in: $0.window, $0.reason) })
      ),
      ("lagSeconds", .number(quality.lagSeconds)),
      ("reporter", .string(quality.reporter?.rawValue)),
      ("blindSpots", .array(quality.blindSpots.map(JSONValue.string))),
    ])
  }

  /// A stretch for which nothing is stored, or nothing of a check of the policy's own.
  private static func gap(of check: String?, in window: TimeWindow, _ reason: String?) -> JSONValue
  {
    .object([
      ("from", moment(window.from)), ("to", moment(window.to)), ("reason", .string(reason)),
      ("check", .string(check)),
    ])
  }

  private static func override(_ override: GateOverride) -> JSONValue {
    .object([
      ("entry", .integer(override.entry)), ("rollout", .integer(override.rolloutID)),
      ("by", .string(override.by)), ("reason", .string(override.reason)),
      ("at", moment(override.at)), ("until", moment(override.until)),
    ])
  }

  private static func decision(_ decision: Decision) -> JSONValue {
    .object([
      ("id", .integer(decision.id)), ("at", moment(decision.at)),
      ("verdict", .string(decision.verdict.rawValue)), ("reason", .string(decision.reason)),
      ("decidedAt", decision.decidedAt.map(moment) ?? .null),
    ])
  }
}
