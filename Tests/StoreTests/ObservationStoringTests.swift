import Foundation
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct ObservationStoringTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  private func observations(
    by reporter: Reporter = .source, in window: TimeWindow = TimeWindow(from: at(0), to: at(3600))
  ) throws -> [Observation] {
    try store.database.read(to: "look") {
      try $0.observations(of: store.targetID, by: reporter, in: window)
    }
  }

  @Test func `what is stored is read back by interval and version`() throws {
    let new = try store.store(
      [interval(0), interval(1)],
      [
        responses("200"): [interval(0).end: 90, interval(1).end: 80],
        responses("503"): [interval(1).end: 10],
        responses("200", of: "v2"): [interval(1).end: 7],
        durations(upTo: 2.5): [interval(0).end: 89],
        durations(upTo: .infinity): [interval(0).end: 1],
        responses("200", by: .destination): [interval(0).end: 1000],
      ])
    #expect(new == [interval(0), interval(1)])
    #expect(
      try observations() == [
        Observation(
          interval: interval(0), version: "v1", reporter: .source, responses: ["200": 90],
          durations: Histogram([2.5: 89, .infinity: 1])),
        Observation(
          interval: interval(1), version: "v1", reporter: .source,
          responses: ["200": 80, "503": 10], durations: Histogram()),
        Observation(
          interval: interval(1), version: "v2", reporter: .source, responses: ["200": 7],
          durations: Histogram()),
      ])
    #expect(try observations(by: .destination).map(\.requests) == [1000])
  }

  @Test func `a window leaves out the intervals that it cuts`() throws {
    try store.store(
      [interval(0), interval(1), interval(2)],
      [responses(): [interval(0).end: 1, interval(1).end: 2, interval(2).end: 4]])
    func requests(_ from: Double, _ to: Double) throws -> Int {
      let window = TimeWindow(from: at(from), to: at(to))
      let counted = try observations(in: window).reduce(0) { $0 + $1.requests }
      let present = try store.database.read(to: "look") {
        try $0.intervals(of: store.targetID, in: window)
      }
      #expect(present.count == counted.nonzeroBitCount)
      return counted
    }
    #expect(try requests(0, 45) == 7)
    #expect(try requests(0.001, 45) == 6)
    #expect(try requests(0, 44.999) == 3)
    #expect(try requests(15, 30) == 2)
    #expect(try requests(16, 29) == 0)
    #expect(try requests(45, 60) == 0)
  }

  @Test func `storing the same twice stores nothing twice`() throws {
    let counts = [responses(): [interval(0).end: 5, interval(1).end: 6]]
    #expect(try store.store([interval(0), interval(1)], counts).count == 2)
    #expect(try store.store([interval(0), interval(1)], counts) == [])
    #expect(try observations().map(\.requests) == [5, 6])
  }

  @Test func `what is stored stays as it is when it is read again with other counts`() throws {
    try store.store([interval(1)], [responses(): [interval(1).end: 6]])
    let new = try store.store(
      [interval(0), interval(1), interval(2)],
      [responses(): [interval(0).end: 5, interval(1).end: 99, interval(2).end: 7]])
    #expect(new == [interval(0), interval(2)])
    #expect(try observations().map(\.requests) == [5, 6, 7])
  }

  @Test func `zero counts have no row, but their intervals and series are known`() async throws {
    try store.store(
      [interval(0)],
      [
        responses(): [interval(0).end: 0], responses("503"): [:],
        durations(upTo: 5): [interval(0).end: 0],
      ])
    #expect(try await store.rows("SELECT count(*) FROM observation") == ["0"])
    #expect(try await store.rows("SELECT count(*) FROM interval") == ["1"])
    #expect(
      try await store.rows(
        "SELECT response_code FROM series WHERE response_code IS NOT NULL ORDER BY 1")
        == ["200", "503"])
    #expect(
      try store.database.read(to: "look") {
        try $0.durationBounds(of: store.targetID, by: .source)
      } == ["v1": [5]])
  }

  @Test func `counts outside the intervals that were read are not stored`() async throws {
    try store.store([interval(0)], [responses(): [interval(0).end: 5, interval(3).end: 9]])
    #expect(try await store.rows("SELECT sum(count) FROM observation") == ["5"])
  }

  @Test func `without an interval nothing is stored`() async throws {
    #expect(try store.store([], [responses(): [:]]) == [])
    #expect(try await store.rows("SELECT count(*) FROM interval") == ["0"])
  }

  @Test(
    arguments: [
      Interval(start: at(0), end: at(30)), Interval(start: at(10), end: at(20)),
      Interval(start: at(20), end: at(25)), Interval(start: at(0), end: at(60)),
      Interval(start: at(16), end: at(32)),
    ])
  func `an interval that overlaps a stored one is refused, with all that came with it`(
    overlapping: Interval
  ) async throws {
    try store.store([interval(1)], [responses(): [interval(1).end: 6]])
    #expect(
      throws: StoreError.failed(
        path: store.path, operation: "store observations",
        reason: "intervals of a target must not overlap")
    ) {
      try store.store(
        [overlapping, interval(8)], [responses(): [overlapping.end: 1, interval(8).end: 1]])
    }
    #expect(
      try await store.rows("SELECT count(*), sum(count) FROM interval, observation") == ["1|6"])
  }

  @Test func `an interval off the grid is refused`() throws {
    #expect(
      throws: StoreError.failed(
        path: store.path, operation: "store observations",
        reason: "CHECK constraint failed: end_at % (end_at - start_at) = 0")
    ) { try store.store([Interval(start: at(1), end: at(16))]) }
  }

  @Test func `intervals of two targets may overlap`() throws {
    try store.store([interval(1)])
    let other = try store.database.write(to: "add a target") {
      try $0.upsert(
        Target(
          name: "web", virtualService: ObjectName(namespace: "istio", name: "web"), host: "web"))
    }
    let wide = Interval(start: at(0), end: at(60))
    #expect(
      try SampleStore.store([wide], [:], in: store.database, targetID: other) == [wide])
  }

  @Test func `the newest interval is the one that ended last, as of a moment`() throws {
    func newest(_ moment: Timestamp?) throws -> Interval? {
      try store.database.read(to: "look") {
        try $0.newestInterval(of: store.targetID, upTo: moment)
      }
    }
    #expect(try newest(nil) == nil)
    try store.store([interval(3)])
    try store.store([interval(0), interval(1)])
    #expect(try newest(nil) == interval(3))
    #expect(try newest(at(60)) == interval(3))
    #expect(try newest(at(59.999)) == interval(1))
    #expect(try newest(at(14)) == nil)
  }

  @Test func `the callers' proxies are judged where they report, else the service's own`() throws {
    func judged() throws -> Reporter? {
      try store.database.read(to: "look") { try $0.judgedReporter(of: store.targetID) }
    }
    #expect(try judged() == nil)
    try store.store([interval(0)], [responses(by: .destination): [interval(0).end: 5]])
    #expect(try judged() == .destination)
    try store.store([interval(1)], [responses(by: .source): [interval(1).end: 1]])
    #expect(try judged() == .source)
  }

  @Test func `two writers at once store every interval once`() throws {
    let intervals = (0..<120).map(interval)
    let counts = [responses(): Dictionary(uniqueKeysWithValues: intervals.map { ($0.end, 3) })]
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: 2) { writer in
      failures.catching {
        let database = try Database(path: store.path, mode: .readWrite)
        for first in stride(from: 0, to: 120, by: writer == 0 ? 10 : 12) {
          _ = try SampleStore.store(
            Array(intervals[first..<min(first + 15, 120)]), counts, in: database,
            targetID: store.targetID)
        }
      }
    }
    #expect(failures.all == [])
    #expect(try observations().map(\.interval) == intervals)
    #expect(try observations().allSatisfy { $0.requests == 3 })
  }

  @Test func `a write that fails leaves nothing`() async throws {
    struct Interruption: Error {}
    #expect(
      throws: StoreError.failed(
        path: store.path, operation: "store observations", reason: "Interruption()")
    ) {
      try store.database.write(to: "store observations") { writer in
        let collectionID = try writer.record(
          state(canary: 10), of: store.targetID, observedAt: at(0), toolVersion: "test")
        _ = try writer.store(
          CollectedCounts(
            intervals: [interval(0)], counts: [responses(): [interval(0).end: 5]]),
          of: store.targetID, collectionID: collectionID)
        throw Interruption()
      }
    }
    for table in ["interval", "observation", "series", "version", "collection", "weight_state"] {
      #expect(try await store.rows("SELECT count(*) FROM \(table)") == ["0"], "\(table)")
    }
  }
}
