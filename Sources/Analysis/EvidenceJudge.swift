import Foundation
import Rollouts
import Statistics

/// Turns a measurement and its evidence into what a check says.
///
/// Proven worse at any interval is `block`, whatever was proven before: that leaves the bound on
/// false blocks as it is, and a canary that begins to fail after it was found good is not let
/// through. Proven within the margin, and never worse, is `promote`.
struct EvidenceJudge {
  let requiredToBlock: Double
  let requiredToPromote: Double
  let assumptions: EvidenceProblem.Assumptions

  func result(
    of check: PolicyCheck, canary: String, _ measurement: Measurement, in counts: JudgedCounts
  ) -> CheckResult {
    let evidence = measurement.problem?.evidence(assumptions)
    let proven = proven(evidence)
    let environment = proven == .block ? environmentWords(measurement) : nil
    let verdict = environment == nil ? proven : .hold
    let needed =
      verdict == .hold && environment == nil ? requestsNeeded(measurement, evidence) : nil
    return CheckResult(
      name: check.name, verdict: verdict, metric: measurement.metric, canary: canary,
      baseline: counts.baseline, isRequired: check.requirement != .informative,
      estimate: measurement.figure.estimate(falseBound: exp(-requiredToBlock)),
      baselineFigure: measurement.baselineFigure, limit: measurement.limit,
      evidenceToBlock: evidence?.largestToBlock,
      evidenceToPromote: evidence?.largestToPromote,
      requiredEvidence: requiredToBlock, requiredEvidenceToPromote: requiredToPromote,
      dispersion: evidence?.dispersion, requestsNeeded: needed,
      secondsNeeded: needed.flatMap { requests in
        counts.requestsBySecond.map { Double(requests) / $0 }
      },
      explanation: environment ?? explanation(verdict, check, measurement))
  }

  private func proven(_ evidence: GuardedEvidence?) -> Verdict {
    if let toBlock = evidence?.largestToBlock, toBlock >= requiredToBlock { return .block }
    if let toPromote = evidence?.largestToPromote, toPromote >= requiredToPromote {
      return .promote
    }
    return .hold
  }

  private func environmentWords(_ measurement: Measurement) -> String? {
    guard let environment = measurement.environment,
      let running = measurement.problem?.running(assumptions).toBlock
    else { return nil }
    let largest = environment.counting(running).dropFirst().max() ?? -.infinity
    return largest >= requiredToBlock ? nil : environment.words
  }

  /// Half as much again as what a request tells at best, for the effect is not known beforehand, and
  /// as often again as the counts vary more than those of independent requests.
  private func requestsNeeded(_ measurement: Measurement, _ evidence: GuardedEvidence?) -> Int? {
    func requests(_ lacking: Double, _ perRequest: Double?) -> Double? {
      perRequest.flatMap { $0 > 0 ? max(0, lacking) / $0 : nil }
    }
    let toBlock = requests(
      requiredToBlock - (evidence?.largestToBlock ?? 0), measurement.outlook.toBlock)
    let toPromote = requests(
      requiredToPromote - (evidence?.largestToPromote ?? 0), measurement.outlook.toPromote)
    return [toBlock, toPromote].compactMap { $0 }.min().flatMap {
      Int(exactly: ($0 * 1.5 * (evidence?.dispersion ?? 1)).rounded(.up))
    }
  }

  private func explanation(
    _ verdict: Verdict, _ check: PolicyCheck, _ measurement: Measurement
  ) -> String {
    switch (verdict, check.demand) {
    case (.block, .limit): "shown to exceed the limit: " + measurement.words
    case (.block, _): "shown to be worse: " + measurement.words
    case (.promote, .limit): "shown to meet the limit: " + measurement.words
    case (.promote, _): "shown to be no worse than tolerated: " + measurement.words
    case (.hold, _), (.unknown, _):
      measurement.problem == nil ? measurement.words : "not decided yet: " + measurement.words
    }
  }
}

extension Measurement.Figure {
  func estimate(falseBound: Double) -> Estimate {
    switch self {
    case .rate(let tally): .rate(of: tally, falseBound: falseBound)
    case .known(let estimate): estimate
    }
  }
}
