import Foundation
import HTTP
import Rollouts
import Store
import TestSupport
import Testing
import VictoriaMetrics

@testable import Collecting

/// What has arrived is told by the clock of VictoriaMetrics, not by that of this machine.
struct ClockTests {
  private let bench: CollectingBench

  init() throws {
    bench = try CollectingBench()
  }

  @Test func `a clock that is ahead reads and settles nothing before its time`() async throws {
    let server = try await VictoriaMetricsServer.start()
    let begin = Int64(Date.now.timeIntervalSince1970)
    try await server.importSamples(
      (begin - 60...begin).map { second in
        ImportedSample(
          "istio_requests_total",
          [
            "destination_service_name": "app-backend", "destination_service_namespace": "istio",
            "destination_version": "v1", "reporter": "source", "response_code": "200",
          ], value: Double(second - begin + 100), timeMilliseconds: second * 1000)
      })
    let clock: @Sendable () -> Date = { Date.now + 60 }
    let summary = try await collector(
      of: server.baseURL.absoluteString, clock: clock, stepSeconds: 1, settleSeconds: 10
    ).collect(now: { Timestamp(clock()) })
    let end = Int64(Date.now.timeIntervalSince1970)
    // The server tells whole seconds.
    #expect([["1m"], ["1m1s"]].contains(summary.warnings.map(Self.difference)))
    #expect(
      try await bench.query(
        """
        SELECT max(end_at) / 1000 BETWEEN \(begin - 1) AND \(end),
          max(iif(is_settled, end_at, 0)) / 1000 BETWEEN \(begin - 11) AND \(end - 10) FROM interval
        """) == "1|1")
  }

  struct Clocks: CustomTestStringConvertible {
    let testDescription: String
    /// The date of each answer.
    let date: String
    /// What `time()` is, if it is asked for.
    var time: Timestamp?
    /// Up to where intervals are stored.
    var upTo = moment(60)
    var warnings: [String] = []
  }

  static let clocks = [
    Clocks(testDescription: "the same time", date: text(moment(60))),
    Clocks(testDescription: "a date that nobody can read", date: "soon"),
    Clocks(
      testDescription: "the date of a cache", date: text(moment(-3600)), time: moment(60)),
    Clocks(
      testDescription: "a little ahead", date: text(moment(56)), time: moment(56),
      upTo: moment(45)),
    Clocks(
      testDescription: "30 s ahead", date: text(moment(30)), time: moment(30), upTo: moment(30),
      warnings: [warning("30s ahead of")]),
    Clocks(
      testDescription: "ahead of all that was asked for", date: text(moment(-300)),
      time: moment(-300), upTo: moment(0), warnings: [warning("6m ahead of")]),
    Clocks(
      testDescription: "an hour behind", date: text(moment(3660)), time: moment(3660),
      warnings: [warning("1h behind")]),
  ]

  @Test(arguments: clocks)
  func `only where the dates of answers differ is the server asked for its time`(
    clocks: Clocks
  ) async throws {
    try await withServer(clocks.date, time: clocks.time.map { "\($0.secondsSince1970)" } ?? "") {
      server in
      let summary = try await collector(of: server.url, clock: { Date(moment(60)) }).collect(
        now: { moment(60) })
      #expect(server.requests.count == (clocks.time == nil ? 2 : 3))
      #expect(summary.warnings == clocks.warnings)
      #expect(summary.storedUpTo ?? moment(0) == clocks.upTo)
      #expect(summary.weights.versions == ["v1", "v2"])
    }
  }

  @Test(arguments: ["NaN", "1e300", "-1", "soon"])
  func `a server that does not know the time is refused`(time: String) async throws {
    try await withServer(Self.text(moment(0)), time: time) { server in
      let collector = try collector(of: server.url, clock: { Date(moment(60)) })
      let error = CollectingError.metrics(
        .unreadable(server: server.url, reason: "no time but \"\(time)\""))
      await #expect(throws: error) { try await collector.collect(now: { moment(60) }) }
    }
    #expect(!bench.databaseExists)
  }

  @Test func `the doctor names clocks that differ by more than five seconds`() async throws {
    for (time, finding) in [
      (moment(55), Finding(.good, "VictoriaMetrics' clock agrees with ours")),
      (moment(65), Finding(.good, "VictoriaMetrics' clock agrees with ours")),
      (
        moment(54),
        Finding(
          .broken, "the clock of this machine is 6s ahead of that of VictoriaMetrics",
          remedy: "set both clocks by NTP")
      ),
    ] {
      try await withServer(Self.text(time), time: "\(time.secondsSince1970)") { server in
        let collector = try collector(of: server.url, clock: { Date(moment(60)) })
        let findings = await Doctor(collector).examine(now: moment(60)) { _, _ in nil }
        #expect(findings.contains(finding))
      }
    }
  }

  // MARK: The bench

  private static func warning(_ difference: String) -> String {
    "the clock of this machine is \(difference) that of VictoriaMetrics; set both by NTP"
  }

  private static func difference(_ warning: String) -> String {
    String(warning.firstMatch(of: /machine is (.*) ahead of/)?.1 ?? warning[...])
  }

  private static func text(_ moment: Timestamp) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = .gmt
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.string(from: Date(moment))
  }

  /// A collector that takes an interval as complete, and as settled, at its end.
  private func collector(
    of url: String, clock: @escaping @Sendable () -> Date, stepSeconds: Int = 15,
    settleSeconds: Int64 = 0
  ) throws -> Collector {
    var connection = try VictoriaMetricsConnection(baseURL: url)
    connection.proxyURL = Secret("")
    connection.now = clock
    return bench.collector(
      of: VictoriaMetricsClient(connection: connection), stepSeconds: stepSeconds,
      backfillSeconds: stepSeconds == 1 ? 100 : 60, settleSeconds: settleSeconds)
  }

  /// Steady traffic with a date in each answer, and a server's time.
  private func withServer(
    _ date: String, time: String, _ body: (FaultServer) async throws -> Void
  ) async throws {
    let script: FaultServer.Script = { request in
      guard request.target == "/api/v1/query_range" else {
        return [
          .respond(
            text: """
              {"status":"success","data":{"resultType":"vector","result":\
              [{"metric":{},"value":[\(moment(60).secondsSince1970),"\(time)"]}]}}
              """)
        ]
      }
      return SteadyTraffic.answer(to: request).map { step in
        guard case .send(let bytes) = step else { return step }
        let answer = String(decoding: bytes, as: UTF8.self)
        return .send(
          text: answer.replacing("\r\n", with: "\r\nDate: \(date)\r\n", maxReplacements: 1))
      }
    }
    try await withFaultServer(script, body)
  }
}

extension Timestamp {
  fileprivate init(_ date: Date) {
    self.init(millisecondsSince1970: Int64(date.timeIntervalSince1970 * 1000))
  }

  fileprivate var secondsSince1970: Int64 { millisecondsSince1970 / 1000 }
}

extension Date {
  fileprivate init(_ moment: Timestamp) {
    self.init(timeIntervalSince1970: Double(moment.millisecondsSince1970) / 1000)
  }
}
