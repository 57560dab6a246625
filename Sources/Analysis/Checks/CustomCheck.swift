import Rollouts
import Statistics

/// The share of bad events, as the user's own queries count them, may exceed the baseline's by no
/// more than the margin.
struct CustomCheck: Check {
  let name: String
  let atMost: ToleratedRise

  func measurement(of canary: String, in counts: JudgedCounts) -> Measurement {
    var measurement = Measurement.rates(
      zip(counts.custom(name, of: canary), counts.custom(name, of: counts.baseline))
        .map(Stratum.init(canary:baseline:)),
      metric: "badEventRate", margin: Margin(atMost), canary: canary, baseline: counts.baseline,
      words: RateWords(rate: "share of bad events", events: "events"), calibration: nil)
    // That nothing was counted is one thing, that it cannot be trusted another.
    if measurement.problem == nil, let untrusted = counts.untrustedCustom(name) {
      measurement.words += "; \(untrusted)"
    }
    return measurement
  }
}
