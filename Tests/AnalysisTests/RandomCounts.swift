import Foundation
import TestSupport

extension Counts {
  /// Independent requests, each failing with the probability.
  static func random(
    canary: (requests: Int, rate: Double), baseline: (requests: Int, rate: Double),
    using generator: inout SplitMix64
  ) -> Counts {
    Counts(
      canary: (
        canary.requests, .binomial(canary.requests, canary.rate, using: &generator)
      ),
      baseline: (
        baseline.requests, .binomial(baseline.requests, baseline.rate, using: &generator)
      ))
  }
}

extension Int {
  /// How many of so many independent trials succeed, by inversion.
  ///
  /// - Parameters:
  ///   - trials: How many, at most a few thousand.
  ///   - rate: The chance of each, at least 0 and below 1.
  ///   - generator: Where the chance comes from.
  /// - Returns: 0…`trials`.
  static func binomial(
    _ trials: Int, _ rate: Double, using generator: inout SplitMix64
  ) -> Int {
    var rest = Double.random(in: 0..<1, using: &generator)
    var term = pow(1 - rate, Double(trials))
    var count = 0
    while rest >= term, count < trials {
      rest -= term
      count += 1
      term *= Double(trials - count + 1) / Double(count) * rate / (1 - rate)
    }
    return count
  }

  /// The largest number of successes that is exceeded with a smaller probability only.
  static func mostSuccesses(
    of trials: Int, rate: Double, unlikelierThan probability: Double
  ) -> Int {
    var term = pow(1 - rate, Double(trials))
    var upTo = term
    var successes = 0
    while 1 - upTo > probability {
      successes += 1
      term *= Double(trials - successes + 1) / Double(successes) * rate / (1 - rate)
      upTo += term
    }
    return successes
  }
}
