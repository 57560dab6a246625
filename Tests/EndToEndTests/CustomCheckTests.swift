import Foundation
import TestSupport
import Testing

/// Checks that count by queries of the user's own, from a real VictoriaMetrics to the verdict.
@Suite(.replaysDecisions) struct CustomCheckTests {
  private let stage: GateStage

  init() throws {
    stage = try GateStage()
    try write(name: "payments")
  }

  private func write(
    name: String, function: String = "increase", by label: String = "destination_version",
    profile: String = "istio"
  ) throws {
    func query(_ outcome: String) -> String {
      "sum by (\(label)) (\(function)(payments_total{outcome=\"\(outcome)\","
        + "\(label)=~{{versions}}}[{{step}}]))"
    }
    try stage.folder.write(
      """
      targets:
        - name: app-backend
          virtualService: istio/app-backend
          profile: \(profile)
          policy:
            checks:
              - check: custom
                name: \(name)
                good: \(query("accepted"))
                bad: \(query("failed"))
                atMost: {ratio: 1.25, points: 0.01}
      """, to: "analyze.yaml")
  }

  /// Payments of both versions, of which so many of the canary's fail at each scrape.
  private func payments(
    canaryFailures: Double, label: String = "destination_version", prefix: String = ""
  ) -> [ImportedSample] {
    [("v1", 9.0), ("v2", canaryFailures)].flatMap { version, failures in
      [("accepted", 900.0), ("failed", failures)].flatMap { outcome, growth in
        GateStage.counter(
          version, -60...630, labels: ["outcome": outcome, label: prefix + version],
          name: "payments_total"
        ) { _ in growth }
      }
    }
  }

