import Foundation
import Rollouts
import Statistics

/// Turns a measurement and its evidence into what a check says.
///
/// Proven worse at any interval is `block`, whatever was proven before: that leaves the bound on
/// false blocks as it is, and a canary that begins to fail after it was found good is not let
/// through. Proven within the margin now, and never worse, is `promote`.
struct EvidenceJudge {
  let requiredToBlock: Double
  let requiredToPromote: Double
  let assumptions: EvidenceProblem.Assumptions

  func result(
    of check: PolicyCheck, canary: String, _ measurement: Measurement, in counts: JudgedCounts
  ) -> CheckResult {
    let evidence = measurement.problem?.evidence(
      assumptions, requiredToPromote: requiredToPromote)
    let isWorse = (evidence?.largestToBlock).map { $0 >= requiredToBlock } ?? false
    let environment = isWorse ? environmentWords(measurement) : nil
    let promotion =
      isWorse
      ? .notShown
      : Promotion(
        evidence, measurement, assumptions: assumptions, requiredToPromote: requiredToPromote,
        requiredToBlock: requiredToBlock)
    let verdict: Verdict =
      isWorse ? (environment == nil ? .block : .hold) : promotion == .shown ? .promote : .hold
    let needed =
      verdict == .hold && environment == nil
      ? requestsNeeded(measurement, evidence, promotion) : nil
    return CheckResult(
      name: check.name, verdict: verdict, metric: measurement.metric, canary: canary,
      baseline: counts.baseline, isRequired: check.requirement != .informative,
      estimate: measurement.figure.estimate(falseBound: exp(-requiredToBlock)),
      baselineFigure: measurement.baselineFigure, limit: measurement.limit,
      evidenceToBlock: evidence?.largestToBlock,
      evidenceToPromote: evidence?.presentToPromote,
      requiredEvidence: requiredToBlock, requiredEvidenceToPromote: requiredToPromote,
      dispersion: evidence?.dispersion, requestsNeeded: needed,
      secondsNeeded: needed.flatMap { requests in
        counts.requestsBySecond.map { Double(requests) / $0 }
      },
      explanation: environment ?? explanation(verdict, promotion, check, measurement))
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
  ///
  /// `Planning` reckons with more, as measured. Recorded decisions have this figure, and are made again
  /// to the last bit; so it changes with the version of the statistics.
  private func requestsNeeded(
    _ measurement: Measurement, _ evidence: GuardedEvidence?, _ promotion: Promotion
  ) -> Int? {
    if case .worseOfLate = promotion { return nil }
    func requests(_ lacking: Double, _ perRequest: Double?) -> Double? {
      perRequest.flatMap { $0 > 0 ? max(0, lacking) / $0 : nil }
    }
    let toBlock = requests(
      requiredToBlock - (evidence?.largestToBlock ?? 0), measurement.outlook.toBlock)
    let toPromote = requests(
      requiredToPromote - (evidence?.presentToPromote ?? 0), measurement.outlook.toPromote)
    return [toBlock, toPromote].compactMap { $0 }.min().flatMap {
      Int(exactly: ($0 * 1.5 * (evidence?.dispersion ?? 1)).rounded(.up))
    }
  }

  private func explanation(
    _ verdict: Verdict, _ promotion: Promotion, _ check: PolicyCheck, _ measurement: Measurement
  ) -> String {
    guard measurement.problem != nil else { return measurement.words }
    let (isWorse, isWithin) =
      if case .limit = check.demand {
        ("exceed the limit", "meet the limit")
      } else {
        ("be worse", "be no worse than tolerated")
      }
    let finding =
      switch (verdict, promotion) {
      case (.block, _): "shown to \(isWorse)"
      case (.promote, _): "shown to \(isWithin)"
      case (_, .shownBefore): "shown to \(isWithin) earlier, but not any more"
      case (_, .worseOfLate(let intervals)):
        "shown to \(isWithin) over all, but to \(isWorse) in the last \(intervals) intervals"
      case (_, .notShown), (_, .shown): "not decided yet"
      }
    return finding + ": " + measurement.words
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
