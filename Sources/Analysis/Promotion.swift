import Rollouts
import Statistics

/// Whether a canary has been shown to be within its margin, and still is.
///
/// What was shown at an earlier interval does not let a canary through that fails now. So the evidence
/// has to be enough after the newest interval, not at any, the figure has to be within the limit, and
/// none of the latest stretches may show by itself that the canary is worse: after hours without a
/// fault the evidence of all intervals takes as long to fall. All this can only lower the chance of a
/// false promotion.
enum Promotion: Equatable {
  /// It has not been shown yet.
  case notShown
  /// It had been shown at an earlier interval, and has not after the newest.
  case shownBefore
  /// It has been shown over all intervals, but the last so many alone show the contrary.
  case worseOfLate(intervals: Int)
  /// It has been shown.
  case shown

  /// How many of the last intervals are looked at by themselves.
  ///
  /// The shortest is as long as it takes until the estimated dispersion is used as it is.
  static let latestStretches = [10, 20, 40, 80, 160]

  init(
    _ evidence: GuardedEvidence?, _ measurement: Measurement,
    assumptions: EvidenceProblem.Assumptions, requiredToPromote: Double, requiredToBlock: Double
  ) {
    guard let problem = measurement.problem, let evidence, evidence.wasEnoughToPromote,
      let present = evidence.presentToPromote
    else {
      self = .notShown
      return
    }
    guard present >= requiredToPromote, measurement.isWithinLimit else {
      self = .shownBefore
      return
    }
    // To hold up a promotion takes less than to block: the swap process need not agree.
    let worse = Self.latestStretches.first { intervals in
      intervals < problem.intervalCount
        && problem.suffix(intervals).isEnoughToBlock(
          requiredToBlock, dispersion: assumptions.dispersion)
    }
    self = worse.map { .worseOfLate(intervals: $0) } ?? .shown
  }
}

extension Measurement {
  /// Whether the canary's figure is at most what is tolerated; true where there is none to compare.
  var isWithinLimit: Bool {
    guard case .rate(let tally) = figure, let rate = tally.rate, let limit else { return true }
    return rate <= limit
  }
}
