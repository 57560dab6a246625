import Foundation
import Rollouts
import TestSupport
import Testing

@testable import Collecting

/// Intervals are read again until they settle.
struct SettlingTests {
  private let bench: CollectingBench

  init() throws {
    bench = try CollectingBench()
  }

  /// A VictoriaMetrics in which v1 had so many requests in every interval.
  private func withRequests(
    _ count: String, _ body: (FaultServer) async throws -> Void
  ) async throws {
    try await withFaultServer(
      { request in
        let form = SteadyTraffic.form(of: request)
        let (start, end) = (Int(form["start"] ?? "") ?? 0, Int(form["end"] ?? "") ?? 0)
        let isRequests = form["query"]?.contains("istio_requests_total") == true
        let series = SteadyTraffic.series(
          "v1", #""response_code":"200""#, { _ in 0 },
          ends: Array(stride(from: start, through: end, by: 15))
        ).replacing("\"0\"]", with: "\"\(count)\"]")
        return [.respond(text: SteadyTraffic.matrix(isRequests ? [series] : []))]
      }, body)
  }

  private func intervals() async throws -> String {
    try await bench.query(
      "SELECT count(*), sum(is_settled) FROM interval UNION ALL SELECT count(*), NULL FROM gap")
  }

  @Test func `an interval that is not settled is corrected in place`() async throws {
    try await withRequests("5") { server in
      let summary = try await bench.collector(of: server, settleSeconds: 30).collect(
        now: { moment(60) })
      #expect(summary.intervalsStored == 4)
    }
    #expect(try await intervals() == "4|2\n0|")
    try await withRequests("7") { server in
      let summary = try await bench.collector(of: server, settleSeconds: 30).collect(
        now: { moment(60) })
      #expect(summary.intervalsStored == 0)
      #expect(summary.corrections == 0)
    }
    #expect(
      try await bench.query("SELECT group_concat(count) FROM observation ORDER BY interval_id")
        == "5,5,7,7")
    #expect(try await bench.query("SELECT count(*) FROM correction") == "0")
  }

  @Test func `a settled interval is corrected only when asked for, and the correction is recorded`()
    async throws
  {
    try await withRequests("5") { server in
      _ = try await bench.collector(of: server).collect(now: { moment(60) })
    }
    try await withRequests("7") { server in
      _ = try await bench.collector(of: server).collect(now: { moment(60) })
      #expect(try await bench.requestsByVersion() == "v1|20")
      let summary = try await bench.collector(of: server, rereadSeconds: 30).collect(
        now: { moment(60) })
      #expect(summary.corrections == 2)
      #expect(summary.warnings == ["2 counts of settled intervals were corrected"])
    }
    #expect(try await bench.requestsByVersion() == "v1|24")
    #expect(
      try await bench.query("SELECT DISTINCT count_before, count_after FROM correction") == "5|7")
  }

  @Test func `what cannot be trusted is a gap once it is settled, and collecting goes on`()
    async throws
  {
    try await withRequests("0.5") { server in
      let summary = try await bench.collector(of: server, settleSeconds: 30).collect(
        now: { moment(60) })
      #expect(summary.intervalsStored == 0)
      #expect(summary.gapsRecorded == 2)
      #expect(
        summary.warnings == [
          "2 intervals are recorded as gaps: an increase of 0.5 is no whole number; check that the "
            + "source is VictoriaMetrics (Prometheus extrapolates) and that the metric is a plain "
            + "counter"
        ])
    }
    #expect(try await intervals() == "0|\n2|")
    try await withRequests("3") { server in
      _ = try await bench.collector(of: server, settleSeconds: 30).collect(now: { moment(90) })
    }
    #expect(
      try await bench.query("SELECT min(start_at) FROM interval")
        == "\(moment(30).millisecondsSince1970)")
  }

  @Test func `a gap is filled when it is read again and well`() async throws {
    try await withRequests("NaN") { server in
      _ = try await bench.collector(of: server).collect(now: { moment(60) })
    }
    #expect(try await intervals() == "0|\n4|")
    try await withRequests("3") { server in
      _ = try await bench.collector(of: server, rereadSeconds: 60).collect(now: { moment(60) })
    }
    #expect(try await bench.requestsByVersion() == "v1|12")
  }

  @Test func `a reading that can no longer be trusted takes the place of none`() async throws {
    try await withRequests("5") { server in
      _ = try await bench.collector(of: server, settleSeconds: 600).collect(now: { moment(60) })
    }
    try await withRequests("-1") { server in
      _ = try await bench.collector(of: server).collect(now: { moment(60) })
    }
    #expect(try await intervals() == "0|\n4|")
  }
}
