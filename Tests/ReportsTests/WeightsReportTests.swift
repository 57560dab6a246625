import Rollouts
import TestSupport
import Testing

@Suite struct TrafficSplitTests {
  let store: SampleStore

  /// 100/0 from 0, 90/10 from 60 on; looked at until 150.
  init() throws {
    store = try SampleStore()
    try store.look(canary: 0, at: 5, changedAt: 0, generation: 1)
    try store.look(canary: 0, at: 60, changedAt: 0, generation: 1)
    try store.look(canary: 10, at: 75, changedAt: 65, generation: 2)
    try store.look(canary: 10, at: 150, changedAt: 65, generation: 2)
  }

  private func split(in window: TimeWindow) throws -> [[Table.Value]] {
    try store.rows(
      "traffic_split", "from_at", "version", "configured_share", "observed_share", "requests",
      in: window)
  }

  @Test func `shares of requests stand beside the configured ones, by weight state`() throws {
    try store.store([1, 2, 3], "v1", ["200": 100])
    try store.store([5, 6, 7], "v1", ["200": 170])
    try store.store([8], "v2", ["200": 90])
    #expect(
      try split(in: window(0, 150)) == [
        [milliseconds(1), .text("v1"), .real(1), .real(1), .integer(300)],
        [milliseconds(66), .text("v1"), .real(0.9), .real(0.85), .integer(510)],
        [milliseconds(66), .text("v2"), .real(0.1), .real(0.15), .integer(90)],
      ])
  }

  @Test func `an interval in which the weights changed belongs to no state`() throws {
    try store.store([4], "v1", ["200": 1000])
    #expect(try split(in: window(0, 150)) == [])
    try store.store([3, 5], "v1", ["200": 1])
    #expect(try split(in: window(0, 150)).map { $0[4] } == [.integer(1), .integer(1), .integer(0)])
  }

  @Test func `an interval in which the weights were not known belongs to no state`() throws {
    try store.store([0, 9, 10, 11], "v1", ["200": 1])
    #expect(
      try split(in: window(0, 180)).map { [$0[0], $0[4]] } == [
        [milliseconds(66), .integer(1)], [milliseconds(66), .integer(0)],
      ])
  }

  @Test func `a version that should have had requests and had none is shown`() throws {
    try store.store([5, 6], "v1", ["200": 50])
    #expect(
      try split(in: window(0, 150)) == [
        [milliseconds(66), .text("v1"), .real(0.9), .real(1), .integer(100)],
        [milliseconds(66), .text("v2"), .real(0.1), .real(0), .integer(0)],
      ])
  }

  @Test func `a version outside the route has a configured share of none`() throws {
    try store.store([1], "v1", ["200": 3])
    try store.store([2], "v0", ["200": 1])
    #expect(
      try split(in: window(0, 60)) == [
        [milliseconds(1), .text("v1"), .real(1), .real(0.75), .integer(3)],
        [milliseconds(1), .text("v0"), .real(0), .real(0.25), .integer(1)],
      ])
  }

  @Test func `a window leaves out the intervals that it cuts`() throws {
    try store.store([5, 6, 7], "v1", ["200": 1])
    #expect(try split(in: window(80, 119)).map { $0[4] } == [.integer(1), .integer(0)])
  }
}

@Suite struct WeightsReportTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
    try store.look(canary: 0, at: 5, changedAt: 0, generation: 1)
    try store.look(canary: 0, at: 50, changedAt: 0, generation: 1)
    try store.look(canary: 10, at: 75, changedAt: 60, generation: 2)
    try store.look(canary: 50, at: 150, changedAt: 90, generation: 4)
  }

  @Test func `each state has a row a version, from when to when, and who wrote it`() throws {
    #expect(
      try store.rows(
        "weights", "version", "share", "from_at", "to_at", "gap_before", "is_superseded",
        "changed_by", in: window(0, 180)) == [
          [
            .text("v1"), .real(1), milliseconds(0), milliseconds(60), .integer(0), .integer(1),
            .text("helm"),
          ],
          [
            .text("v2"), .real(0), milliseconds(0), milliseconds(60), .integer(0), .integer(1),
            .text("helm"),
          ],
          [
            .text("v1"), .real(0.9), milliseconds(60), milliseconds(75), .integer(0), .integer(1),
            .text("helm"),
          ],
          [
            .text("v2"), .real(0.1), milliseconds(60), milliseconds(75), .integer(0), .integer(1),
            .text("helm"),
          ],
          [
            .text("v1"), .real(0.5), milliseconds(90), milliseconds(150), .integer(1), .integer(0),
            .text("helm"),
          ],
          [
            .text("v2"), .real(0.5), milliseconds(90), milliseconds(150), .integer(1), .integer(0),
            .text("helm"),
          ],
        ])
  }

  @Test func `states outside the window are left out, but for the one that may still hold`() throws
  {
    func shares(_ from: Double, _ to: Double) throws -> [Table.Value] {
      try store.rows("weights", "version", "share", in: window(from, to))
        .filter { $0[0] == .text("v2") }.map { $0[1] }
    }
    #expect(try shares(0, 40) == [.real(0)])
    #expect(try shares(62, 80) == [.real(0.1)])
    #expect(try shares(300, 360) == [.real(0.5)])
    #expect(try shares(-60, -30) == [])
  }
}

@Suite struct BlindSpotsTests {
  @Test func `what the counts cannot tell is listed once, as far as it was so in the window`()
    throws
  {
    let store = try SampleStore()
    try store.look(canary: 0, at: 5, changedAt: 0, generation: 1, blindSpots: ["mirroring"])
    try store.look(
      canary: 10, at: 75, changedAt: 60, generation: 2, blindSpots: ["mirroring", "route b"])
    try store.look(canary: 50, at: 150, changedAt: 90, generation: 3)
    func spots(_ from: Double, _ to: Double) throws -> [[Table.Value]] {
      try store.rows("blind_spots", "description", in: window(from, to))
    }
    #expect(try spots(0, 180) == [[.text("mirroring")], [.text("route b")]])
    #expect(try spots(0, 40) == [[.text("mirroring")]])
    #expect(try spots(120, 180) == [])
  }
}
