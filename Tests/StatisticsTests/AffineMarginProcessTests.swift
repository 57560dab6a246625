import Foundation
import Statistics
import Testing

struct AffineMarginProcessTests {
  static let margins = [
    Margin.none, .errorDefault, .latencyDefault, Margin(ratio: 2, points: 0.05),
    Margin(ratio: 0.8, points: 0),
  ]

  @Test(arguments: margins, Direction.allCases)
  func `the mean of E on the edge of the margin is at most 1`(
    margin: Margin, direction: Direction
  ) {
    for baselineRate in [0, 0.001, 0.05, 0.2, 0.4] {
      let canaryRate = min(1, margin.toleratedRate(besideBaselineRate: baselineRate))
      let mean = mean(
        canaryRequests: 4, canaryRate: canaryRate, baselineRequests: 6, baselineRate: baselineRate
      ) {
        exp(AffineMarginProcess.finalLogEvidence([$0], margin: margin, direction: direction))
      }
      #expect(mean <= 1 + 1e-12)
      #expect(mean > 0.2)
    }
  }

  @Test(arguments: Direction.allCases)
  func `the mean of E stays at most 1 when rate and weights change between intervals`(
    direction: Direction
  ) {
    let margin = Margin.errorDefault
    let mean = mean(
      canaryRequests: 2, canaryRate: margin.toleratedRate(besideBaselineRate: 0.1),
      baselineRequests: 3, baselineRate: 0.1
    ) { first in
      // The second weight depends on what the first interval showed.
      let canaryRequests = first.canary.badEvents > 0 ? 1 : 4
      return Self.meanOfSecond(
        after: first, canaryRequests: canaryRequests, margin: margin, direction: direction)
    }
    #expect(mean <= 1 + 1e-12)
  }

  private static func meanOfSecond(
    after first: Stratum, canaryRequests: Int, margin: Margin, direction: Direction
  ) -> Double {
    mean(
      canaryRequests: canaryRequests, canaryRate: margin.toleratedRate(besideBaselineRate: 0.4),
      baselineRequests: 2, baselineRate: 0.4
    ) {
      exp(AffineMarginProcess.finalLogEvidence([first, $0], margin: margin, direction: direction))
    }
  }

  @Test func `dispersion 2 covers events that come in pairs and dispersion 1 does not`() {
    func mean(dispersion: Double) -> Double {
      StatisticsTests.mean(
        canaryRequests: 4, canaryRate: 0.2, baselineRequests: 12, baselineRate: 0.2, clump: 2
      ) {
        exp(
          AffineMarginProcess.finalLogEvidence(
            [$0], margin: .none, direction: .worse, dispersion: dispersion))
      }
    }
    #expect(mean(dispersion: 2) <= 1 + 1e-12)
    #expect(mean(dispersion: 1) > 1.01)
  }

