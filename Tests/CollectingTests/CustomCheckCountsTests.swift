import Rollouts
import Testing
import VictoriaMetrics

@testable import Collecting

/// What a user's own queries count.
struct CustomCheckCountsTests {
  private func counts() -> CustomCheckCounts {
    CustomCheckCounts(
      check: "payments", labels: Translating.labels(), intervals: Translating.intervals)
  }

  @Test func `a count that no sum can hold is refused, and not added up`() {
    let largest = "9223372036854775807"
    #expect(throws: CountError.tooLarge(largest)) {
      var counts = counts()
      try counts.addBad([series([:], [(15, largest)]), series([:], [(15, largest)])])
    }
  }
}
