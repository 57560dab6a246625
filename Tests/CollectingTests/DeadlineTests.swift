import Foundation
import HTTP
import Kubernetes
import Rollouts
import Store
import TestSupport
import Testing
import VictoriaMetrics

@testable import Collecting

/// A run does not wait for sources that hang.
struct DeadlineTests {
  private static let name = ObjectName(namespace: "istio", name: "app-backend")

  /// Comes in time however slow the machine is.
  private static let nothing: [FaultServer.Step] = [.respond(text: SteadyTraffic.matrix([]))]

  private let bench: CollectingBench

  init() throws {
    bench = try CollectingBench()
  }

  /// A collector of 1000 intervals, which are two chunks.
  private func collector(
    of server: FaultServer, deadline: Duration, isRepeated: Bool
  ) -> Collector {
    bench.collector(
      of: VictoriaMetricsClient(baseURL: server.url, http: .direct()),
      backfillSeconds: 15 * 1000, deadline: deadline, isRepeated: isRepeated)
  }

  @Test(arguments: [false, true])
  func `a VictoriaMetrics that hangs ends the run at its deadline`(isRepeated: Bool) async throws {
    try await withFaultServer({ _ in [.waitForHangUp] }) { server in
      let collector = collector(of: server, deadline: .milliseconds(50), isRepeated: isRepeated)
      let error = try await #require(throws: CollectingError.self) {
        try await collector.collect(now: { moment(0) })
      }
      #expect(
        error.description
          == "cannot collect within 50ms: cannot query VictoriaMetrics: cannot read "
          + "\(server.url)/api/v1/query_range: the request was cancelled; check "
          + "--victoria-metrics and that it is running")
    }
    #expect(!bench.databaseExists)
  }

  @Test func `a cluster that hangs ends the run at its deadline`() async throws {
    try await withFaultServer({ _ in [.waitForHangUp] }) { server in
      let collector = Collector(
        virtualService: .api(KubernetesClient(baseURL: server.url, http: .direct()), Self.name),
        metrics: VictoriaMetricsClient(baseURL: server.url, http: .direct()),
        database: DatabaseFile(path: bench.databasePath),
        settings: CollectorSettings(
          targetName: nil, routeName: nil, stepSeconds: 15, latencyOffset: .zero, settle: .zero,
          backfill: .seconds(60), deadline: .milliseconds(50), toolVersion: "1.2.3"))
      let error = try await #require(throws: CollectingError.self) {
        try await collector.collect(now: { moment(0) })
      }
      #expect(
        error.description.hasPrefix(
          "cannot collect within 50ms: cannot read VirtualService istio/app-backend: cannot read "))
    }
  }

  @Test func `of runs that follow each other one stops at its deadline, and the next goes on`()
    async throws
  {
    try await withFaultServer({
      $0.number < 2 ? Self.nothing : [.waitForHangUp]
    }) { server in
      let summary = try await collector(of: server, deadline: .seconds(2), isRepeated: true)
        .collect(now: { moment(0) })
      #expect(
        summary.warnings == [
          "stopped after 2s, 960 of 1000 intervals read; the next run goes on from there"
        ])
      #expect(summary.intervalsStored == 960)
    }
    try await withFaultServer({ _ in Self.nothing }) { server in
      _ = try await collector(of: server, deadline: .seconds(120), isRepeated: true)
        .collect(now: { moment(0) })
    }
    #expect(try await bench.query("SELECT count(*) FROM interval") == "1000")
  }

  @Test func `a run that stands alone fails where a chunk takes too long, and keeps the others`()
    async throws
  {
    try await withFaultServer({
      $0.number < 2 ? Self.nothing : [.waitForHangUp]
    }) { server in
      let collector = collector(of: server, deadline: .seconds(2), isRepeated: false)
      let error = try await #require(throws: CollectingError.self) {
        try await collector.collect(now: { moment(0) })
      }
      #expect(error.description.hasPrefix("cannot collect within 2s: cannot query "))
    }
    #expect(try await bench.query("SELECT count(*) FROM interval") == "960")
  }
}
