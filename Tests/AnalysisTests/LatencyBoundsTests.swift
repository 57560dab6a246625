import Rollouts
import Testing

@testable import Analysis

@Suite struct LatencyBoundsTests {
  private func chosen(
    _ slowness: LatencyDemand.Slowness, _ evidence: RolloutEvidence
  ) throws -> LatencyBounds {
    try LatencyBounds(
      slowness, canary: "v2", in: JudgedCounts(evidence, policy: .standard))
  }

  private func evidence(intervals: Int, earlier: [Double: Int] = [:]) -> RolloutEvidence {
    var evidence = RolloutEvidence.latency(
      canary: Durations.usual.times(1), baseline: Durations.usual.times(2), intervals: intervals)
    evidence.earlierDurations = Histogram(earlier)
    return evidence
  }

  @Test func `every bound that some and at most half exceed is compared, and the next one`() throws
  {
    // 70 % take longer than 10 ms, 40 % than 25 ms, none than 500 ms.
    let found = try chosen(.everyBound, evidence(intervals: 1, earlier: Durations.usual.times(10)))
    #expect(found == LatencyBounds(bounds: [25, 50, 100, 250, 500], intervalsUsed: 0))
  }

  @Test func `where many exceed even the last bound, that is compared`() throws {
    let found = try chosen(
      .everyBound, evidence(intervals: 1, earlier: [100: 5000, .infinity: 4000]))
    #expect(found.bounds == [100, 250, 500, 1000])
  }

  @Test func `with enough history the rollout does not enter the choice`() throws {
    let history = Durations.usual.times(10)
    let one = try chosen(.everyBound, evidence(intervals: 1, earlier: history))
    var slow = RolloutEvidence.latency(
      canary: Durations.usual.times(1), baseline: [1000: 2000], intervals: 50)
    slow.earlierDurations = Histogram(history)
    #expect(try chosen(.everyBound, slow) == one)
  }

  @Test func `without history the first thousand requests decide, and no later one`() throws {
    let early = try chosen(.everyBound, evidence(intervals: 5))
    #expect(early == LatencyBounds(bounds: [25, 50, 100, 250, 500], intervalsUsed: 5))
    let later = RolloutEvidence.latency(
      canary: Durations.usual.times(1), baseline: [1000: 200], intervals: 50)
    let both =
      evidence(intervals: 5).observations
      + later.observations.filter { $0.interval.start >= interval(5).start }
    var long = later
    long.observations = both
    #expect(try chosen(.everyBound, long) == early)
  }

  @Test func `with fewer requests nothing is chosen yet, and it is said why`() {
    #expect(
      throws: NoLatencyBounds(
        words: "the bounds of latency are chosen from 1,000 requests to v1, of which there were 800"
      )
    ) { try chosen(.everyBound, evidence(intervals: 4)) }
  }

  @Test(arguments: [(0.3, 10.0), (0.31, 25.0), (0.93, 100.0), (0.99, 250.0), (0.999, 500.0)])
  func `a quantile is compared at the first bound that it does not exceed`(
    quantile: Double, bound: Double
  ) throws {
    let history = evidence(intervals: 1, earlier: Durations.usual.times(10))
    #expect(try chosen(.quantile(quantile), history).bounds == [bound])
  }

  @Test func `a quantile beyond the last bound is compared at that`() throws {
    let history = evidence(intervals: 1, earlier: [.infinity: 2000])
    #expect(try chosen(.quantile(0.5), history).bounds == [1000])
  }

  @Test func `a bound of the user's own needs no choice`() throws {
    let found = try chosen(.milliseconds(250), evidence(intervals: 1))
    #expect(found == LatencyBounds(bounds: [250], intervalsUsed: 0))
  }

  @Test func `a bound between two buckets is refused with those that there are`() {
    #expect(
      throws: NoLatencyBounds(
        words: "300 ms is no bucket bound; the bounds are 10, 25, 50, 100, 250, 500, 1,000")
    ) { try chosen(.milliseconds(300), evidence(intervals: 1)) }
  }

  @Test func `versions with other buckets are compared at the bounds of both`() throws {
    var evidence = evidence(intervals: 1, earlier: Durations.usual.times(10))
    evidence.durationBounds["v2"] = [20, 50, 100, 200, 500, .infinity]
    #expect(try chosen(.everyBound, evidence).bounds == [50, 100, 500])
    evidence.durationBounds["v2"] = [20, 200, .infinity]
    #expect(
      throws: NoLatencyBounds(
        words: "no durations are counted with the same bucket bounds for v2 and v1")
    ) { try chosen(.everyBound, evidence) }
  }
}
