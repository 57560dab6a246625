import Foundation
import Statistics
import Testing

struct SwapProcessTests {
  @Test(arguments: [(3, 5), (5, 3), (4, 4), (1, 9)] as [(Int, Int)], Direction.allCases)
  func `the mean of E between equal versions is at most 1`(
    requests: (canary: Int, baseline: Int), direction: Direction
  ) throws {
    for rate in [0.02, 0.3, 0.5, 0.9] {
      let mean = mean(
        canaryRequests: requests.canary, canaryRate: rate, baselineRequests: requests.baseline,
        baselineRate: rate
      ) {
        SwapProcess.logEvidence([$0], direction: direction).reduce(0) { exp($1) }
      }
      #expect(abs(mean - 1) < 1e-12)
    }
  }

  @Test func `the mean of E stays 1 when each version has a random rate of its own`() {
    var sum = 0.0
    for canaryRate in [0.1, 0.7] {
      for baselineRate in [0.1, 0.7] {
        sum += mean(
          canaryRequests: 3, canaryRate: canaryRate, baselineRequests: 6, baselineRate: baselineRate
        ) {
          SwapProcess.logEvidence([$0], direction: .worse).reduce(0) { exp($1) }
        }
      }
    }
    #expect(abs(sum / 4 - 1) < 1e-12)
  }

  @Test(arguments: UInt64(1)...10)
  func `exchanging the versions exchanges the directions`(seed: UInt64) {
    var sampler = Sampler(seed: seed)
    let strata = sampler.strata(12, canaryRate: 0.3, baselineRate: 0.1)
    let worse = SwapProcess.logEvidence(strata, direction: .worse)
    let better = SwapProcess.logEvidence(exchanged(strata), direction: .better)
    for (worse, better) in zip(worse, better) { #expect(abs(worse - better) < 1e-12) }
  }

  @Test func `an interval adds at most log 2`() {
    let evidence = SwapProcess.logEvidence(
      Array(repeating: stratum(1_000, of: 1_000, 0, of: 9_000), count: 20), direction: .worse)
    #expect(evidence[0] <= log(2))
    for (before, after) in zip(evidence, evidence.dropFirst()) {
      #expect(after - before <= log(2) + 1e-12)
      #expect(after > before)
    }
  }

  @Test func `a large spread agrees with the same draws far from the table`() {
    // The canary is the smaller and has 400 events where the mean of a draw is 50: most differences
    // lie beyond the tabulated ones.
    let evidence = SwapProcess.logEvidence(
      [stratum(400, of: 1_000, 450, of: 9_000)], direction: .worse)
    #expect(abs(evidence[0] - Self.reference(400, of: 1_000, 450, of: 9_000)) < 1e-9)
  }

  /// The formula with probabilities from log Γ.
  private static func reference(
    _ canaryBad: Int, of canaryRequests: Int, _ baselineBad: Int, of baselineRequests: Int
  ) -> Double {
    func logChoose(_ total: Int, _ chosen: Int) -> Double {
      lgamma(Double(total + 1)) - lgamma(Double(chosen + 1)) - lgamma(Double(total - chosen + 1))
    }
    var mean = 0.0
    for step in 0...24 {
      let rate = exp2(-10 + Double(step) / 2)
      for drawn in 0...baselineBad {
        let probability = exp(
          logChoose(baselineBad, drawn)
            + logChoose(baselineRequests - baselineBad, canaryRequests - drawn)
            - logChoose(baselineRequests, canaryRequests))
        mean += probability * 2 / (1 + exp(-rate * Double(canaryBad - drawn))) / 25
      }
    }
    return log(mean)
  }
}
