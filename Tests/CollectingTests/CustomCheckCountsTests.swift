import Rollouts
import Store
import Testing
import VictoriaMetrics

@testable import Collecting

/// What a user's own queries count.
struct CustomCheckCountsTests {
  private func counts(good: [RangeSeries] = [], bad: [RangeSeries] = []) throws -> CustomCheckCounts
  {
    var counts = CustomCheckCounts(
      check: "payments", labels: Translating.labels(), intervals: Translating.intervals)
    try counts.addGood(good)
    try counts.addBad(bad)
    return counts
  }

  @Test func `a count that no sum can hold leaves its interval out`() throws {
    let largest = "9223372036854775807"
    let counts = try counts(
      good: [series([:], [(15, "7"), (30, "8")])],
      bad: [series([:], [(15, largest)]), series([:], [(15, largest)])])
    #expect(
      counts.observations == [
        CustomObservation(
          check: "payments", interval: Translating.intervals[1], version: "v1", good: 8, bad: 0)
      ])
    let reason =
      "an increase of 9223372036854775807 is more than an interval can hold; check that the metric "
      + "is a plain counter"
    #expect(
      counts.gaps == [
        CustomGap(check: "payments", interval: Translating.intervals[0], reason: reason)
      ])
    #expect(
      counts.warnings == [
        "the check payments of the policy is left out of 1 interval: \(reason); correct its queries"
      ])
  }

  @Test func `fractions in every interval with an event are a mistake, in some they are none`()
    throws
  {
    let rates = series([:], [(15, "0"), (30, "0.6")])
    let mistake = CollectingError.customCount(check: "payments", .notWhole("0.6"))
    #expect(try counts(good: [rates]).mistake == mistake)
    #expect(try counts(good: [series([:], [(30, "60")])], bad: [rates]).mistake == mistake)
    #expect(try counts(good: [rates], bad: [series([:], [(15, "2")])]).mistake == nil)
    #expect(try counts(good: [series([:], [(15, "-1")])]).mistake == nil)
  }
}