  @Test(arguments: UInt64(1)...20)
  func `a bad event more of the canary makes it look worse, one of the baseline better`(
    seed: UInt64
  ) throws {
    var sampler = Sampler(seed: seed)
    let strata = sampler.strata(8, canaryRate: 0.2, baselineRate: 0.1)
    let index = try #require(
      strata.firstIndex { $0.isComparable && $0.canary.badEvents < $0.canary.requests })
    var moreCanary = strata
    moreCanary[index].canary.badEvents += 1
    var moreBaseline = strata
    moreBaseline[index].baseline.badEvents += 1
    func evidence(_ strata: [Stratum], _ direction: Direction) -> Double {
      AffineMarginProcess.finalLogEvidence(strata, margin: .errorDefault, direction: direction)
    }
    #expect(evidence(moreCanary, .worse) > evidence(strata, .worse))
    #expect(evidence(moreCanary, .better) < evidence(strata, .better))
    #expect(evidence(moreBaseline, .worse) < evidence(strata, .worse))
    #expect(evidence(moreBaseline, .better) > evidence(strata, .better))
  }

  @Test(arguments: Direction.allCases)
  func `splitting an interval at the same rates changes nothing`(direction: Direction) {
    let whole = [stratum(6, of: 300, 18, of: 2_700)]
    let halves = Array(repeating: stratum(3, of: 150, 9, of: 1_350), count: 2)
    let difference =
      AffineMarginProcess.finalLogEvidence(whole, margin: .errorDefault, direction: direction)
      - AffineMarginProcess.finalLogEvidence(halves, margin: .errorDefault, direction: direction)
    #expect(abs(difference) < 1e-12)
  }

  @Test func `a wider margin asks for more evidence to block and less to promote`() {
    var sampler = Sampler(seed: 3)
    let strata = sampler.strata(20, canaryRate: 0.2, baselineRate: 0.2)
    func evidence(_ margin: Margin, _ direction: Direction) -> Double {
      AffineMarginProcess.finalLogEvidence(strata, margin: margin, direction: direction)
    }
    #expect(evidence(.errorDefault, .worse) < evidence(.none, .worse))
    #expect(evidence(.errorDefault, .better) > evidence(.none, .better))
  }

  @Test(arguments: UInt64(1)...10)
  func `an interval without requests of one version changes nothing`(seed: UInt64) {
    var sampler = Sampler(seed: seed)
    let strata = sampler.strata(6, canaryRate: 0.2, baselineRate: 0.1)
    let empty = [
      stratum(0, of: 0, 0, of: 0), stratum(3, of: 9, 0, of: 0), stratum(0, of: 0, 3, of: 9),
    ]
    for direction in Direction.allCases {
      #expect(
        AffineMarginProcess.finalLogEvidence(
          strata + empty, margin: .errorDefault, direction: direction)
          == AffineMarginProcess.finalLogEvidence(
            strata, margin: .errorDefault, direction: direction))
    }
  }

  @Test(arguments: Direction.allCases)
  func `the final value is the last running value to the last bit`(direction: Direction) {
    var sampler = Sampler(seed: 11)
    let strata = sampler.strata(30, canaryRate: 0.2, baselineRate: 0.1)
    let running = AffineMarginProcess.logEvidence(
      strata, margin: .errorDefault, direction: direction, dispersion: 1.7)
    #expect(running.count == 30)
    #expect(
      running.last
        == AffineMarginProcess.finalLogEvidence(
          strata, margin: .errorDefault, direction: direction, dispersion: 1.7))
    #expect(
      running
        == AffineMarginProcess.logEvidence(
          strata, margin: .errorDefault, direction: direction,
          dispersions: Array(repeating: 1.7, count: 30)))
  }

  @Test func `of no intervals there is no evidence`() {
    #expect(AffineMarginProcess.logEvidence([], margin: .none, direction: .worse).isEmpty)
    #expect(
      AffineMarginProcess.logEvidence([], margin: .none, direction: .worse, onset: true) == [])
    #expect(AffineMarginProcess.finalLogEvidence([], margin: .none, direction: .worse) == 0)
    let empty = [stratum(0, of: 0, 0, of: 0)]
    let evidence = AffineMarginProcess.finalLogEvidence(empty, margin: .none, direction: .better)
    #expect(abs(evidence) < 1e-15)
  }

  @Test(arguments: Direction.allCases, [1, 2.5])
  func `late onset is the mixture over beginnings, each computed by itself`(
    direction: Direction, dispersion: Double
  ) {
    var sampler = Sampler(seed: 5)
    let strata = sampler.strata(34, canaryRate: 0.3, baselineRate: 0.1)
    let mixed = AffineMarginProcess.logEvidence(
      strata, margin: .errorDefault, direction: direction, dispersion: dispersion, onset: true)
    for last in strata.indices {
      func part(from first: Int) -> Double {
        exp(
          AffineMarginProcess.finalLogEvidence(
            Array(strata[first...last]), margin: .errorDefault, direction: direction,
            dispersion: dispersion))
      }
      var expected = 0.75 * part(from: 0)
      for beginning in 1..<1_000 {
        let share = 1 / (4 * Double(beginning) * Double(beginning + 1))
        expected += share * (10 * beginning <= last ? part(from: 10 * beginning) : 1)
      }
      expected += 1 / (4 * 1_000)
      #expect(abs(mixed[last] - log(expected)) < 1e-11)
    }
  }
}
