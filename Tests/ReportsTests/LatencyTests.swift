import Rollouts
import TestSupport
import Testing

/// Quantiles against those that were worked out by hand.
@Suite struct LatencyTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  /// Quantile, estimate, lower and upper bound.
  private func quantiles(in window: TimeWindow = window(0, 60)) throws -> [[Table.Value]] {
    try store.rows(
      "latency", "quantile", "estimate_milliseconds", "lower_milliseconds", "upper_milliseconds",
      in: window)
  }

  @Test func `a quantile lies in its bucket, as far in as its rank`() throws {
    // 50 up to 10, 40 up to 20, 8 up to 40, 2 up to 100: p50 is the end of the first bucket, p90
    // of the second, p95 is 5/8 into (20, 40], p99 half of (40, 100].
    try store.store([0], durations: [10: 50, 20: 40, 40: 8, 100: 2, .infinity: 0])
    #expect(
      try quantiles() == [
        [.text("p50"), .real(10), .real(0), .real(10)],
        [.text("p90"), .real(20), .real(10), .real(20)],
        [.text("p95"), .real(32.5), .real(20), .real(40)],
        [.text("p99"), .real(70), .real(40), .real(100)],
      ])
  }

  @Test func `empty buckets between are not skipped`() throws {
    // The 11th to 20th request lie in (50, 100], although no request lies in (5, 50].
    try store.store([0], durations: [5: 10, 10: 0, 25: 0, 50: 0, 100: 10, .infinity: 0])
    #expect(
      try quantiles() == [
        [.text("p50"), .real(5), .real(0), .real(5)],
        [.text("p90"), .real(90), .real(50), .real(100)],
        [.text("p95"), .real(95), .real(50), .real(100)],
        [.text("p99"), .real(99), .real(50), .real(100)],
      ])
  }

  @Test func `all requests in one bucket`() throws {
    try store.store([0], durations: [10: 0, 20: 4, 40: 0])
    #expect(
      try quantiles() == [
        [.text("p50"), .real(15), .real(10), .real(20)],
        [.text("p90"), .real(19), .real(10), .real(20)],
        [.text("p95"), .real(19.5), .real(10), .real(20)],
        [.text("p99"), .real(19.9), .real(10), .real(20)],
      ])
  }

  @Test func `the last bucket has no upper bound and no estimate`() throws {
    try store.store([0], durations: [10: 6, 20: 0, .infinity: 4])
    #expect(
      try quantiles() == [
        [.text("p50"), .real(10 * 5.0 / 6), .real(0), .real(10)],
        [.text("p90"), .null, .real(20), .null],
        [.text("p95"), .null, .real(20), .null],
        [.text("p99"), .null, .real(20), .null],
      ])
  }

  @Test func `without any other bucket the last begins at zero`() throws {
    try store.store([0], durations: [.infinity: 3])
    #expect(try quantiles()[0] == [.text("p50"), .null, .real(0), .null])
  }

  @Test func `one request is every quantile`() throws {
    try store.store([0], durations: [10: 0, 20: 1])
    #expect(
      try quantiles().map { $0[0] } == [.text("p50"), .text("p90"), .text("p95"), .text("p99")])
    #expect(try quantiles().allSatisfy { $0[2] == .real(10) && $0[3] == .real(20) })
  }

  @Test func `intervals are added up, and those that the window cuts are left out`() throws {
    try store.store([0, 1], durations: [10: 1, 20: 0])
    try store.store([2], durations: [10: 0, 20: 100])
    #expect(try quantiles(in: window(0, 30))[0] == [.text("p50"), .real(5), .real(0), .real(10)])
    #expect(try quantiles(in: window(0, 44))[0] == [.text("p50"), .real(5), .real(0), .real(10)])
    #expect(try quantiles(in: window(0, 45))[0][3] == .real(20))
    #expect(try quantiles(in: window(1, 14)) == [])
  }

  @Test func `versions may have bounds of their own`() throws {
    try store.store([0], "v1", durations: [10: 4, .infinity: 0])
    try store.store([1], "v2", durations: [4: 0, 8: 4, .infinity: 0])
    #expect(
      try store.rows(
        "latency", "version", "estimate_milliseconds", "requests", in: window(0, 30)
      ).enumerated().filter { $0.offset % 4 == 0 }.map(\.element) == [
        [.text("v1"), .real(5), .integer(4)], [.text("v2"), .real(6), .integer(4)],
      ])
  }

  @Test func `only the judged reporter counts`() throws {
    try store.store([0], durations: [10: 100], by: .destination)
    try store.store([1], durations: [20: 1], by: .source)
    #expect(
      try store.rows("latency", "requests", in: window(0, 30))
        == Array(repeating: [.integer(1)], count: 4))
  }

  @Test func `every quantile is in exactly one bucket, whatever the counts`() throws {
    var generator = SplitMix64(seed: 5)
    for number in 0..<40 {
      var durations: [Double: Int] = [:]
      for bound in [1, 2.5, 5, 10, 25, .infinity] {
        durations[bound] = Int.random(in: 0...30, using: &generator)
      }
      try store.store([number], durations: durations)
      let total = durations.values.reduce(0, +)
      let rows = try quantiles(
        in: window(Double(number) * 15, Double(number + 1) * 15))
      #expect(rows.count == (total == 0 ? 0 : 4))
      for (row, rank) in zip(rows, [0.5, 0.9, 0.95, 0.99]) {
        let upper: Double = if case .real(let bound) = row[3] { bound } else { .infinity }
        let upTo = durations.filter { $0.key <= upper }.values.reduce(0, +)
        let below = upTo - (durations[upper] ?? 0)
        #expect(Double(below) < rank * Double(total) && rank * Double(total) <= Double(upTo))
      }
    }
  }
}
