import Rollouts

/// A latency quantile of a canary by the baseline's, as people read it.
struct LatencyDifference {
  let canary: String
  let baseline: String
  let quantile: String
  let ratio: Estimate

  /// What the bounds say, in a word.
  var word: String {
    let word = ratio.word(beside: 1)
    return ratio.estimate == nil && word == "not shown to differ" ? "not known" : word
  }

  var colour: TextColour { TextColour(differenceWord: word) }

  var ratioText: String { ratio.estimate?.threeDigits ?? "-" }
  var boundsText: String { ratio.rangeText { $0.threeDigits } }
}

extension CanaryReport {
  /// The quantiles of each canary by the baseline's; none where no durations were counted.
  var latencyDifferences: [LatencyDifference] {
    deltas.flatMap { delta in
      delta.latencyRatios.compactMap { quantile, ratio in
        guard ratio.estimate != nil || ratio.lower != nil || ratio.upper != nil else { return nil }
        return LatencyDifference(
          canary: delta.canary, baseline: delta.baseline, quantile: quantile, ratio: ratio)
      }
    }
  }
}
