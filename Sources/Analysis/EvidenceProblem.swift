import Foundation
import Rollouts
import Statistics

/// Counts, and the question whether they show a canary outside its margin or within it.
enum EvidenceProblem: Sendable, Equatable {
  /// The rate of bad events beside that of the baseline.
  case rate([Stratum], Margin)
  /// The shares of slow requests beside those of the baseline, at several bounds.
  case latency(LatencyCounts, Margin)
  /// The rate of bad events of one version against a fixed one. Which events are bad may differ
  /// between the directions, where the limit lies between two bucket bounds.
  case limit(toBlock: [Tally], toPromote: [Tally], limit: Double)

  /// How dependent requests are assumed to be, and whether the swap process must agree.
  struct Assumptions: Sendable, Equatable {
    var dispersion: DispersionSetting
    var isStrict: Bool
  }

  /// How many intervals there are.
  var intervalCount: Int {
    switch self {
    case .rate(let strata, _): strata.count
    case .latency(let counts, _): counts.intervalCount
    case .limit(let toBlock, _, _): toBlock.count
    }
  }

  /// How many kinds of bad event are counted.
  var kindCount: Int {
    switch self {
    case .rate, .limit: 1
    case .latency(let counts, _): counts.boundCount
    }
  }

  /// The same question about the last intervals, at most all, alone.
  func suffix(_ intervals: Int) -> EvidenceProblem {
    switch self {
    case .rate(let strata, let margin):
      .rate(strata.suffix(intervals), margin)
    case .latency(let counts, let margin):
      .latency(counts.suffix(intervals: intervals), margin)
    case .limit(let toBlock, let toPromote, let limit):
      .limit(
        toBlock: toBlock.suffix(intervals), toPromote: toPromote.suffix(intervals), limit: limit)
    }
  }

  /// The evidence of all intervals.
  ///
  /// - Parameters:
  ///   - assumptions: What is assumed.
  ///   - requiredToPromote: The evidence in nats that is enough to promote.
  /// - Returns: What there is for either direction.
  func evidence(_ assumptions: Assumptions, requiredToPromote: Double) -> GuardedEvidence {
    switch self {
    case .rate(let strata, let margin):
      return .evaluate(
        strata, margin: margin, dispersion: assumptions.dispersion, strict: assumptions.isStrict,
        requiredToPromote: requiredToPromote)
    case .latency(let counts, let margin):
      return .evaluate(
        counts, margin: margin, dispersion: assumptions.dispersion,
        requiredToPromote: requiredToPromote)
    case .limit(let toBlock, let toPromote, let limit):
      var evidence = GuardedEvidence.evaluate(
        toBlock, limit: limit, dispersion: assumptions.dispersion,
        requiredToPromote: requiredToPromote)
      if toPromote != toBlock {
        let promotion = GuardedEvidence.evaluate(
          toPromote, limit: limit, dispersion: assumptions.dispersion,
          requiredToPromote: requiredToPromote)
        evidence.presentToPromote = promotion.presentToPromote
        evidence.wasEnoughToPromote = promotion.wasEnoughToPromote
      }
      return evidence
    }
  }

  /// Whether the evidence to block is as much as required after any interval, whatever the swap
  /// process says.
  func isEnoughToBlock(_ required: Double, dispersion: DispersionSetting) -> Bool {
    switch self {
    case .rate(let strata, let margin):
      GuardedEvidence.isEnoughToBlock(required, strata, margin: margin, dispersion: dispersion)
    case .latency(let counts, let margin):
      GuardedEvidence.isEnoughToBlock(required, counts, margin: margin, dispersion: dispersion)
    case .limit(let toBlock, _, let limit):
      GuardedEvidence.isEnoughToBlock(required, toBlock, limit: limit, dispersion: dispersion)
    }
  }

  /// The evidence after each interval.
  func running(_ assumptions: Assumptions) -> GuardedEvidence.Running {
    switch self {
    case .rate(let strata, let margin):
      return GuardedEvidence.running(
        strata, margin: margin, dispersion: assumptions.dispersion, strict: assumptions.isStrict)
    case .latency(let counts, let margin):
      return GuardedEvidence.running(counts, margin: margin, dispersion: assumptions.dispersion)
    case .limit(let toBlock, let toPromote, let limit):
      var running = GuardedEvidence.running(
        toBlock, limit: limit, dispersion: assumptions.dispersion)
      if toPromote != toBlock {
        running.toPromote =
          GuardedEvidence.running(
            toPromote, limit: limit, dispersion: assumptions.dispersion
          ).toPromote
      }
      return running
    }
  }
}
