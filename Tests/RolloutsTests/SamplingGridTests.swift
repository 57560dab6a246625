import Rollouts
import TestSupport
import Testing

struct SamplingGridTests {
  private static func at(_ milliseconds: Int64) -> Timestamp {
    Timestamp(millisecondsSince1970: milliseconds)
  }

  @Test(
    arguments: [
      (0, 0), (14_999, 0), (15_000, 15_000), (29_999, 15_000), (-1, -15_000), (-15_000, -15_000),
      (-15_001, -30_000),
    ] as [(Int64, Int64)])
  func `the last grid point is at or before the moment, also before 1970`(
    moment: Int64, point: Int64
  ) {
    #expect(SamplingGrid(stepSeconds: 15).lastPoint(upTo: Self.at(moment)) == Self.at(point))
  }

  @Test func `a window on the grid is tiled from its beginning to its end`() {
    let window = TimeWindow(from: Self.at(30_000), to: Self.at(75_000))
    let intervals = SamplingGrid(stepSeconds: 15).intervals(in: window)
    #expect(intervals.map(\.start.millisecondsSince1970) == [30_000, 45_000, 60_000])
    #expect(intervals.map(\.end.millisecondsSince1970) == [45_000, 60_000, 75_000])
  }

  @Test(
    arguments: [(1, 29_999), (1, 15_000), (0, 14_999), (15_000, 15_000), (30_000, 15_000)]
      as [(Int64, Int64)])
  func `a window in which no interval fits has none`(from: Int64, to: Int64) {
    let window = TimeWindow(from: Self.at(from), to: Self.at(to))
    #expect(SamplingGrid(stepSeconds: 15).intervals(in: window) == [])
  }

  @Test func `intervals tile any window as far as whole ones fit, and end on the grid`() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<500 {
      let step = Int.random(in: 1...900, using: &generator)
      let width = Int64(step) * 1000
      let from = Int64.random(in: -50_000_000...50_000_000, using: &generator)
      let to = from + Int64.random(in: 0...(20 * width), using: &generator)
      let window = TimeWindow(from: Self.at(from), to: Self.at(to))
      let intervals = SamplingGrid(stepSeconds: step).intervals(in: window)
      // Counted in another way: the multiples of the width inside the window.
      let multiples = (-100_000_000 / width...100_000_000 / width).count {
        from <= $0 * width && $0 * width <= to
      }
      #expect(intervals.count == max(0, multiples - 1))
      #expect(intervals.allSatisfy(window.contains))
      #expect(intervals.allSatisfy { $0.end.millisecondsSince1970.isMultiple(of: width) })
      #expect(intervals.allSatisfy { $0.end - $0.start == .seconds(step) })
      #expect(zip(intervals, intervals.dropFirst()).allSatisfy { $0.end == $1.start })
    }
  }

  @Test func `a window contains what begins at its beginning and ends at its end`() {
    let window = TimeWindow(from: Self.at(15_000), to: Self.at(45_000))
    func contains(_ start: Int64, _ end: Int64) -> Bool {
      window.contains(Interval(start: Self.at(start), end: Self.at(end)))
    }
    #expect(contains(15_000, 30_000))
    #expect(contains(30_000, 45_000))
    #expect(!contains(14_999, 30_000))
    #expect(!contains(30_000, 45_001))
    #expect(!contains(0, 15_000))
    #expect(!contains(45_000, 60_000))
  }

  @Test func `a window is as long as its ends are apart`() {
    #expect(TimeWindow(from: Self.at(-500), to: Self.at(1000)).duration == .milliseconds(1500))
  }

  @Test func `the earlier interval comes first`() {
    let earlier = Interval(start: Self.at(0), end: Self.at(15_000))
    let later = Interval(start: Self.at(15_000), end: Self.at(30_000))
    #expect([later, earlier].sorted() == [earlier, later])
  }
}
