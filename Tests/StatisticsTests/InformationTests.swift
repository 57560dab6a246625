import Foundation
import Statistics
import Testing

struct InformationTests {
  @Test(arguments: [(0.001, 72_174), (0.01, 66_256), (0.05, 20_548)] as [(Double, Double)])
  func `the least number of requests to promote an equal canary is the published one`(
    rate: Double, requests: Double
  ) throws {
    let needed = try #require(
      Information.requestsNeeded(
        toShow: .better, canaryRate: rate, baselineRate: rate, canaryShare: 0.1,
        margin: .errorDefault, alpha: 0.05))
    #expect(abs(needed - requests) < 1)
  }

  @Test(arguments: [0.01, 0.1, 0.5, 0.9])
  func `without a margin it is the divergence from the pooled rate`(share: Double) {
    let canaryRate = 0.03
    let baselineRate = 0.01
    let pooled = share * canaryRate + (1 - share) * baselineRate
    func divergence(_ rate: Double) -> Double {
      rate * log(rate / pooled) + (1 - rate) * log((1 - rate) / (1 - pooled))
    }
    let information = Information.perRequest(
      canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: share, margin: .none)
    let expected = share * divergence(canaryRate) + (1 - share) * divergence(baselineRate)
    #expect(abs(information - expected) < 1e-15)
    #expect(
      information
        < Information.perRequestWithKnownBaseline(
          canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: share))
  }

  @Test func `on the edge of the margin there is nothing to learn`() {
    let edge = Margin.errorDefault.toleratedRate(besideBaselineRate: 0.02)
    let information = Information.perRequest(
      canaryRate: edge, baselineRate: 0.02, canaryShare: 0.3, margin: .errorDefault)
    #expect(information < 1e-15)
    for direction in Direction.allCases {
      #expect(
        Information.requestsNeeded(
          toShow: direction, canaryRate: edge, baselineRate: 0.02, canaryShare: 0.3,
          margin: .errorDefault, alpha: 0.05) == nil)
    }
  }

  @Test func `what is not so cannot be shown`() {
    func needed(_ direction: Direction, canaryRate: Double, share: Double = 0.1) -> Double? {
      Information.requestsNeeded(
        toShow: direction, canaryRate: canaryRate, baselineRate: 0.01, canaryShare: share,
        margin: .errorDefault, alpha: 0.05)
    }
    #expect(needed(.worse, canaryRate: 0.01) == nil)
    #expect(needed(.better, canaryRate: 0.05) == nil)
    #expect(needed(.worse, canaryRate: 0.05, share: 0) == nil)
    #expect(needed(.worse, canaryRate: 0.05, share: 1) == nil)
  }

  @Test func `a larger effect needs fewer requests`() throws {
    let needed = try [0.02, 0.03, 0.1, 1].map {
      try #require(
        Information.requestsNeeded(
          toShow: .worse, canaryRate: $0, baselineRate: 0.01, canaryShare: 0.1,
          margin: .errorDefault, alpha: 0.05))
    }
    #expect(zip(needed, needed.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func `rates of 0 and 1 give a number or infinity`() {
    for canaryRate in [0, 1e-12, 0.5, 1] {
      for baselineRate in [0, 1e-12, 0.5, 1] {
        for margin in [Margin.none, .errorDefault, Margin(ratio: 0.5, points: 0)] {
          let information = Information.perRequest(
            canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: 0.2, margin: margin)
          #expect(information >= 0 && information.isFinite)
        }
        #expect(
          Information.perRequestWithKnownBaseline(
            canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: 0.2) >= 0)
      }
    }
  }
}
