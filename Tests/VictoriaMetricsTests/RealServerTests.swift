import Foundation
import HTTP
import TestSupport
import Testing
import VictoriaMetrics

/// Questions to a real VictoriaMetrics.
struct RealServerTests {
  private static let time: Int64 = 1_700_000_040

  @Test func `a real server answers with vectors, scalars, matrices and refusals`() async throws {
    let server = try await VictoriaMetricsServer.start()
    defer { server.stop() }
    try await server.importSamples(
      ["v1", "v2"].flatMap { version in
        (0...8).map { number in
          ImportedSample(
            "requests_total", ["version": version], value: Double(number * 10),
            timeMilliseconds: (Self.time + Int64(number) * 15) * 1000)
        }
      })
    let client = VictoriaMetricsClient(connection: try direct(server.baseURL.absoluteString))
    let end = Self.time + 120

    let vector = try await client.instantQuery("requests_total", atSeconds: end)
    #expect(Set(vector.map { $0.labels["version"] }) == ["v1", "v2"])
    #expect(vector.map(\.value) == ["80", "80"])
    #expect(vector.map(\.millisecondsSince1970) == [end * 1000, end * 1000])

    let scalar = try await client.instantQuery("1/0", atSeconds: end)
    #expect(
      scalar == [InstantSample(labels: [:], millisecondsSince1970: end * 1000, value: "+Inf")])

    #expect(try await client.seriesCount(matching: "{version!=\"\"}", atSeconds: end) == 2)
    #expect(try await client.seriesCount(matching: "nothing_total", atSeconds: end) == 0)
    #expect(try await client.buildInformation() == nil)
    try await checkMatrix(client, end: end)
    try await checkRefusals(client, server: server.baseURL.absoluteString, end: end)
  }

  private func checkMatrix(_ client: VictoriaMetricsClient, end: Int64) async throws {
    let matrix = try await client.queryRange(
      "sum by (version) (increase(requests_total[60s]))", startSeconds: Self.time + 60,
      endSeconds: end, stepSeconds: 60)
    let expected = ["v1", "v2"].map { version in
      RangeSeries(
        labels: ["version": version],
        samples: [60, 120].map {
          RangeSample(millisecondsSince1970: (Self.time + $0) * 1000, value: "40")
        })
    }
    #expect(
      matrix.sorted { ($0.labels["version"] ?? "") < ($1.labels["version"] ?? "") } == expected)

    let counts = try await client.queryRange(
      "requests_total", startSeconds: Self.time, endSeconds: end, stepSeconds: 15, into: 0
    ) { $0 += $1.samples.count }
    #expect(counts == 18)
  }

  private func checkRefusals(
    _ client: VictoriaMetricsClient, server: String, end: Int64
  ) async throws {
    let refusal = await #expect(throws: VictoriaMetricsError.self) {
      try await client.instantQuery("ratee(requests_total[5m])", atSeconds: end)
    }
    guard case .refused(server, status: 422, let message) = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(message.hasSuffix("unknown func \"ratee\""))
    let matrix = await #expect(throws: VictoriaMetricsError.self) {
      try await client.instantQuery("requests_total[1m]", atSeconds: end)
    }
    #expect(matrix?.description.contains("not one of its query API") == true)
  }
}
