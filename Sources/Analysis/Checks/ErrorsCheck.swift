import Rollouts
import Statistics

/// The canary's error rate may exceed the baseline's by no more than the margin.
struct ErrorsCheck: Check {
  let atMost: ToleratedRise

  func measurement(of canary: String, in counts: JudgedCounts) -> Measurement {
    .rates(
      counts.errorStrata(canary: canary), metric: "errorRate", margin: Margin(atMost),
      canary: canary, baseline: counts.baseline,
      words: RateWords(rate: "error rate", events: "requests"), calibration: .errors)
  }
}

/// What the figures of a rate are called.
struct RateWords {
  let rate: String
  let events: String
}

extension Margin {
  init(_ rise: ToleratedRise) {
    self.init(ratio: rise.ratio, points: rise.points)
  }
}

extension Measurement {
  /// A rate of bad events beside the baseline's.
  static func rates(
    _ strata: [Stratum], metric: String, margin: Margin, canary: String, baseline: String,
    words: RateWords, calibration: Calibration.Metric?
  ) -> Measurement {
    let canaryTally = Tally.total(strata.map(\.canary))
    let baselineTally = Tally.total(strata.map(\.baseline))
    let concurrent = ConcurrentBaseline(strata)
    let baselineRate = concurrent.rate ?? baselineTally.rate
    let limit = baselineRate.map { min(1, margin.toleratedRate(besideBaselineRate: $0)) }
    return Measurement(
      metric: metric,
      problem: canaryTally.requests > 0 && baselineTally.requests > 0
        ? .rate(strata, margin) : nil,
      figure: .rate(canaryTally), baselineFigure: baselineRate, limit: limit,
      words: Self.words(
        words, canary: (canary, canaryTally), baseline: (baseline, baselineTally),
        concurrent: concurrent, limit: limit),
      outlook: Outlook(canary: canaryTally, baseline: baselineTally, margin: margin),
      calibration: calibration)
  }

  private static func words(
    _ words: RateWords, canary: (name: String, tally: Tally),
    baseline: (name: String, tally: Tally), concurrent: ConcurrentBaseline, limit: Double?
  ) -> String {
    guard let canaryRate = canary.tally.rate else {
      return "\(canary.name) has had no \(words.events) in a judged interval yet"
    }
    guard let baselineRate = baseline.tally.rate, let limit else {
      return "\(baseline.name) has had no \(words.events) in a judged interval yet, so there is "
        + "nothing to compare \(canary.name) with"
    }
    return "\(words.rate) of \(canary.name) \(canaryRate.percentText) "
      + "(\(canary.tally.badEvents.groupedText) of \(canary.tally.requests.groupedText) "
      + "\(words.events)), of \(baseline.name) \(baselineRate.percentText) "
      + "(\(baseline.tally.badEvents.groupedText) of \(baseline.tally.requests.groupedText)"
      + "\(concurrent.words(beside: baselineRate, canary: canary.name))); "
      + "tolerated is \(limit.percentText)"
  }
}
