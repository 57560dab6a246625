import Foundation
import Rollouts
import Statistics

/// Every check of a policy applied to one canary.
struct CanaryCase: Sendable {
  let canary: String
  let evaluations: [CheckEvaluation]
  private let bounds: FalseBounds
  private let uncounted: [PolicyCheck]

  private init(
    _ canary: String, evaluations: [CheckEvaluation], bounds: FalseBounds, uncounted: [PolicyCheck]
  ) {
    self.canary = canary
    self.evaluations = evaluations
    self.bounds = bounds
    self.uncounted = uncounted
  }

  /// Applies every check to every canary, several at the same time.
  ///
  /// - Parameters:
  ///   - canaries: The canaries that are judged.
  ///   - counts: What was counted.
  ///   - processors: Where to compute.
  /// - Returns: One case a canary.
  static func all(
    _ canaries: [String], counts: JudgedCounts, processors: Processors
  ) -> [CanaryCase] {
    let policy = counts.policy
    let shares = CanaryShares(counts.evidence.rollout, policy: policy)
    let bounds = canaries.map {
      FalseBounds(
        policy, canary: $0, shares: shares, earlierPolicies: counts.evidence.earlierPolicies)
    }
    let uncounted = canaries.map { canary in
      policy.checks.filter {
        $0.requirement == .requiredWhereCounted && !counts.countsDurations(of: canary)
      }
    }
    // A check that is left out keeps its share: it may join later, when durations are counted.
    let checks = Array(zip(policy.checks, Policy.blockShares(of: policy.checks)))
    let applications = canaries.indices.flatMap { index in
      checks.filter { !uncounted[index].contains($0.0) }.map { check, share in
        (index: index, check: check, share: share)
      }
    }
    let evaluations = processors.map(applications) { index, check, share in
      CheckEvaluation(
        check, canary: canaries[index], counts: counts, share: share, bounds: bounds[index])
    }
    return canaries.indices.map { index in
      CanaryCase(
        canaries[index], evaluations: evaluations.filter { $0.canary == canaries[index] },
        bounds: bounds[index], uncounted: uncounted[index])
    }
  }

  /// The checks that the verdict depends on.
  var required: [CheckEvaluation] {
    evaluations.filter { $0.check.requirement != .informative }
  }

  /// Why the canary is blocked: by each check that blocks alone, else by all together.
  ///
  /// - Parameter place: The place of the interval from which on nothing counts any more; `nil`: all
  ///   intervals count.
  /// - Returns: Nothing if it is not blocked.
  func blocks(before place: Int?) -> [String] {
    let alone = required.filter { evaluation in
      place.map(evaluation.isBlocked(before:)) ?? (evaluation.result.verdict == .block)
    }
    guard alone.isEmpty else { return alone.map(\.result.explanation) }
    return [blockOfAllTogether(before: place)].compactMap { $0 }
  }

  /// Why the checks block together although none does alone; `nil` if they do not.
  ///
  /// The average of the checks' evidence, each weighted by its share of the bound, is evidence too,
  /// and needs to reach the bound as a whole only.
  ///
  /// Source: Vovk & Wang, E-values: Calibration, combination and applications (Annals of Statistics
  /// 2021): an average of e-values is one.
  private func blockOfAllTogether(before place: Int?) -> String? {
    let parts = evaluations.filter { $0.share > 0 && $0.problem != nil }
    guard parts.count > 1 else { return nil }
    let needed = log(1 / bounds.block)
    func average(_ evidence: [Double]) -> Double {
      EvidenceAverage.logEvidence(evidence, weights: parts.map(\.share))
    }
    // Cheap, and nearly always enough to tell that there is nothing to be found.
    let most = parts.map { max(0, $0.result.evidenceToBlock ?? 0) }
    guard average(most) >= needed else { return nil }
    // What the checks show that cost least leaves few intervals to the others, or none.
    let intervalCount = parts.compactMap { $0.problem?.intervalCount }.min() ?? 0
    var running: [[Double]?] = parts.map { _ in nil }
    var places = Array((0..<min(place ?? intervalCount, intervalCount)).dropFirst())
    func evidence(_ index: Int) -> Double {
      average(parts.indices.map { part in running[part]?[index] ?? most[part] })
    }
    for part in parts.indices.sorted(by: { parts[$0].kindCount < parts[$1].kindCount }) {
      guard !places.isEmpty else { return nil }
      running[part] = parts[part].runningToBlock()
      places = places.filter { evidence($0) >= needed }
    }
    guard let largest = places.map(evidence).max() else { return nil }
    let names = parts.map(\.check.name).joined(separator: ", ")
    return "shown to be worse by all checks together (\(names)): evidence "
      + "\(largest.twoDecimals), \(needed.twoDecimals) decides"
  }

  /// How the evidence of the checks that can block developed.
  func histories(_ counts: JudgedCounts, processors: Processors) -> [EvidenceHistory] {
    processors.map(evaluations) { evaluation -> EvidenceHistory? in
      guard let problem = evaluation.problem else { return nil }
      let running = problem.running(evaluation.assumptions)
      return EvidenceHistory(
        check: evaluation.check.name, canary: canary,
        requiredToBlock: log(1 / bounds.toBlock(share: evaluation.share)),
        requiredToPromote: log(1 / bounds.toPromote),
        points: counts.intervals.indices.map { index in
          EvidencePoint(
            at: counts.intervals[index].end, toBlock: running.toBlock[index],
            toPromote: running.toPromote[index])
        })
    }.compactMap { $0 }
  }

  /// What is assumed and what is left out, in words.
  func notes(_ counts: JudgedCounts) -> [String] {
    var notes = uncounted.map {
      "\($0.name) is not judged: no durations are counted for \(canary) and \(counts.baseline) by "
        + "the same bounds"
    }
    for calibration in counts.evidence.calibrations {
      guard let misfit = counts.misfit(of: calibration, canary: canary) else { continue }
      notes.append(
        "the calibration of \(calibration.metric.rawValue) no longer fits and is not used: "
          + "\(misfit); run \"analyze calibrate\" again")
    }
    let settings = Set(evaluations.filter { $0.problem != nil }.map(\.assumptions.dispersion))
    if settings.contains(.estimated) {
      notes.append(
        "proven for independent requests; that they may depend on each other is guarded against by "
          + "a dispersion estimated from these counts, which is no proof")
    }
    let retries = counts.policy.retries.map { DispersionSetting.declared(Double($0 + 1)) }
    if let retries, settings.contains(retries) {
      notes.append(
        "proven for independent requests and for clumps as large as the declared retries")
    }
    if settings.contains(where: { $0 != .estimated && $0 != retries }) {
      notes.append(
        "proven for independent requests; that they may depend on each other is guarded against by "
          + "a calibrated dispersion, which is as good as the history that it was found from")
    }
    return notes
  }
}

extension JudgedCounts {
  /// Whether durations of the version and the baseline are counted by the same bounds.
  func countsDurations(of version: String) -> Bool {
    let bounds = evidence.durationBounds
    return !Set(bounds[version] ?? []).intersection(bounds[baseline] ?? []).filter(\.isFinite)
      .isEmpty
  }
}
