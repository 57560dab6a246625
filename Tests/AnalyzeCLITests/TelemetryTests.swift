@testable import AnalyzeCLI

import Collecting
import Foundation
import Kubernetes
import Rollouts
import Store
import TestSupport
import Testing
import VictoriaMetrics

@Suite struct TelemetryTests {
  static let now = Timestamp(millisecondsSince1970: 1_795_509_610_250)
  static let newest = Timestamp(secondsSince1970: 1_795_509_570)

  @Test func `before the first tick only what is known to be zero is written`() async {
    #expect(
      await Telemetry().text(at: Self.now) == """
        # HELP analyze_collect_ticks_total Passes over all targets.
        # TYPE analyze_collect_ticks_total counter
        analyze_collect_ticks_total 0
        # HELP analyze_collect_failures_total Collections that failed, by reason; without a target: ticks that came to none.
        # TYPE analyze_collect_failures_total counter
        analyze_collect_failures_total{reason="source"} 0
        analyze_collect_failures_total{reason="store"} 0
        analyze_collect_failures_total{reason="configuration"} 0
        analyze_collect_failures_total{reason="count"} 0
        analyze_collect_failures_total{reason="other"} 0

        """)
  }

  @Test func `counters add up and gauges hold the newest`() async {
    let telemetry = Telemetry(targets: ["app-backend"])
    let stored = Telemetry.Stored(
      intervals: 4, requests: 1_000, gaps: 1, corrections: 2, upTo: Self.newest)
    await telemetry.recordSuccess(of: "app-backend", stored, at: Self.now - .seconds(60))
    await telemetry.recordSuccess(of: "app-backend", stored, at: Self.now - .seconds(15))
    await telemetry.recordSuccess(of: "checkout", Telemetry.Stored(), at: Self.now)
    await telemetry.recordFailure(.source, of: "app-backend")
    await telemetry.recordFailure(.source, of: "app-backend")
    await telemetry.recordFailure(.count, of: "checkout")
    await telemetry.recordFailure(.store, of: nil)
    await telemetry.recordTick(lasting: .milliseconds(900))
    await telemetry.recordTick(lasting: .milliseconds(125))
    let lines = await Set(
      telemetry.text(at: Self.now).split(separator: "\n").filter { !$0.hasPrefix("#") })
    #expect(
      lines == [
        "analyze_collect_ticks_total 2",
        "analyze_collect_failures_total{reason=\"source\"} 0",
        "analyze_collect_failures_total{reason=\"store\"} 1",
        "analyze_collect_failures_total{reason=\"configuration\"} 0",
        "analyze_collect_failures_total{reason=\"count\"} 0",
        "analyze_collect_failures_total{reason=\"other\"} 0",
        "analyze_collect_failures_total{reason=\"source\",target=\"app-backend\"} 2",
        "analyze_collect_failures_total{reason=\"store\",target=\"app-backend\"} 0",
        "analyze_collect_failures_total{reason=\"configuration\",target=\"app-backend\"} 0",
        "analyze_collect_failures_total{reason=\"count\",target=\"app-backend\"} 0",
        "analyze_collect_failures_total{reason=\"other\",target=\"app-backend\"} 0",
        "analyze_collect_failures_total{reason=\"source\",target=\"checkout\"} 0",
        "analyze_collect_failures_total{reason=\"store\",target=\"checkout\"} 0",
        "analyze_collect_failures_total{reason=\"configuration\",target=\"checkout\"} 0",
        "analyze_collect_failures_total{reason=\"count\",target=\"checkout\"} 1",
        "analyze_collect_failures_total{reason=\"other\",target=\"checkout\"} 0",
        "analyze_collect_last_tick_duration_seconds 0.125",
        "analyze_collect_intervals_stored_total{target=\"app-backend\"} 8",
        "analyze_collect_intervals_stored_total{target=\"checkout\"} 0",
        "analyze_collect_requests_stored_total{target=\"app-backend\"} 2000",
        "analyze_collect_requests_stored_total{target=\"checkout\"} 0",
        "analyze_collect_gaps_recorded_total{target=\"app-backend\"} 2",
        "analyze_collect_gaps_recorded_total{target=\"checkout\"} 0",
        "analyze_collect_corrections_total{target=\"app-backend\"} 4",
        "analyze_collect_corrections_total{target=\"checkout\"} 0",
        "analyze_collect_lag_seconds{target=\"app-backend\"} 40.25",
        "analyze_collect_last_success_timestamp_seconds{target=\"app-backend\"} 1795509595.25",
        "analyze_collect_last_success_timestamp_seconds{target=\"checkout\"} 1795509610.25",
      ])
  }

  @Test func `a target falls behind while nothing is stored`() async {
    let telemetry = Telemetry()
    await telemetry.recordSuccess(of: "a", Telemetry.Stored(upTo: Self.newest), at: Self.now)
    let later = await telemetry.text(at: Self.now + .seconds(600))
    #expect(later.contains("analyze_collect_lag_seconds{target=\"a\"} 640.25\n"))
    await telemetry.recordSuccess(of: "a", Telemetry.Stored(upTo: nil), at: Self.now)
    let same = await telemetry.text(at: Self.newest - .seconds(1))
    #expect(same.contains("analyze_collect_lag_seconds{target=\"a\"} 0.0\n"))
  }

  @Test func `label values are escaped`() async {
    let telemetry = Telemetry()
    await telemetry.recordSuccess(of: "a\\b\"c\r\nd", Telemetry.Stored(), at: Self.now)
    let text = await telemetry.text(at: Self.now)
    #expect(text.contains("intervals_stored_total{target=\"a\\\\b\\\"c\r\\nd\"} 0\n"))
  }

  @Test func `every metric is described once, before its samples`() async {
    let telemetry = Telemetry()
    await telemetry.recordSuccess(of: "a", Telemetry.Stored(upTo: Self.newest), at: Self.now)
    await telemetry.recordSuccess(of: "b", Telemetry.Stored(upTo: Self.newest), at: Self.now)
    await telemetry.recordTick(lasting: .seconds(1))
    var described: [Substring] = []
    for line in await telemetry.text(at: Self.now).split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("# HELP") { described.append(words[2]) }
      if line.hasPrefix("# TYPE") {
        #expect(words[2] == described.last)
        #expect((words[3] == "counter") == words[2].hasSuffix("_total"))
      }
      if !line.hasPrefix("#") {
        #expect(line.prefix { $0 != "{" && $0 != " " } == described.last ?? "")
      }
    }
    #expect(described.count == 9)
    #expect(Set(described).count == described.count)
  }

  @Test func `each error counts under its reason`() throws {
    let name = try #require(ObjectName("istio/app-backend"))
    let cases: [(any Error, Telemetry.FailureReason)] = [
      (CollectingError.metrics(.partial(server: "http://vm")), .source),
      (CollectingError.metrics(.unusableSetting(name: "n", reason: "r")), .configuration),
      (CollectingError.kubernetes(.notServed(subject: "it")), .source),
      (CollectingError.kubernetes(.notFound(subject: "it")), .configuration),
      (CollectingError.route(.noWeights(name)), .configuration),
      (CollectingError.manifest(path: "f", reason: "r"), .configuration),
      (CollectingError.store(.busy(path: "f", operation: "o")), .store),
      (CollectingError.count(.negative("-1")), .count),
      (StoreError.collecting(path: "f", process: 7), .store),
      (CommandFailure(.failure, "m"), .other),
      (CancellationError(), .other),
    ]
    for (error, reason) in cases {
      #expect(Telemetry.FailureReason(error) == reason, "\(error)")
    }
  }

  @Test func `a file is replaced whole, and everyone may read it`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "analyze.prom")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let telemetry = Telemetry()
    try await telemetry.write(to: path, at: Self.now)
    #expect(
      try String(contentsOf: URL(filePath: path), encoding: .utf8)
        == (await telemetry.text(at: Self.now)))
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o644)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["analyze.prom"])
  }

  @Test func `a reader who has the old file open reads it to its end`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("analyze.prom")
    let telemetry = Telemetry()
    try await telemetry.write(to: path, at: Self.now)
    let old = await telemetry.text(at: Self.now)
    let reader = try FileHandle(forReadingFrom: URL(filePath: path))
    let beginning = try #require(try reader.read(upToCount: 10))
    await telemetry.recordTick(lasting: .seconds(1))
    try await telemetry.write(to: path, at: Self.now)
    let rest = try #require(try reader.readToEnd())
    #expect(String(decoding: beginning + rest, as: UTF8.self) == old)
    let new = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    #expect(new == (await telemetry.text(at: Self.now)))
    #expect(new != old)
  }

  @Test func `a file that cannot be written is said, and leaves nothing behind`() async throws {
    let folder = try TemporaryFolder()
    let missing = folder.path("missing/analyze.prom")
    let failure = await #expect(throws: CommandFailure.self) {
      try await Telemetry().write(to: missing, at: Self.now)
    }
    #expect(failure?.status == .failure)
    #expect(
      failure?.message == """
        cannot write telemetry to \(missing): No such file or directory; check that its folder \
        exists and may be written to
        """)
    await #expect(throws: CommandFailure.self) {
      try await Telemetry().write(to: folder.url.path, at: Self.now)
    }
    let beside = folder.url.deletingLastPathComponent().path
    let names = try FileManager.default.contentsOfDirectory(atPath: beside)
    #expect(!names.contains { $0.hasPrefix("\(folder.url.lastPathComponent).") })
  }
}
