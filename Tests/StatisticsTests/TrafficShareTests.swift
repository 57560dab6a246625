import Foundation
import Testing

@testable import Statistics

struct TrafficShareTests {
  private static func meanEvidence(share: Double, weight: Double, tolerance: Double) -> Double {
    (0...15).reduce(0) { sum, canaryRequests in
      let stratum = ShareStratum(
        canaryRequests: canaryRequests, baselineRequests: 15 - canaryRequests,
        canaryWeight: weight)
      let evidence = TrafficShareProcess.logEvidence([stratum], oddsTolerance: tolerance)
      return sum + binomial(canaryRequests, of: 15, rate: share)
        * evidence.reduce(0) { exp($1) }
    }
  }

  @Test(arguments: [0.01, 0.1, 0.5, 0.8])
  func `the mean of E at the configured weight is 1, and at most 1 within the tolerance`(
    weight: Double
  ) {
    #expect(
      abs(Self.meanEvidence(share: weight, weight: weight, tolerance: 0) - 1) < 1e-12)
    let odds = weight / (1 - weight)
    for factor in [1 / 1.05, 0.99, 1, 1.05] {
      let share = odds * factor / (1 + odds * factor)
      #expect(Self.meanEvidence(share: share, weight: weight, tolerance: 0.05) <= 1 + 1e-12)
    }
  }

  @Test func `a wrong split is found in either direction and a right one is not`() throws {
    func evidence(_ canaryRequests: Int) throws -> Double {
      let strata = Array(
        repeating: ShareStratum(
          canaryRequests: canaryRequests, baselineRequests: 1_000 - canaryRequests,
          canaryWeight: 0.1), count: 50)
      return try #require(TrafficShareProcess.logEvidence(strata).last)
    }
    #expect(try evidence(150) > log(1_000))
    #expect(try evidence(50) > log(1_000))
    #expect(try evidence(100) < 0)
  }

  @Test func `mirroring versions and weight changes nothing`() {
    let strata = [12, 30, 7].map {
      ShareStratum(canaryRequests: $0, baselineRequests: 90, canaryWeight: 0.2)
    }
    let mirrored = strata.map {
      ShareStratum(
        canaryRequests: $0.baselineRequests, baselineRequests: $0.canaryRequests,
        canaryWeight: 1 - $0.canaryWeight)
    }
    for (left, right) in zip(
      TrafficShareProcess.logEvidence(strata), TrafficShareProcess.logEvidence(mirrored))
    {
      #expect(abs(left - right) < 1e-12)
    }
  }

  @Test func `all or no weight is left out`() {
    let strata = [0, 1].map {
      ShareStratum(canaryRequests: 40, baselineRequests: 60, canaryWeight: $0)
    }
    for evidence in TrafficShareProcess.logEvidence(strata) { #expect(abs(evidence) < 1e-14) }
    #expect(TrafficShareProcess.logEvidence([]).isEmpty)
  }

  @Test func `requests that stick together raise the dispersion`() {
    let sticky = (0..<40).map {
      ShareStratum(
        canaryRequests: $0.isMultiple(of: 3) ? 180 : 60, baselineRequests: 900, canaryWeight: 0.1)
    }
    #expect(TrafficShareProcess.dispersion(sticky) > 10)
  }

  @Test func `each running dispersion is that of the intervals so far`() {
    var generator = SplitMix64(seed: 3)
    let strata = (0..<23).map { _ in
      ShareStratum(
        canaryRequests: Int.random(in: 0...300, using: &generator),
        baselineRequests: Int.random(in: 0...3000, using: &generator), canaryWeight: 0.1)
    }
    let running = TrafficShareProcess.runningDispersions(strata)
    #expect(running.count == strata.count)
    for (index, dispersion) in running.enumerated() {
      let residuals = strata.prefix(index + 1).map {
        Double($0.canaryRequests) - 0.1 * Double($0.canaryRequests + $0.baselineRequests)
      }
      let variances = strata.prefix(index + 1).map {
        0.09 * Double($0.canaryRequests + $0.baselineRequests)
      }
      let expected = Dispersion.estimate(Residuals(residuals: residuals, variances: variances))
      #expect(abs(dispersion / expected - 1) < 1e-12)
    }
    let evidence = TrafficShareProcess.logEvidence(strata, dispersions: running)
    for (index, dispersion) in running.enumerated() {
      let fixed = TrafficShareProcess.logEvidence(strata, dispersion: dispersion)
      #expect(evidence[index] == fixed[index])
    }
  }

  @Test(arguments: [90, 110, 400])
  func `its records are the intervals after which evidence was larger than ever`(
    canaryRequests: Int
  ) {
    var generator = SplitMix64(seed: 4)
    let strata = (0..<200).map { interval in
      ShareStratum(
        canaryRequests: Int.random(in: 0...2 * canaryRequests, using: &generator),
        baselineRequests: 900, canaryWeight: interval < 100 ? 0.1 : 0.15)
    }
    let dispersions = TrafficShareProcess.runningDispersions(strata)
    let evidence = TrafficShareProcess.logEvidence(strata, dispersions: dispersions)
    let records = TrafficShareProcess.records(strata, dispersions: dispersions)
    let expected = evidence.indices.filter { place in
      evidence[..<place].allSatisfy { $0 < evidence[place] }
    }
    #expect(records.map(\.interval) == expected)
    #expect(records.map(\.logEvidence) == expected.map { evidence[$0] })
    #expect(TrafficShareProcess.records([], dispersions: []).isEmpty)
  }
}

