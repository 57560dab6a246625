import Rollouts
import Store
import TestSupport
import Testing

/// For any stretch of time, what is stored adds up to what was counted.
@Suite struct ConservationTests {
  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `whatever the order and however often chunks come, the sums are those of the source`(
    seed: UInt64
  ) async throws {
    var generator = SplitMix64(seed: seed)
    let store = try SampleStore()
    let intervals = (0..<60).map(interval)
    let series =
      ["v1", "v2"].flatMap { version in
        ["200", "404", "503", "0"].map { responses($0, of: version) }
          + [1, 5, 25, .infinity].map { durations(upTo: $0, of: version) }
      } + [responses("200", by: .destination)]
    var counts: [SeriesKey: [Timestamp: Int]] = [:]
    for key in series {
      for interval in intervals where Bool.random(using: &generator) {
        counts[key, default: [:]][interval.end] = Int.random(in: 0...50, using: &generator)
      }
    }
    // Chunks that tile the intervals, some twice, some overlapping their neighbours, in any order.
    var chunks: [Range<Int>] = []
    var first = 0
    while first < intervals.count {
      let end = min(intervals.count, first + Int.random(in: 1...9, using: &generator))
      chunks.append(first..<end)
      chunks.append(max(0, first - Int.random(in: 0...3, using: &generator))..<end)
      first = end
    }
    var stored = 0
    for chunk in chunks.shuffled(using: &generator) {
      stored += try store.store(Array(intervals[chunk]), counts).count
    }
    #expect(stored == intervals.count)

    for _ in 0..<20 {
      let ends = [0, 0].map { _ in Int.random(in: 0...60, using: &generator) }.sorted()
      let window = TimeWindow(from: at(Double(ends[0]) * 15), to: at(Double(ends[1]) * 15))
      for reporter in Reporter.allCases {
        let read = try store.database.read(to: "look") {
          try $0.observations(of: store.targetID, by: reporter, in: window)
        }
        #expect(Self.sums(read) == Self.sums(counts, by: reporter, in: window))
      }
    }
    let everything = counts.values.reduce(0) { $0 + $1.values.reduce(0, +) }
    #expect(try await store.rows("SELECT sum(count) FROM observation") == ["\(everything)"])
  }

  private static func sums(_ observations: [Observation]) -> [SeriesKey: Int] {
    var sums: [SeriesKey: Int] = [:]
    for observation in observations {
      for (status, count) in observation.responses {
        sums[
          responses(status, of: observation.version, by: observation.reporter), default: 0] += count
      }
      for (bound, count) in observation.durations.countsByUpperBoundMilliseconds {
        sums[
          durations(upTo: bound, of: observation.version, by: observation.reporter), default: 0
        ] += count
      }
    }
    return sums
  }

  private static func sums(
    _ counts: [SeriesKey: [Timestamp: Int]], by reporter: Reporter, in window: TimeWindow
  ) -> [SeriesKey: Int] {
    counts.filter { $0.key.reporter == reporter }.mapValues { counts in
      counts.filter { window.from < $0.key && $0.key <= window.to }.values.reduce(0, +)
    }.filter { $0.value > 0 }
  }
}
