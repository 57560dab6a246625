import Statistics

/// Returns the probability of `count` among `trials` independent trials.
func binomial(_ count: Int, of trials: Int, rate: Double) -> Double {
  var probability = 1.0
  for index in 0..<count { probability *= Double(trials - index) / Double(index + 1) * rate }
  for _ in 0..<(trials - count) { probability *= 1 - rate }
  return probability
}

/// Returns the mean of a function of a stratum over all outcomes of independent requests, which may
/// come in clumps of a fixed size that go bad together.
func mean(
  canaryRequests: Int, canaryRate: Double, baselineRequests: Int, baselineRate: Double,
  clump: Int = 1, of value: (Stratum) -> Double
) -> Double {
  var sum = 0.0
  for canaryBad in 0...canaryRequests / clump {
    for baselineBad in 0...baselineRequests / clump {
      let probability =
        binomial(canaryBad, of: canaryRequests / clump, rate: canaryRate)
        * binomial(baselineBad, of: baselineRequests / clump, rate: baselineRate)
      sum +=
        probability
        * value(
          stratum(
            canaryBad * clump, of: canaryRequests, baselineBad * clump, of: baselineRequests))
    }
  }
  return sum
}