struct MultinomialShareProcessTests {
  @Test func `the mean of E at the configured weights is 1`() throws {
    let weights = [0.6, 0.3, 0.1]
    var mean = 0.0
    for first in 0...6 {
      for second in 0...(6 - first) {
        let probability =
          binomial(first, of: 6, rate: weights[0])
          * binomial(second, of: 6 - first, rate: weights[1] / (1 - weights[0]))
        let stage = ShareStage(weights: weights, intervals: [[first, second, 6 - first - second]])
        let evidence = try #require(
          MultinomialShareProcess.logEvidence([stage], concentration: 3).last)
        mean += probability * exp(evidence)
      }
    }
    #expect(abs(mean - 1) < 1e-12)
  }

  @Test func `it is the ratio of gamma functions`() throws {
    let weights = [0.5, 0.25, 0.2, 0.05]
    let counts = [33, 10, 40, 0]
    let concentration = 7.5
    let stage = ShareStage(weights: weights, intervals: [counts])
    var expected = lgamma(concentration) - lgamma(concentration + 83)
    for (weight, count) in zip(weights, counts) {
      expected +=
        lgamma(concentration * weight + Double(count)) - lgamma(concentration * weight)
        - Double(count) * log(weight)
    }
    let evidence = try #require(
      MultinomialShareProcess.logEvidence([stage], concentration: concentration).last)
    #expect(abs(evidence - expected) < 1e-11)
  }

  @Test func `stages add up and each begins anew`() throws {
    let first = ShareStage(weights: [0.9, 0.1], intervals: [[80, 20], [95, 5]])
    let second = ShareStage(weights: [0.5, 0.5], intervals: [[70, 30]])
    let both = MultinomialShareProcess.logEvidence([first, second])
    let alone = try #require(MultinomialShareProcess.logEvidence([second]).last)
    #expect(both.count == 3)
    #expect(abs(both[2] - both[1] - alone) < 1e-12)
    #expect(
      MultinomialShareProcess.logEvidence(
        [first, ShareStage(weights: [1, 0], intervals: []), second]) == both)
  }

  @Test func `a version without weight is left out with its requests`() {
    let with = ShareStage(weights: [0.9, 0, 0.1], intervals: [[80, 7, 20]])
    let without = ShareStage(weights: [0.9, 0.1], intervals: [[80, 20]])
    #expect(
      MultinomialShareProcess.logEvidence([with])
        == MultinomialShareProcess.logEvidence([without]))
    let single = ShareStage(weights: [1, 0], intervals: [[80, 3], [0, 0]])
    for evidence in MultinomialShareProcess.logEvidence([single]) {
      #expect(abs(evidence) < 1e-12)
    }
  }
}
