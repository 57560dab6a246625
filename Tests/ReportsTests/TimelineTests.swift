import Foundation
import Reports
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct TimelineTests {
  @Test func `an interval that was not observed has no row, and one without requests has zeros`()
    throws
  {
    let store = try SampleStore()
    try store.store([0, 1, 4], "v1", ["200": 8, "503": 2])
    try store.store([6], "v2", ["200": 1])
    let rows = try store.rows(
      "requests_by_interval", "version", "from_at", "to_at", "requests", "errors",
      in: window(0, 120))
    #expect(
      rows == [
        [.text("v1"), milliseconds(0), milliseconds(15), .integer(10), .integer(2)],
        [.text("v1"), milliseconds(15), milliseconds(30), .integer(10), .integer(2)],
        [.text("v1"), milliseconds(60), milliseconds(75), .integer(10), .integer(2)],
        [.text("v1"), milliseconds(90), milliseconds(105), .integer(0), .integer(0)],
        [.text("v2"), milliseconds(0), milliseconds(15), .integer(0), .integer(0)],
        [.text("v2"), milliseconds(15), milliseconds(30), .integer(0), .integer(0)],
        [.text("v2"), milliseconds(60), milliseconds(75), .integer(0), .integer(0)],
        [.text("v2"), milliseconds(90), milliseconds(105), .integer(1), .integer(0)],
      ])
  }

  @Test func `a long window has at most 200 rows a version, and loses no request`() throws {
    let store = try SampleStore()
    try store.store(Array(0..<1000), "v1", ["200": 3, "503": 1], durations: [5: 3, .infinity: 1])
    let window = window(0, 15_000)
    let rows = try store.rows(
      "requests_by_interval", "intervals", "requests", "errors", in: window)
    #expect(rows.count <= 200 && rows.count > 100)
    func sum(_ column: Int) -> Int64 {
      rows.reduce(0) { total, row in
        if case .integer(let number) = row[column] { total + number } else { total }
      }
    }
    #expect([sum(0), sum(1), sum(2)] == [1000, 4000, 1000])
    let durations = try store.rows("durations_by_interval", "requests", in: window)
    #expect(durations.count == 2 * rows.count)
  }

  @Test func `a stretch that is not of whole hours has the requests of its own intervals`() throws {
    let store = try SampleStore()
    let step: Int64 = 420_000
    let slots = (0..<Int64(1700)).map { number in
      let start = (at(0).millisecondsSince1970 / step + 1 + number) * step
      return Interval(
        start: Timestamp(millisecondsSince1970: start),
        end: Timestamp(millisecondsSince1970: start + step))
    }
    try store.store(slots, "v1", ["200": 1], durations: [5: 1])
    let window = TimeWindow(from: slots[0].start, to: slots[1699].end)
    let rows = try store.rows(
      "requests_by_interval", "from_at", "to_at", "intervals", "requests", in: window)
    #expect(rows.count == 189)
    #expect(rows.allSatisfy { $0[2] == $0[3] })
    let durations = try store.rows(
      "durations_by_interval", "from_at", "to_at", "requests", in: window)
    #expect(durations == rows.map { [$0[0], $0[1], $0[3]] })
  }

  @Test func `durations have the bounds of their bucket, and the last has no upper one`() throws {
    let store = try SampleStore()
    try store.store([0], "v1", ["200": 6], durations: [5: 3, 10: 2, .infinity: 1])
    let columns = ["lower_milliseconds", "upper_milliseconds", "requests"]
    for section in ["durations", "durations_by_interval"] {
      #expect(
        try store.rows(section, columns[0], columns[1], columns[2], in: window(0, 60)) == [
          [.real(0), .real(5), .integer(3)], [.real(5), .real(10), .integer(2)],
          [.real(10), .null, .integer(1)],
        ])
    }
  }

  /// With a window, only its intervals are read: the plan looks them up and scans no table of counts.
  @Test(arguments: QueryTests.sections)
  func `no query reads every interval`(section: String) async throws {
    let store = try SampleStore()
    try store.store(Array(0..<1000), "v1", ["200": 8], durations: [5: 8])
    let sql = try #require(Reports.sections(of: "canary")[section]?.sql)
    for preparation in ["", "ANALYZE;"] {
      let plan = try await Shell.run(
        "sqlite3", store.path,
        input: """
          \(preparation)
          .parameter init
          .parameter set :target "'app'"
          .parameter set :from 1795507200000
          .parameter set :to 1795510800000
          EXPLAIN QUERY PLAN \(sql)
          """)
      #expect(!plan.contains(#/SCAN (interval|observation|gap|correction)\b/#))
    }
  }
}
