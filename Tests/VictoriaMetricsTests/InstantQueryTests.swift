import HTTP
import TestSupport
import Testing
import VictoriaMetrics

struct InstantQueryTests {
  private func answer<Value>(
    to steps: [FaultServer.Step], _ ask: (VictoriaMetricsClient) async throws -> Value
  ) async throws -> (value: Value, request: FaultServer.Request) {
    try await withFaultServer { _ in
      steps
    } _: { server in
      let value = try await ask(VictoriaMetricsClient(connection: direct(server.url)))
      return (value, try #require(server.requests.first))
    }
  }

  private func problem(of steps: [FaultServer.Step]) async throws -> String {
    let error = try await #require(throws: VictoriaMetricsError.self) {
      try await answer(to: steps) { try await $0.seriesCount(matching: "up", atSeconds: 60) }
    }
    guard case .unreadable(_, let reason) = error else { return "\(error)" }
    return reason
  }

  @Test func `a query at one time goes past the cache`() async throws {
    let (samples, request) = try await answer(
      to: [.vector(#"[{"metric":{"a":"b"},"value":[60,"1.5"]},{"metric":{},"value":[60,"NaN"]}]"#)]
    ) { try await $0.instantQuery("up{a=\"b\"}", atSeconds: 60) }
    #expect(
      samples == [
        InstantSample(labels: ["a": "b"], millisecondsSince1970: 60_000, value: "1.5"),
        InstantSample(labels: [:], millisecondsSince1970: 60_000, value: "NaN"),
      ])
    #expect(request.target == "/api/v1/query")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "query=up%7Ba%3D%22b%22%7D&time=60&nocache=1")
  }

  @Test func `a scalar is a sample without labels`() async throws {
    let text = #"{"status":"success","data":{"resultType":"scalar","result":[60,"2"]}}"#
    let (samples, _) = try await answer(to: [.respond(text: text)]) {
      try await $0.instantQuery("2", atSeconds: 60)
    }
    #expect(
      samples == [InstantSample(labels: [:], millisecondsSince1970: 60_000, value: "2")])
  }

  @Test func `the series of a selector are counted`() async throws {
    let (count, request) = try await answer(to: [.vector(#"[{"metric":{},"value":[60,"12"]}]"#)]) {
      try await $0.seriesCount(matching: "{a=\"b\"}", atSeconds: 60)
    }
    #expect(count == 12)
    #expect(
      String(decoding: request.body, as: UTF8.self).hasPrefix(
        "query=count%28%7Ba%3D%22b%22%7D%29&"))
    let (none, _) = try await answer(to: [.vector("[]")]) {
      try await $0.seriesCount(matching: "up", atSeconds: 60)
    }
    #expect(none == 0)
  }

  @Test func `what is no count is refused`() async throws {
    #expect(try await problem(of: [.noSeries]) == "no vector or scalar of values")
    #expect(
      try await problem(of: [.vector(#"[{"metric":{},"value":[60,"NaN"]}]"#)])
        == #"no count but "NaN""#)
  }

  @Test(
    arguments: [
      (#"{"status":"success","data":{}}"#, nil),
      (#"{"status":"success","data":{"version":"2.24.0"}}"#, "2.24.0"),
    ] as [(String, String?)])
  func `the version is told where the server names one`(
    text: String, version: String?
  ) async throws {
    let (answer, request) = try await answer(to: [.respond(text: text)]) {
      try await $0.buildInformation()
    }
    #expect(answer == version)
    #expect(request.method == "GET")
    #expect(request.target == "/api/v1/status/buildinfo")
  }

  @Test(
    arguments: [
      "<html>", #"{"status":"error","data":{}}"#, #"{"status":"success"}"#,
      String(repeating: "x", count: 70_000),
    ])
  func `what is no build information is refused`(text: String) async throws {
    let error = try await #require(throws: VictoriaMetricsError.self) {
      try await answer(to: [.respond(text: text)]) { try await $0.buildInformation() }
    }
    guard case .unreadable(_, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(reason.hasPrefix("\"\(text.prefix(199))"))
  }
}
