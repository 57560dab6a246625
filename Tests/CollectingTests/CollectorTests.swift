import Foundation
import Rollouts
import Store
import TestSupport
import Testing

@testable import Collecting

struct CollectorTests {
  private let bench: CollectingBench

  init() throws {
    bench = try CollectingBench()
  }

  private func withTraffic(_ body: (FaultServer) async throws -> Void) async throws {
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }, body)
  }

  @Test func `the first run stores weights and counts`() async throws {
    try await withTraffic { server in
      let summary = try await bench.collector(of: server).collect(now: { moment(70) })
      #expect(summary.target == "app-backend")
      #expect(summary.intervalsStored == 4)
      #expect(summary.requestsStored == 600)
      #expect(summary.storedUpTo == moment(60))
      #expect(summary.weights.shares == ["v1": 0.9, "v2": 0.1])
      #expect(summary.warnings == [])
    }
    #expect(
      try await bench.query("SELECT * FROM target") == "1|app-backend|istio|app-backend|app-backend"
    )
    #expect(
      try await bench.query("SELECT observed_at, tool_version FROM collection")
        == "\(moment(70).millisecondsSince1970)|1.2.3")
    #expect(try await bench.query("SELECT DISTINCT collection_id FROM interval") == "1")
    #expect(try await bench.requestsByVersion() == "v1|540\nv2|60")
    #expect(
      try await bench.query(
        """
        SELECT version.name, response_code, sum(requests) FROM response
        JOIN version ON version.id = version_id GROUP BY 1, 2 ORDER BY 1, 2
        """) == "v1|200|540\nv2|200|56\nv2|503|4")
    #expect(
      try await bench.query(
        """
        SELECT version.name, upper_bound_milliseconds, sum(requests) FROM duration
        JOIN version ON version.id = version_id GROUP BY 1, 2 ORDER BY 1, 2
        """) == "v1|5.0|180\nv1|10.0|360\nv2|5.0|20\nv2|10.0|40")
    #expect(
      try await bench.query(
        "SELECT upper_bound_milliseconds FROM series WHERE upper_bound_milliseconds > 10")
        == "Inf\nInf")
  }

  @Test func `each chunk is asked for once by metric, on the grid`() async throws {
    try await withTraffic { server in
      _ = try await bench.collector(of: server).collect(now: { moment(70) })
      let forms = server.requests.map(SteadyTraffic.form).sorted {
        $0["query"] ?? "" < $1["query"] ?? ""
      }
      #expect(forms[0]["query"]?.contains("istio_request_duration_milliseconds_bucket{") == true)
      #expect(forms[1]["query"]?.contains("istio_requests_total{") == true)
      for form in forms {
        #expect(form["start"] == "1795521615")
        // One point more than is stored.
        #expect(form["end"] == "1795521675")
        #expect(form["step"] == "15s")
        #expect(form["nocache"] == "1")
      }
    }
  }

  @Test func `a second run at the same time stores nothing twice`() async throws {
    try await withTraffic { server in
      _ = try await bench.collector(of: server).collect(now: { moment(70) })
      let counts = try await bench.query("SELECT * FROM observation ORDER BY 1, 2")
      let again = try await bench.collector(of: server).collect(now: { moment(70) })
      #expect(again.intervalsStored == 0)
      #expect(again.requestsStored == 0)
      #expect(again.storedUpTo == moment(60))
      #expect(server.requests.count == 2)
      #expect(try await bench.query("SELECT * FROM observation ORDER BY 1, 2") == counts)
      #expect(try await bench.query("SELECT count(*) FROM weight_state") == "1")
      #expect(try await bench.query("SELECT count(*) FROM collection") == "2")
    }
  }

  @Test func `a later run stores only what is new`() async throws {
    try await withTraffic { server in
      _ = try await bench.collector(of: server).collect(now: { moment(70) })
      let later = try await bench.collector(of: server).collect(now: { moment(105) })
      #expect(later.intervalsStored == 3)
      #expect(later.requestsStored == 450)
      #expect(later.storedUpTo == moment(105))
      #expect(try await bench.requestsByVersion() == "v1|945\nv2|105")
    }
  }

  @Test func `four collectors at once store what one would`() async throws {
    try await withTraffic { server in
      _ = try await bench.collector(of: server).collect(now: { moment(30) })
      let stored = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 {
          let collector = bench.collector(of: server)
          group.addTask { try await collector.collect(now: { moment(300) }).intervalsStored }
        }
        return try await group.reduce(0, +)
      }
      #expect(stored == 18)
      #expect(try await bench.requestsByVersion() == "v1|2970\nv2|330")
    }
  }

  @Test(arguments: [["app-backend"], ["app-backend", "other"], ["other"], []])
  func `watermarks of many targets tell where to go on, or the collector reads its own`(
    targets: [String]
  ) async throws {
    try await withTraffic { server in
      _ = try await bench.collector(of: server).collect(now: { moment(100) })
      let watermarks = try Watermarks(
        of: targets, in: DatabaseFile(path: bench.databasePath))
      let asked = server.requests.count
      let summary = try await bench.collector(of: server).collect(
        now: { moment(160) }, after: watermarks)
      #expect(summary.intervalsStored == 4)
      #expect(server.requests.count == asked + 2)
      let covered = try await bench.query(
        "SELECT (max(end_at) - min(start_at)) / 1000, sum(end_at - start_at) / 1000 FROM interval")
      let seconds = covered.split(separator: "|")
      #expect(seconds.count == 2 && seconds.first == seconds.last)
    }
  }

  @Test func `where nothing is stored yet there are no watermarks`() throws {
    let watermarks = try Watermarks(
      of: ["app-backend"], in: DatabaseFile(path: bench.databasePath))
    #expect(try watermarks.of("app-backend") == nil)
    #expect(!bench.databaseExists)
  }

  @Test func `after changes of the step every second is counted once`() async throws {
    try await withTraffic { server in
      var now: Int64 = 100
      for step in [15, 60, 20, 15, 60] {
        _ = try await bench.collector(of: server, stepSeconds: step)
          .collect(now: { [now] in moment(now) })
        now += 250
      }
      let covered = try await bench.query(
        "SELECT (max(end_at) - min(start_at)) / 1000, sum(end_at - start_at) / 1000 FROM interval")
      let seconds = covered.split(separator: "|").compactMap { Int($0) }
      #expect(seconds.count == 2 && seconds.first == seconds.last)
      let total = try #require(seconds.first)
      #expect(total > 1000)
      #expect(try await bench.requestsByVersion() == "v1|\(9 * total)\nv2|\(total)")
    }
  }

  @Test func `a stretch without traffic is observed and empty`() async throws {
    try await withFaultServer({ _ in [.respond(text: SteadyTraffic.matrix([]))] }) { server in
      let summary = try await bench.collector(of: server).collect(now: { moment(70) })
      #expect(summary.intervalsStored == 4)
      #expect(summary.requestsStored == 0)
      #expect(try await bench.query("SELECT count(*) FROM interval") == "4")
      #expect(try await bench.query("SELECT count(*) FROM series") == "0")
    }
  }

  @Test func `when nothing is new the weights are looked at all the same`() async throws {
    try await withTraffic { server in
      let collector = bench.collector(of: server, backfillSeconds: 0)
      let summary = try await collector.collect(now: { moment(10) })
      #expect(summary.intervalsStored == 0)
      #expect(summary.storedUpTo == nil)
      #expect(server.requests.count == 0)
      try bench.set(weights: ("v1", 50), ("v2", 60))
      let next = try await collector.collect(now: { moment(12) })
      #expect(next.weights.shares["v1"] == 50.0 / 110)
      #expect(
        next.warnings == [
          "the weights of VirtualService istio/app-backend add up to 110, not to 100; they are read "
            + "as v1 45.45 %, v2 54.55 %"
        ])
      #expect(
        try await bench.query("SELECT weight FROM weight ORDER BY weight_state_id, position")
          == "90\n10\n50\n60")
    }
  }

  @Test func `a target keeps the name that it was given`() async throws {
    try await withTraffic { server in
      let summary = try await bench.collector(of: server, targetName: "backend")
        .collect(now: { moment(70) })
      #expect(summary.target == "backend")
      #expect(
        try await bench.query("SELECT name, virtual_service FROM target") == "backend|app-backend")
    }
  }
}
