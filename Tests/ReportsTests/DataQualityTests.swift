import Rollouts
import TestSupport
import Testing

@Suite struct DataQualityTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  private func expectedAndPresent(_ from: Double, _ to: Double) throws -> [[Table.Value]] {
    try store.rows(
      "data_quality", "intervals_expected", "intervals_present", in: window(from, to))
  }

  @Test func `the whole intervals of the window are expected, and those stored are present`() throws
  {
    try store.store([0, 1, 3], "v1", ["200": 1])
    #expect(try expectedAndPresent(0, 60) == [[.integer(4), .integer(3)]])
    #expect(try expectedAndPresent(15, 60) == [[.integer(3), .integer(2)]])
    #expect(try expectedAndPresent(0, 90) == [[.integer(6), .integer(3)]])
  }

  @Test func `intervals that the window cuts are neither expected nor present`() throws {
    try store.store([0, 1, 2, 3], "v1", ["200": 1])
    #expect(try expectedAndPresent(7, 52) == [[.integer(2), .integer(2)]])
    #expect(try expectedAndPresent(0.001, 59.999) == [[.integer(2), .integer(2)]])
    #expect(try expectedAndPresent(16, 29) == [[.integer(0), .integer(0)]])
    #expect(try expectedAndPresent(16, 31) == [[.integer(0), .integer(0)]])
  }

  @Test func `the step is that of the newest interval, and who counts is named`() throws {
    try store.store([0], "v1", ["200": 1], by: .destination)
    try store.store(
      [Interval(start: at(60), end: at(120))], "v1", ["200": 1], by: .destination)
    let columns = try store.rows(
      "data_quality", "step_seconds", "newest_end_at", "reporter", "reporters", in: window(0, 120))
    #expect(
      columns == [[.integer(60), milliseconds(120), .text("destination"), .text("destination")]])
    try store.store([2], "v1", ["200": 1], by: .source)
    let reporters = try store.rows("data_quality", "reporter", "reporters", in: window(0, 120))
    #expect(reporters == [[.text("source"), .text("destination,source")]])
  }

  @Test func `a target without data has a row that says so`() throws {
    try store.look(canary: 0, at: 0)
    #expect(
      try store.rows(
        "data_quality", "target", "reporter", "step_seconds", "intervals_expected",
        "intervals_present", "newest_end_at", in: window(0, 60))
        == [[.text("app"), .null, .null, .null, .integer(0), .null]])
  }
}

@Suite struct GapsTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  private func gaps(_ from: Double, _ to: Double) throws -> [[Double]] {
    try store.rows("gaps", "from_at", "to_at", in: window(from, to)).map { row in
      row.map { value in
        guard case .integer(let milliseconds) = value else { return .nan }
        return Double(milliseconds - at(0).millisecondsSince1970) / 1000
      }
    }
  }

  @Test func `a complete window has none`() throws {
    try store.store(Array(0..<8), "v1", ["200": 1])
    #expect(try gaps(0, 120) == [])
    #expect(try gaps(30, 90) == [])
  }

  @Test func `an interval that was observed and empty is none`() throws {
    try store.store([0, 2], "v1", ["200": 1])
    try store.store([1], "v1", [:])
    #expect(try gaps(0, 45) == [])
  }

  @Test func `stretches without an interval are given from end to start`() throws {
    try store.store([2, 3, 6, 8], "v1", ["200": 1])
    #expect(try gaps(0, 135) == [[0, 30], [60, 90], [105, 120]])
  }

  @Test func `what is newer than the newest interval is lag, no gap`() throws {
    try store.store([0, 1], "v1", ["200": 1])
    #expect(try gaps(0, 600) == [])
  }

  @Test func `a hole that the window cuts is shown as far as it goes`() throws {
    try store.store([0, 1, 6, 7], "v1", ["200": 1])
    #expect(try gaps(0, 60) == [[30, 60]])
    #expect(try gaps(45, 120) == [[45, 90]])
    #expect(try gaps(40, 80) == [[40, 80]])
  }

  @Test func `pieces of stored intervals at the ends are none`() throws {
    try store.store(Array(0..<8), "v1", ["200": 1])
    #expect(try gaps(7, 113) == [])
    #expect(try gaps(1, 29) == [])
    #expect(try gaps(16, 29) == [])
  }

  @Test func `where nothing lies in the window all of it is a gap`() throws {
    try store.store([0, 1], "v1", ["200": 1])
    #expect(try gaps(300, 600) == [[300, 600]])
    #expect(try gaps(-600, -300) == [[-600, -300]])
  }

  @Test func `where nothing was ever stored all of it is a gap`() throws {
    try store.look(canary: 0, at: 0)
    #expect(try gaps(0, 60) == [[0, 60]])
  }

  @Test func `gaps and intervals make up the window, whatever is missing`() throws {
    var generator = SplitMix64(seed: 6)
    let present = (0..<80).filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }
    try store.store(present, "v1", ["200": 1])
    for _ in 0..<50 {
      let ends = [0, 0].map { _ in Int.random(in: 0...present[present.count - 1], using: &generator)
      }
      .sorted()
      guard ends[0] < ends[1] else { continue }
      let missing = (ends[0]..<ends[1]).filter { !present.contains($0) }
      let inGaps = try gaps(Double(ends[0]) * 15, Double(ends[1]) * 15)
        .flatMap { Array(Int($0[0]) / 15..<Int($0[1]) / 15) }
      #expect(inGaps == missing)
    }
  }
}

@Suite struct CustomGapsTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
    try store.store(Array(0..<8), "v1", ["200": 1])
    try store.leaveOut("orders", [1, 2, 4], "half an event")
    try store.leaveOut("orders", [3], "no number")
    try store.leaveOut("refunds", [2], "half an event")
  }

  private func gaps(_ from: Double, _ to: Double) throws -> [[Table.Value]] {
    try store.rows(
      "custom_gaps", "check_name", "from_at", "to_at", "intervals", "reason", in: window(from, to))
  }

  @Test func `neighbouring slots of a check with one reason are one stretch`() throws {
    #expect(
      try gaps(0, 120) == [
        [.text("orders"), milliseconds(15), milliseconds(45), .integer(2), .text("half an event")],
        [
          .text("refunds"), milliseconds(30), milliseconds(45), .integer(1),
          .text("half an event"),
        ],
        [.text("orders"), milliseconds(45), milliseconds(60), .integer(1), .text("no number")],
        [.text("orders"), milliseconds(60), milliseconds(75), .integer(1), .text("half an event")],
      ])
  }

  @Test func `slots that the window cuts are left out`() throws {
    #expect(try gaps(16, 59).map { $0[0] } == [.text("orders"), .text("refunds")])
    #expect(try gaps(90, 120) == [])
  }
}