  private func collect(_ samples: [ImportedSample]) async throws -> VictoriaMetricsServer {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(GateStage.steady(-60...630) + samples)
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 600)
    return metrics
  }

  private func sums() async throws -> String {
    try await stage.query(
      """
      SELECT check_name, name, sum(good), sum(bad), count(*)
      FROM custom_observation JOIN version ON version.id = version_id
      GROUP BY check_name, name ORDER BY check_name, name
      """)
  }

  @Test func `a canary whose events are as good is promoted, by each count to the event`()
    async throws
  {
    _ = try await collect(payments(canaryFailures: 9))
    let answer = try await stage.gate(at: 600)
    #expect(answer.status == 0)
    #expect(answer.reason.hasPrefix("shown to be no worse than tolerated: "))
    #expect(try await sums() == "payments|v1|36000|360|40\npayments|v2|36000|360|40\n")
  }

  @Test func `a canary whose events are worse is blocked, by the label that the profile names`()
    async throws
  {
    try write(name: "payments", by: "envoy_cluster_name", profile: "envoy")
    let requests = ["v1", "v2"].flatMap { version in
      GateStage.counter(
        version, -60...630,
        labels: [
          "envoy_cluster_name": "app-backend-\(version)", "envoy_response_code": "200",
        ], name: "envoy_cluster_upstream_rq"
      ) { _ in 90 }
    }
    _ = try await collect(
      requests
        + payments(canaryFailures: 60, label: "envoy_cluster_name", prefix: "app-backend-"))
    let answer = try await stage.gate(at: 600)
    #expect(answer.status == 1)
    #expect(answer.reason.hasPrefix("shown to be worse: "))
    #expect(try await sums() == "payments|v1|36000|360|40\npayments|v2|36000|2400|40\n")
  }

  @Test func `counts are read again until they are settled`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let samples = payments(canaryFailures: 9)
    let early = (GateStage.start + 300) * 1000
    try await metrics.importSamples(
      GateStage.steady(-60...630) + samples.filter { $0.timeMilliseconds <= early - 30_000 })
    let settle = ["--settle", "1m"]
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 300, settle[0], settle[1])
    #expect(try await sums() == "payments|v1|16200|162|18\npayments|v2|16200|162|18\n")
    try await metrics.importSamples(samples.filter { $0.timeMilliseconds <= early })
    try await stage.collect(from: metrics.address, at: 300, settle[0], settle[1])
    #expect(try await sums() == "payments|v1|18000|180|20\npayments|v2|18000|180|20\n")
  }

  @Test func `counts that had settled are corrected with a word, when they are read again`()
    async throws
  {
    let metrics = try await VictoriaMetricsServer.start()
    let samples = payments(canaryFailures: 9)
    let early = (GateStage.start + 300) * 1000
    try await metrics.importSamples(
      GateStage.steady(-60...630) + samples.filter { $0.timeMilliseconds <= early - 30_000 })
    try await stage.collect(from: metrics.address, at: 300)
    try await metrics.importSamples(samples.filter { $0.timeMilliseconds <= early })
    let again = try await stage.collect(from: metrics.address, at: 300, "--reread", "10m")
    #expect(
      again.errors.hasPrefix(
        "analyze: warning: 4 counts of checks of the policy's own in settled intervals were "
          + "corrected\n"), "\(again.errors)")
    #expect(try await sums() == "payments|v1|18000|180|20\npayments|v2|18000|180|20\n")
    let quiet = try await stage.collect(from: metrics.address, at: 300, "--reread", "10m")
    #expect(quiet.errors == "")
  }

  @Test func `a query that does not count is a mistake that names the check`() async throws {
    try write(name: "payments", function: "rate")
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(GateStage.steady(-60...630) + payments(canaryFailures: 10))
    let outcome = try await stage.collect(from: metrics.address, at: 600, expecting: 78)
    #expect(
      outcome.errors == """
        analyze: cannot count for the check payments of the policy: an increase of \
        0.6 is no whole number; check that the source is VictoriaMetrics (Prometheus \
        extrapolates) and that the metric is a plain counter; correct its queries

        """)
  }

  @Test func `a value that is no count leaves out its intervals of the check alone, on the record`()
    async throws
  {
    var samples = payments(canaryFailures: 9)
    let time = (GateStage.start + 300) * 1000
    let index = try #require(
      samples.firstIndex {
        $0.timeMilliseconds == time && $0.labels["outcome"] == "failed"
          && $0.labels["destination_version"] == "v2"
      })
    samples[index].value += 0.5
    let metrics = try await collect(samples)
    #expect(try await sums() == "payments|v1|34200|342|38\npayments|v2|34200|342|38\n")
    let gaps = "SELECT check_name, (end_at - start_at) / 1000, reason FROM custom_gap"
    let reason =
      "is no whole number; check that the source is VictoriaMetrics (Prometheus extrapolates) and "
      + "that the metric is a plain counter"
    #expect(
      try await stage.query(gaps)
        == "payments|15|an increase of 9.5 \(reason)\npayments|15|an increase of 8.5 \(reason)\n")
    #expect(try await stage.query("SELECT sum(requests) FROM response") == "4000\n")
    #expect(try await stage.gate(at: 600).status == 0)
    try await expectGapsShown()
    let quiet = try await stage.collect(from: metrics.address, at: 630)
    #expect(quiet.errors == "")
  }

  /// What the check could not count stands in every answer, and a replay says the same.
  private func expectGapsShown() async throws {
    let now = ["--now", ConservationTests.text(GateStage.start + 602)]
    func flat(_ arguments: String...) async throws -> String {
      let outcome = try await stage.program.run(arguments + now)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let gate = try await flat("gate")
    #expect(
      gate.contains(
        #/of the check payments 2 of \d+ judged intervals are left out, whose counts could not be trusted: an increase of 9\.5 /#
      ), "\(gate)")
    for format in ["text", "markdown", "html"] {
      let report = try await flat("report", "--format", format)
      #expect(
        report.contains("the check payments counts nothing from "), "\(format)")
    }
    let csv = try await flat("report", "--format", "csv", "--section", "custom_gaps")
    #expect(csv.contains("app-backend,payments,"))
    let json = try await flat("report", "--format", "json")
    #expect(json.components(separatedBy: #"plain counter", "check": "payments" }"#).count == 3)
    let audit = try await flat("audit")
    #expect(audit.contains("the check payments could count nothing: an increase of 9.5"))
    #expect(try await flat("audit", "replay", "2").contains("replayed: identical"))
  }

  @Test func `a query that no longer counts does not stop what else is counted`() async throws {
    let metrics = try await collect(payments(canaryFailures: 10))
    try write(name: "payments", function: "rate")
    let outcome = try await stage.collect(from: metrics.address, at: 630)
    #expect(
      outcome.errors == """
        analyze: warning: the check payments of the policy is left out of 2 intervals: an increase \
        of 0.6 is no whole number; check that the source is VictoriaMetrics (Prometheus \
        extrapolates) and that the metric is a plain counter; correct its queries

        """)
    #expect(try await stage.query("SELECT sum(requests) FROM response") == "4200\n")
  }

  @Test func `queries whose answers name no version are warned of`() async throws {
    try write(name: "payments", by: "outcome")
    let metrics = try await VictoriaMetricsServer.start()
    try stage.folder.write(
      try String(contentsOfFile: stage.folder.path("analyze.yaml"), encoding: .utf8)
        .replacing(",outcome=~{{versions}}", with: ""), to: "analyze.yaml")
    try await metrics.importSamples(GateStage.steady(-60...630) + payments(canaryFailures: 10))
    let outcome = try await stage.collect(from: metrics.address, at: 600)
    #expect(
      outcome.errors == """
        analyze: warning: the check payments of the policy counts nothing: none of the 2 series of \
        its queries names a version of the route in its label "destination_version"; group them by \
        it

        """)
  }

  @Test func `a check by another name begins from nothing`() async throws {
    let metrics = try await collect(payments(canaryFailures: 9))
    try write(name: "orders")
    let none = GateStage.Answer(
      status: 2, reason: "v2 has had no events in a judged interval yet")
    #expect(try await stage.gate(at: 600) == none)
    try await stage.collect(from: metrics.address, at: 630)
    #expect(
      try await sums() == """
        orders|v1|1800|18|2
        orders|v2|1800|18|2
        payments|v1|36000|360|40
        payments|v2|36000|360|40

        """)
    let answer = try await stage.gate(at: 630)
    #expect(answer.reason.contains("18 of 1,818 events"), "\(answer.reason)")
  }
}
