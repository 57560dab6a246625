import Rollouts
import TestSupport
import Testing

@testable import Collecting

struct SamplingPlanTests {
  /// Noon of the recording day, a point of every grid that divides an hour.
  private static let noon: Int64 = 1_795_521_600

  private func moment(_ seconds: Int64) -> Timestamp {
    Timestamp(secondsSince1970: Self.noon + seconds)
  }

  private func interval(_ start: Int64, _ end: Int64) -> Interval {
    Interval(start: moment(start), end: moment(end))
  }

  private func ends(_ plan: SamplingPlan) -> [[Int64]] {
    plan.chunks.map { chunk in
      chunk.intervals.map { $0.end.millisecondsSince1970 / 1000 - Self.noon }
    }
  }

  @Test func `the first run reaches back to the grid point before its beginning`() {
    let plan = SamplingPlan(
      after: nil, firstRunFrom: moment(7), until: moment(52), stepSeconds: 15)
    #expect(
      plan.chunks == [
        SamplingPlan.Chunk(
          stepSeconds: 15, intervals: [interval(0, 15), interval(15, 30), interval(30, 45)])
      ])
  }

  @Test func `a later run goes on where the newest interval ended`() {
    let plan = SamplingPlan(
      after: interval(30, 45), firstRunFrom: moment(-9999), until: moment(75), stepSeconds: 15)
    #expect(
      plan.chunks == [
        SamplingPlan.Chunk(stepSeconds: 15, intervals: [interval(45, 60), interval(60, 75)])
      ])
  }

  @Test(arguments: [45, 59] as [Int64])
  func `without a complete new interval there is nothing to do`(until: Int64) {
    let plan = SamplingPlan(
      after: interval(30, 45), firstRunFrom: moment(0), until: moment(until), stepSeconds: 15)
    #expect(plan.chunks == [])
  }

  @Test func `a clock that went back asks for nothing`() {
    let plan = SamplingPlan(
      after: interval(30, 45), firstRunFrom: moment(-100), until: moment(-60), stepSeconds: 15)
    #expect(plan.chunks == [])
  }

  @Test func `a first run without time is empty`() {
    let plan = SamplingPlan(
      after: nil, firstRunFrom: moment(10), until: moment(10), stepSeconds: 15)
    #expect(plan.chunks == [])
  }

  @Test func `a long stretch comes in chunks that follow one another`() {
    let plan = SamplingPlan(
      after: interval(-15, 0), firstRunFrom: moment(0), until: moment(15 * 2000), stepSeconds: 15)
    #expect(plan.chunks.map(\.intervals.count) == [960, 960, 80])
    #expect(plan.chunks.map(\.stepSeconds) == [15, 15, 15])
    #expect(ends(plan).flatMap { $0 } == (1...2000).map { 15 * $0 })
  }

  @Test func `a wider step begins where both grids meet`() {
    let plan = SamplingPlan(
      after: interval(0, 15), firstRunFrom: moment(0), until: moment(190), stepSeconds: 60)
    #expect(plan.chunks.map(\.stepSeconds) == [15, 60])
    #expect(ends(plan) == [[30, 45, 60], [120, 180]])
  }

  @Test func `a narrower step begins at once`() {
    let plan = SamplingPlan(
      after: interval(0, 60), firstRunFrom: moment(0), until: moment(100), stepSeconds: 15)
    #expect(plan.chunks.map(\.stepSeconds) == [15])
    #expect(ends(plan) == [[75, 90]])
  }

  @Test func `steps that share few points keep the old one until the next`() {
    let plan = SamplingPlan(
      after: interval(0, 20), firstRunFrom: moment(0), until: moment(100), stepSeconds: 15)
    #expect(plan.chunks.map(\.stepSeconds) == [20, 15])
    #expect(ends(plan) == [[40, 60], [75, 90]])
  }

  @Test func `the bridge between two steps may end before they meet`() {
    let plan = SamplingPlan(
      after: interval(0, 15), firstRunFrom: moment(0), until: moment(44), stepSeconds: 60)
    #expect(plan.chunks.map(\.stepSeconds) == [15])
    #expect(ends(plan) == [[30]])
    let next = SamplingPlan(
      after: interval(15, 30), firstRunFrom: moment(0), until: moment(120), stepSeconds: 60)
    #expect(ends(next) == [[45, 60], [120]])
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `runs with changing steps leave no hole and count nothing twice`(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var until = moment(Int64.random(in: 0...86_400, using: &generator))
    var newest: Interval?
    for _ in 0..<12 {
      let step = [1, 5, 7, 10, 15, 20, 30, 60, 90].randomElement(using: &generator) ?? 1
      let longest = ([0, 20, 400, 3000] as [Int64]).randomElement(using: &generator) ?? 0
      until = until + .milliseconds(Int64.random(in: 0...(longest * 1000), using: &generator))
      let first = until - .seconds(Int64.random(in: 0...300, using: &generator))
      let plan = SamplingPlan(after: newest, firstRunFrom: first, until: until, stepSeconds: step)
      for chunk in plan.chunks {
        #expect(!chunk.intervals.isEmpty)
        #expect(chunk.intervals.count <= SamplingPlan.maximumIntervalsPerChunk)
        for interval in chunk.intervals {
          if let newest { try #require(interval.start == newest.end) }
          #expect(interval.end - interval.start == .seconds(chunk.stepSeconds))
          #expect(interval.end.millisecondsSince1970 % Int64(chunk.stepSeconds * 1000) == 0)
          newest = interval
        }
      }
      guard let newest else { continue }
      #expect(newest.end <= until)
      let isOnNewGrid = newest.end.millisecondsSince1970 % Int64(step * 1000) == 0
      let next = isOnNewGrid ? .seconds(step) : newest.end - newest.start
      #expect(newest.end + next > until)
    }
    #expect(newest != nil)
  }
}
