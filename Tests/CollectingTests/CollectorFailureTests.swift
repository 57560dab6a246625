import Foundation
import Rollouts
import Store
import TestSupport
import Testing
import VictoriaMetrics

@testable import Collecting

struct CollectorFailureTests {
  private let bench: CollectingBench

  init() throws {
    bench = try CollectingBench()
  }

  struct BadAnswer: CustomTestStringConvertible {
    let testDescription: String
    let steps: [FaultServer.Step]
    /// What the message holds.
    let reason: String
  }

  /// One series, good but for what is replaced in it.
  private static func altered(_ part: String, _ replacement: String) -> [FaultServer.Step] {
    let series = SteadyTraffic.series(
      "v1", #""response_code":"200","le":"+Inf""#, { _ in 5 }, ends: [1_795_521_675])
    return [.respond(text: SteadyTraffic.matrix([series.replacing(part, with: replacement)]))]
  }

  static let badAnswers = [
    BadAnswer(
      testDescription: "500", steps: [.respond(500, text: "out of memory")],
      reason: "it answered 500: out of memory"),
    BadAnswer(
      testDescription: "422", steps: [.respond(422, text: #"{"status":"error","error":"no"}"#)],
      reason: "it answered 422: no"),
    BadAnswer(
      testDescription: "HTML", steps: [.respond(text: "<html>")],
      reason: "the answer is not one of its query API (\"<html>\")"),
    BadAnswer(
      testDescription: "half a document",
      steps: [.respond(text: String(SteadyTraffic.matrix([]).dropLast(9)))],
      reason: "the answer is not one of its query API"),
    BadAnswer(
      testDescription: "half a transfer",
      steps: [.respond(body: [0x7B], statedByteCount: 99), .close], reason: "ended early"),
    BadAnswer(
      testDescription: "a partial result",
      steps: [.respond(text: #"{"isPartial":true,"# + SteadyTraffic.matrix([]).dropFirst())],
      reason: "it is partial"),
    BadAnswer(testDescription: "a reset", steps: [.reset], reason: "the connection was lost"),
    BadAnswer(
      testDescription: "a time beside the grid", steps: altered("1795521675", "1795521674"),
      reason: "which was not asked for"),
  ]

  @Test(arguments: badAnswers)
  func `a bad answer leaves the database as it was, and no database unmade`(
    bad: BadAnswer
  ) async throws {
    try await withFaultServer({ _ in bad.steps }) { server in
      let first = try await #require(throws: CollectingError.self) {
        try await bench.collector(of: server, backfillSeconds: 15).collect(now: { moment(75) })
      }
      #expect(first.description.contains(bad.reason))
      #expect(!first.description.contains("\n"))
      #expect(!bench.databaseExists)
    }
    try await collectWell(until: 60)
    let before = try await bench.dump()
    try bench.set(weights: ("v1", 50), ("v2", 50))
    try await withFaultServer({ _ in bad.steps }) { server in
      _ = await #expect(throws: CollectingError.self) {
        try await bench.collector(of: server).collect(now: { moment(75) })
      }
    }
    #expect(try await bench.dump() == before)
  }

  @Test(arguments: ["istio_requests_total", "istio_request_duration_milliseconds_bucket"])
  func `one of the two queries that fails is enough`(metric: String) async throws {
    try await collectWell(until: 60)
    let before = try await bench.dump()
    let script: FaultServer.Script = { request in
      SteadyTraffic.form(of: request)["query"]?.contains(metric) == true
        ? [.respond(500, text: "no")] : SteadyTraffic.answer(to: request)
    }
    try await withFaultServer(script) { server in
      _ = await #expect(
        throws: CollectingError.metrics(.refused(server: server.url, status: 500, message: "no"))
      ) { try await bench.collector(of: server).collect(now: { moment(75) }) }
    }
    #expect(try await bench.dump() == before)
  }

  @Test func `what an earlier chunk stored stays when a later one fails`() async throws {
    try await withFaultServer({
      $0.number < 2 ? SteadyTraffic.answer(to: $0) : [.respond(503, text: "busy")]
    }) { server in
      _ = await #expect(
        throws: CollectingError.metrics(.refused(server: server.url, status: 503, message: "busy"))
      ) {
        try await bench.collector(of: server, backfillSeconds: 15 * 1000).collect(now: { moment(0) }
        )
      }
    }
    #expect(
      try await bench.query("SELECT count(*), count(DISTINCT collection_id) FROM interval")
        == "960|1")
    #expect(try await bench.requestsByVersion() == "v1|\(9 * 15 * 960)\nv2|\(15 * 960)")
    try await collectWell(until: 0)
    #expect(try await bench.query("SELECT count(*) FROM interval") == "1000")
    #expect(try await bench.requestsByVersion() == "v1|\(9 * 15 * 1000)\nv2|\(15 * 1000)")
  }

  @Test func `weights and counts are stored together or not at all`() async throws {
    try await collectWell(until: 60)
    _ = try await bench.query(
      """
      CREATE TRIGGER full_disk BEFORE INSERT ON observation
      BEGIN SELECT RAISE(ABORT, 'no space left'); END
      """)
    let before = try await bench.dump()
    try bench.set(weights: ("v1", 50), ("v2", 50))
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      let error = CollectingError.store(
        .failed(
          path: bench.databasePath, operation: "store what was collected",
          reason: "no space left"))
      await #expect(throws: error) {
        try await bench.collector(of: server).collect(now: { moment(75) })
      }
    }
    #expect(try await bench.dump() == before)
    _ = try await bench.query("DROP TRIGGER full_disk")
    try await collectWell(until: 75)
    #expect(
      try await bench.query("SELECT weight FROM weight ORDER BY weight_state_id, position")
        == "90\n10\n50\n50")
    #expect(try await bench.query("SELECT count(*) FROM interval WHERE collection_id = 2") == "1")
  }

  @Test func `a manifest that cannot be judged leaves the database as it was`() async throws {
    try await collectWell(until: 60)
    let before = try await bench.dump()
    try bench.set(weights: ("v1", 0), ("v2", 0))
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      let name = ObjectName(namespace: "istio", name: "app-backend")
      await #expect(throws: CollectingError.route(.noPositiveWeight(name))) {
        try await bench.collector(of: server).collect(now: { moment(75) })
      }
      #expect(server.requests.isEmpty)
    }
    #expect(try await bench.dump() == before)
  }

  @Test func `a database of another program is refused before anything is asked`() async throws {
    _ = try await bench.query("CREATE TABLE theirs (id INTEGER)")
    let before = try await bench.dump()
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      _ = await #expect(throws: CollectingError.store(.foreign(path: bench.databasePath))) {
        try await bench.collector(of: server).collect(now: { moment(75) })
      }
      #expect(server.requests.isEmpty)
    }
    #expect(try await bench.dump() == before)
  }

  @Test func `a name that stands for another VirtualService is refused`() async throws {
    try await collectWell(until: 60)
    let before = try await bench.dump()
    try bench.folder.write(
      virtualService(metadata: "{name: other, namespace: istio}", http: route(("v1", 100))),
      to: "vs.yaml")
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      let error = try await #require(throws: CollectingError.self) {
        try await bench.collector(of: server, targetName: "app-backend").collect(now: { moment(75) }
        )
      }
      #expect(
        error.description
          == "target app-backend in \(bench.databasePath) stands for VirtualService "
          + "istio/app-backend, not for istio/other; give the new one another name with --target")
    }
    #expect(try await bench.dump() == before)
  }

  private func collectWell(until seconds: Int64) async throws {
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      _ = try await bench.collector(of: server).collect(now: { moment(seconds) })
    }
  }
}
