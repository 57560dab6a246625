import Statistics
import Testing

struct MantelHaenszelTests {
  @Test func `a ratio and a difference common to all intervals are found`() throws {
    // Rates 2 % and 1 %, then 20 % and 10 %: the rate changes, the ratio does not.
    let strata = [
      stratum(200, of: 10_000, 900, of: 90_000), stratum(2_000, of: 10_000, 9_000, of: 90_000),
    ]
    #expect(abs(try #require(MantelHaenszel.ratio(strata)) - 2) < 0.001)
    let shifted = [
      stratum(200, of: 10_000, 900, of: 90_000), stratum(1_100, of: 10_000, 9_000, of: 90_000),
    ]
    #expect(abs(try #require(MantelHaenszel.difference(shifted)) - 0.01) < 1e-12)
  }

  @Test func `without an interval that compares there is no estimate`() {
    for strata in [[], [stratum(0, of: 0, 3, of: 9)], [stratum(3, of: 9, 0, of: 0)]] {
      #expect(MantelHaenszel.ratio(strata) == nil)
      #expect(MantelHaenszel.difference(strata) == nil)
    }
    #expect(Tally(requests: 0, badEvents: 0).rate == nil)
  }

  @Test func `the ratio exists without bad events, by half an event each`() throws {
    let ratio = try #require(MantelHaenszel.ratio([stratum(0, of: 100, 0, of: 900)]))
    #expect(abs(ratio - 9) < 1e-12)
  }

  @Test func `exchanging the versions inverts the ratio and negates the difference`() throws {
    var sampler = Sampler(seed: 1)
    let strata = sampler.strata(10, canaryRate: 0.3, baselineRate: 0.1)
    let ratio = try #require(MantelHaenszel.ratio(strata))
    #expect(abs(try #require(MantelHaenszel.ratio(exchanged(strata))) * ratio - 1) < 1e-12)
    let difference = try #require(MantelHaenszel.difference(strata))
    #expect(abs(try #require(MantelHaenszel.difference(exchanged(strata))) + difference) < 1e-12)
  }
}

struct DispersionTests {
  private static func alternating(_ count: Int, by step: Int) -> [Stratum] {
    (0..<count).map { stratum(20 + ($0.isMultiple(of: 2) ? step : -step), of: 500, 20, of: 500) }
  }

  @Test func `events that alternate more than chance raise it`() {
    let mild = Dispersion.estimate(Self.alternating(40, by: 3))
    let strong = Dispersion.estimate(Self.alternating(40, by: 15))
    #expect(mild >= 1)
    #expect(strong > 2 * mild)
    #expect(Dispersion.history(Self.alternating(40, by: 15)) > 5)
  }

  @Test func `an incident that hits both versions alike leaves it at 1`() {
    let strata = (0..<40).map { index in
      index / 5 == 3 ? stratum(100, of: 500, 100, of: 500) : stratum(5, of: 500, 5, of: 500)
    }
    #expect(Dispersion.estimate(strata) == 1)
    #expect(Dispersion.history(strata) == 1)
  }

  @Test func `a late regression raises the estimate by far less than a history would show`() {
    let strata = (0..<60).map { stratum($0 < 30 ? 5 : 20, of: 500, 5, of: 500) }
    #expect(Dispersion.estimate(strata) < 2)
    #expect(Dispersion.history(strata) > 10)
  }

  @Test func `without anything to estimate from it is 1`() {
    for strata in [
      [], [stratum(3, of: 10, 1, of: 10)],
      Array(repeating: stratum(0, of: 10, 0, of: 10), count: 50),
      Array(repeating: stratum(0, of: 0, 5, of: 10), count: 50),
    ] {
      #expect(Dispersion.estimate(strata) == 1)
      #expect(Dispersion.history(strata) == 1)
    }
    #expect(Dispersion.estimate(LatencyCounts(boundCount: 3)) == 1)
    #expect(TrafficShareProcess.dispersion([]) == 1)
  }

  @Test func `the ramp falls to 1 at ten intervals`() {
    #expect(abs(Dispersion.ramp(intervals: 1) - 31.622_776_601_683_79) < 1e-12)
    #expect(Dispersion.ramp(intervals: 10) == 1)
    #expect(Dispersion.ramp(intervals: 5_760) == 1)
    #expect(Dispersion.inUse(estimate: 1.5, intervals: 40, declared: nil) == 1.5)
    #expect(Dispersion.inUse(estimate: 1.5, intervals: 2, declared: 3) == 3)
    #expect(Dispersion.inUse(estimate: 4.5, intervals: 2, declared: 3) == 4.5)
  }
}
