import Analysis
import Rollouts

extension CanaryReport {
  /// Makes the report of the answers to its queries.
  public init(_ material: ReportMaterial) {
    let figures = VersionFiguresBuilder(material)
    let timeline = TimelineBuilder(material)
    let newest = material.steps.last?.span.weights
    generatedAt = material.generatedAt
    toolVersion = material.toolVersion
    target = material.target
    window = material.window
    rollout = material.rollout
    versions = figures.versions(material.versions, weights: newest)
    deltas = Self.deltas(material)
    weights = Self.weights(material.weights)
    steps = material.steps.map { step in
      StepFigures(
        from: step.window.from, to: step.window.to, weights: Self.shares(step.span.weights),
        versions: step.tables.map { figures.versions($0, weights: step.span.weights) } ?? [],
        verdict: step.verdict)
    }
    trafficSplit = TableRow.all(of: material.trafficSplit).map { row in
      SplitFigures(
        weightStateID: Int64(row.integer("weight_state_id") ?? 0), from: row.moment("from_at"),
        version: row.text("version") ?? "", configuredShare: row.number("configured_share") ?? 0,
        observedShare: row.number("observed_share") ?? 0, requests: row.integer("requests") ?? 0)
    }
    splitMismatchEvidence = Self.splitMismatchEvidence(material)
    dataQuality = DataQuality(material)
    decisions = TableRow.all(of: material.decisions).compactMap { row in
      guard let id = row.integer("id"), let at = row.moment("at"),
        let verdict = row.text("verdict").flatMap(Verdict.init(rawValue:))
      else { return nil }
      return Decision(
        id: Int64(id), at: at, decidedAt: row.moment("decided_at"), verdict: verdict,
        reason: row.text("reason") ?? "")
    }
    overrides = TableRow.all(of: material.overrides).compactMap { row in
      guard let entry = row.integer("ledger_entry"), let rollout = row.integer("rollout_id"),
        let at = row.moment("at"), let until = row.moment("until")
      else { return nil }
      return GateOverride(
        entry: Int64(entry), rolloutID: Int64(rollout), by: row.text("by") ?? "",
        reason: row.text("reason") ?? "", at: at, decidedAt: row.moment("decided_at"),
        until: until)
    }
    judgement = material.judgement
    timelines = timeline.timelines(order: versions.map(\.version))
    knowledge = timeline.knowledge(stepSeconds: dataQuality.stepSeconds)
    evidence = timeline.evidence()
    falseBound = material.policy.falseBlockBound
    sections = material.sections
  }

  private static func shares(_ weights: Weights) -> [(version: String, share: Double)] {
    weights.versions.map { ($0, weights.share(of: $0)) }
  }

  private static func deltas(_ material: ReportMaterial) -> [DeltaFigures] {
    guard let evidence = material.evidence else { return [] }
    let counts = JudgedCounts(evidence, policy: material.policy)
    return evidence.rollout.canaries.map { canary in
      let comparison = ErrorComparison(counts, canary: canary)
      return DeltaFigures(
        canary: canary, baseline: evidence.rollout.baseline,
        errorRateDifference: comparison.difference, errorRateRatio: comparison.ratio,
        latencyRatios: Array(
          zip(
            LatencyComparison.quantiles.map(\.name),
            LatencyComparison(counts, canary: canary).ratios)),
        strata: comparison.intervals)
    }
  }

  private static func splitMismatchEvidence(_ material: ReportMaterial) -> Double? {
    let names = material.policy.checks.filter { check in
      if case .trafficSplit = check.demand { true } else { false }
    }.map(\.name)
    return material.judgement.checks.filter { names.contains($0.name) }
      .compactMap(\.evidenceToBlock).max()
  }

  private static func weights(_ table: Table) -> [WeightEntry] {
    let rows = TableRow.all(of: table)
    var order: [Int] = []
    var byState: [Int: [TableRow]] = [:]
    for row in rows {
      guard let id = row.integer("weight_state_id") else { continue }
      if byState[id] == nil { order.append(id) }
      byState[id, default: []].append(row)
    }
    return order.compactMap { id in
      guard let rows = byState[id], let first = rows.first,
        let from = first.moment("from_at"), let to = first.moment("to_at"),
        let observedAt = first.moment("observed_at")
      else { return nil }
      return WeightEntry(
        from: from, to: to, isCurrent: !first.isTrue("is_superseded"),
        weights: rows.map { ($0.text("version") ?? "", $0.number("share") ?? 0) },
        changedBy: first.text("changed_by"), changedAt: first.moment("changed_at"),
        observedAt: observedAt, generation: first.integer("generation"),
        resourceVersion: first.text("resource_version"), gapBefore: first.isTrue("gap_before"))
    }
  }
}

extension DataQuality {
  fileprivate init(_ material: ReportMaterial) {
    let row = TableRow.all(of: material.dataQuality).first
    stepSeconds = row?.integer("step_seconds")
    intervalsExpected = row?.integer("intervals_expected")
    intervalsPresent = row?.integer("intervals_present") ?? 0
    gaps = TableRow.all(of: material.gaps).compactMap { row in
      guard let from = row.moment("from_at"), let to = row.moment("to_at") else { return nil }
      return (TimeWindow(from: from, to: to), row.text("reason"))
    }
    customGaps = TableRow.all(of: material.customGaps).compactMap { row in
      guard let check = row.text("check_name"), let from = row.moment("from_at"),
        let to = row.moment("to_at")
      else { return nil }
      return (check, TimeWindow(from: from, to: to), row.text("reason") ?? "")
    }
    intervalsUnsettled = row?.integer("intervals_unsettled") ?? 0
    corrections = row?.integer("corrections") ?? 0
    lagSeconds = row?.moment("newest_end_at").map {
      max(0, (material.window.to - $0).seconds)
    }
    reporter = row?.text("reporter").flatMap(Reporter.init(rawValue:))
    let reporters = Set((row?.text("reporters") ?? "").split(separator: ",").map(String.init))
    blindSpots =
      Self.blindSpots(reporters, versions: material.versions.errors, material.rollout)
      + TableRow.all(of: material.blindSpots).compactMap { $0.text("description") }
  }

  private static func blindSpots(
    _ reporters: Set<String>, versions: Table, _ rollout: Rollout?
  ) -> [String] {
    var spots: [String] = []
    switch reporters {
    case ["source"]:
      spots.append(
        "only the callers' proxies report: calls that come without a proxy are not counted")
    case ["destination"]:
      spots.append(
        "only the service's own proxies report: requests that never reached it are not counted")
    default: break
    }
    let known = Set((rollout?.canaries ?? []) + [rollout?.baseline].compactMap { $0 })
    let others = TableRow.all(of: versions).compactMap { row -> String? in
      guard rollout != nil, let version = row.text("version"), !known.contains(version) else {
        return nil
      }
      return "\((row.integer("requests") ?? 0).groupedText) requests are labelled with version "
        + "\"\(version)\", which has no part in the rollout"
    }
    return spots + others
  }
}
