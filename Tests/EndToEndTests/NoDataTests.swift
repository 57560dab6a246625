import Foundation
import TestSupport
import Testing

/// Each kind of no data, from a real VictoriaMetrics to the gate's answer.
@Suite(.replaysDecisions) struct NoDataTests {
  private let stage: GateStage

  init() throws {
    stage = try GateStage()
  }

  /// What the gate answers ten minutes into a rollout with these samples.
  private func answer(
    to samples: [ImportedSample]
  ) async throws -> GateStage.Answer {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(samples)
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 585)
    try await stage.collect(from: metrics.address, at: 600)
    return try await stage.gate(at: 600)
  }

  @Test func `no requests: the counters are there and stand still`() async throws {
    let samples = ["v1", "v2"].flatMap { GateStage.counter($0, -60...600) { _ in 0 } }
    let expected = GateStage.Answer(
      status: 3,
      reason:
        "no requests: none was counted since the rollout began; check that traffic reaches the "
        + "service")
    #expect(try await answer(to: samples) == expected)
  }

  @Test func `no requests for a while are no gap`() async throws {
    let samples = [("v1", 90.0), ("v2", 10.0)].flatMap { version, growth in
      GateStage.counter(version, -60...600) { $0 < 180 ? growth : 0 }
    }
    let answer = try await answer(to: samples)
    #expect(answer.status == 2)
    #expect(answer.reason.hasPrefix("not decided yet: "))
    #expect(try await stage.query("SELECT count(*) FROM source_finding") == "0\n")
  }

  @Test func `series absent: a version had no request yet, until it has`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(GateStage.counter("v1", -60...600) { _ in 90 })
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 300)
    let absent = GateStage.Answer(
      status: 3,
      reason: "series absent: v2 holds 10 % of the weight, but no series counts requests to it; "
        + "there is none before its first request: send it some, or check that its pods are ready "
        + "and carry the version label")
    #expect(try await stage.gate(at: 300) == absent)
    // A run that has nothing to ask for finds nothing out, and nothing better either.
    try await stage.collect(from: metrics.address, at: 305)
    #expect(try await stage.gate(at: 305) == absent)
    try await metrics.importSamples(GateStage.counter("v2", 315...600) { _ in 10 })
    try await stage.collect(from: metrics.address, at: 360)
    #expect(try await stage.gate(at: 360).status == 2)
  }

  @Test func `scrape gap: a version's samples end`() async throws {
    let samples =
      GateStage.counter("v1", -60...600) { _ in 90 }
      + GateStage.counter("v2", -60...300) { _ in 10 }
    let expected = GateStage.Answer(
      status: 3,
      reason: "scrape gap: the series that count requests to v2 had no sample of late; check that "
        + "the proxies run and are scraped (one that began anew has no series before its first "
        + "request)")
    #expect(try await answer(to: samples) == expected)
  }

  @Test func `scrape gap: it is found after a long pause of the collector, too`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(
      GateStage.counter("v1", -60...600) { _ in 90 }
        + GateStage.counter("v2", -60...300) { _ in 10 }
    )
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 600)
    #expect(try await stage.gate(at: 600).reason.hasPrefix("scrape gap: the series that count "))
  }

  @Test func `scrape gap: the samples of all versions end`() async throws {
    let expected = GateStage.Answer(
      status: 3,
      reason:
        "scrape gap: no series of any version had a sample of late; check that the proxies run "
        + "and are scraped")
    #expect(try await answer(to: GateStage.steady(-60...300)) == expected)
  }

  @Test func `intervals shorter than scrapes are apart, and a scrape that was missed, are no gap`()
    async throws
  {
    var stage = stage
    stage.stepSeconds = 5
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(
      GateStage.steady(-120...240).filter {
        $0.timeMilliseconds != (GateStage.start + 60) * 1000
      })
    for second in stride(from: Int64(0), through: 120, by: 5) {
      try await stage.collect(from: metrics.address, at: second)
    }
    #expect(try await stage.query("SELECT count(*) FROM source_finding") == "0\n")
    #expect(
      try await stage.query(
        "SELECT count(*), sum(requests) FROM response JOIN version ON "
          + "version.id = version_id WHERE name = 'v1'") == "7|720\n")
  }

  @Test func `selector empty: the series are another service's`() async throws {
    let samples = ["v1", "v2"].flatMap {
      GateStage.counter($0, -60...600, labels: ["destination_service_name": "other"]) { _ in 9 }
    }
    let expected = GateStage.Answer(
      status: 3,
      reason: "selector empty: no series counts requests to app-backend.istio; check the target's "
        + "profile and that the proxies are scraped (\"analyze doctor\")")
    #expect(try await answer(to: samples) == expected)
  }

  @Test func `same series twice: the subsets have the same label`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(GateStage.steady(-60...600))
    try await stage.collect(from: metrics.address, at: 0)
    try await stage.collect(from: metrics.address, at: 300)
    try stage.folder.write(
      ConservationTests.manifest + """

        ---
        kind: DestinationRule
        metadata: {name: app-backend, namespace: istio}
        spec:
          host: app-backend
          subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v1}}]
        """, to: "vs.yaml")
    try await stage.collect(from: metrics.address, at: 360, expecting: 78)
    let answer = try await stage.gate(at: 360)
    #expect(answer.status == 3)
    #expect(
      answer.reason == """
        same series twice: the collector's run of 2026-11-24T08:06:01Z failed: cannot judge \
        VirtualService istio/app-backend: two destinations of its route stand for version "v1", \
        whose requests cannot be told apart; check the labels of the DestinationRule's subsets
        """)
  }

  @Test func `same series twice: the profile's label is the same for both versions`() async throws {
    try stage.folder.write(
      """
      targets:
        - name: app-backend
          virtualService: istio/app-backend
          profile:
            requests: >-
              sum by (envoy_cluster_name, envoy_response_code)
              (increase(envoy_cluster_upstream_rq{envoy_cluster_name=~{{versions}}}[{{step}}]))
            labels: {version: envoy_cluster_name, responseCode: envoy_response_code}
            versionLabelValue: "{{host}}"
            reporter: source
      """, to: "analyze.yaml")
    let answer = try await answer(
      to: GateStage.counter(
        "v1", -60...600,
        labels: ["envoy_cluster_name": "app-backend", "envoy_response_code": "200"],
        name: "envoy_cluster_upstream_rq"
      ) { _ in 90 })
    #expect(answer.status == 3)
    #expect(
      answer.reason == """
        same series twice: v1 and v2 are counted by the same series, so that they cannot be told \
        apart; correct versionLabelValue of the target's profile
        """)
  }
}
