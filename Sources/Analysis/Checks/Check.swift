import Rollouts
import Statistics

/// One demand of a policy, applied to counts.
protocol Check: Sendable {
  /// What one canary's counts are, seen from the demand.
  ///
  /// - Parameters:
  ///   - canary: The canary.
  ///   - counts: What was counted.
  /// - Returns: The figures and the question that evidence answers.
  func measurement(of canary: String, in counts: JudgedCounts) -> Measurement
}

/// What one canary's counts are, seen from a demand.
struct Measurement: Sendable {
  /// What is measured.
  var metric: String
  /// The question that evidence answers; `nil` where there is nothing to measure by.
  var problem: EvidenceProblem?
  /// The canary's figure, but for its bounds.
  var figure: Figure
  /// The baseline's figure beside it; `nil` where there is none.
  var baselineFigure: Double?
  /// The largest figure that is tolerated; `nil` where it is not known yet.
  var limit: Double?
  /// The figures in words.
  var words: String
  /// By how much each further request is expected to move the evidence.
  var outlook: Outlook
  /// Which calibration belongs to it.
  var calibration: Calibration.Metric?
  /// What holds up a block: that both versions do the same.
  var environment: Environment?

  /// A figure whose bounds depend on how sure they shall be.
  enum Figure: Sendable {
    /// A share of bad events.
    case rate(Tally)
    /// A figure with its bounds.
    case known(Estimate)
  }

  /// What the baseline does at a limit: where it exceeds it too, a bad canary is the environment's
  /// fault.
  struct Environment: Sendable {
    /// What both versions counted, in the order of time.
    var strata: [Stratum]
    /// The limit of its rate of bad events.
    var limit: Double
    /// That both exceed the limit.
    var words: String

    /// Evidence against the canary after each interval, −∞ where the baseline's rate so far, at the
    /// times of the canary's requests, is above the limit too.
    ///
    /// Decided from what was known then, so that the verdict does not depend on when it is asked.
    func counting(_ evidence: [Double]) -> [Double] {
      var baseline = ConcurrentBaseline()
      return zip(evidence, strata).map { evidence, stratum in
        baseline.add(stratum)
        return (baseline.rate ?? 0) > limit ? -.infinity : evidence
      }
    }
  }
}

/// By how much each request of all versions is expected to move the evidence, in nats.
struct Outlook: Sendable, Equatable {
  /// Towards a block, if the canary stays as it looks; `nil` where it does not move that way.
  var toBlock: Double?
  /// Towards promotion, if the canary is as good as the baseline; `nil` where it does not.
  var toPromote: Double?

  static let none = Outlook(toBlock: nil, toPromote: nil)

  /// The outlook on a rate beside the baseline's.
  init(canary: Tally, baseline: Tally, margin: Margin) {
    let both = canary + baseline
    guard let canaryRate = canary.rate, let baselineRate = baseline.rate, let rate = both.rate
    else {
      self = .none
      return
    }
    let share = Double(canary.requests) / Double(both.requests)
    func information(_ canaryRate: Double, _ baselineRate: Double) -> Double {
      Information.perRequest(
        canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: share, margin: margin)
    }
    let isWorse = canaryRate > margin.toleratedRate(besideBaselineRate: baselineRate)
    toBlock = isWorse ? information(canaryRate, baselineRate) : nil
    toPromote =
      margin.toleratedRate(besideBaselineRate: rate) > rate ? information(rate, rate) : nil
  }

  /// The outlook on a rate against a fixed one.
  ///
  /// - Parameters:
  ///   - canary: The canary's counts.
  ///   - share: The canary's share of all requests, between 0 and 1.
  ///   - limit: The fixed rate.
  init(canary: Tally, share: Double, limit: Double) {
    guard let rate = canary.rate else {
      self = .none
      return
    }
    let information = Information.perRequestWithKnownBaseline(
      canaryRate: rate, baselineRate: limit, canaryShare: share)
    toBlock = rate > limit ? information : nil
    toPromote = rate < limit ? information : nil
  }

  init(toBlock: Double?, toPromote: Double?) {
    self.toBlock = toBlock
    self.toPromote = toPromote
  }
}
