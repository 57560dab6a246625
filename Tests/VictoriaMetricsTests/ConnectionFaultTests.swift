import HTTP
import TestSupport
import Testing
import VictoriaMetrics

/// What goes wrong on the way to an answer.
struct ConnectionFaultTests {
  @Test(arguments: [429, 502, 503, 504])
  func `a passing fault is tried again`(status: Int) async throws {
    try await withFaultServer { request in
      request.number < 2 ? [.respond(status)] : [.noSeries]
    } _: { server in
      let outcome = try await direct(server.url).outcome()
      #expect(outcome == .success([]))
      #expect(server.requests.count == 3)
      #expect(Set(server.requests.map(\.body)).count == 1)
    }
  }

  @Test(arguments: [400, 401, 403, 404, 422, 500])
  func `a fault that stays is told at once`(status: Int) async throws {
    try await withFaultServer { _ in
      [.respond(status, text: "no")]
    } _: { server in
      let outcome = try await direct(server.url).outcome()
      #expect(outcome == .failure(.refused(server: server.url, status: status, message: "no")))
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a connection that breaks is tried again`() async throws {
    try await withFaultServer { request in
      switch request.number {
      case 0: [.reset]
      case 1: [.respond(body: Array(#"{"status""#.utf8), statedByteCount: 70), .close]
      default: [.noSeries]
      }
    } _: { server in
      let outcome = try await direct(server.url).outcome()
      #expect(outcome == .success([]))
      #expect(server.requests.count == 3)
    }
  }

  @Test func `what an attempt kept does not outlive it`() async throws {
    let series =
      #"{"status":"success","data":{"resultType":"matrix","result":["#
      + #"{"metric":{"a":"b"},"values":[]}"#
    try await withFaultServer { request in
      request.number == 0
        ? [.respond(body: Array(series.utf8), statedByteCount: 999), .close]
        : [.respond(text: series + "]}}")]
    } _: { server in
      let series = try await direct(server.url).outcome().get()
      #expect(series == [RangeSeries(labels: ["a": "b"], samples: [])])
    }
  }

  @Test func `a pause that the server asks for is kept within the total deadline`() async throws {
    try await withFaultServer { request in
      [.respond(429, headers: [("Retry-After", request.number == 0 ? "0" : "3600")])]
    } _: { server in
      let outcome = try await direct(server.url).outcome()
      #expect(outcome == .failure(.refused(server: server.url, status: 429, message: "nothing")))
      #expect(server.requests.count == 2)
    }
  }

  @Test func `an answer later than the deadline of a request`() async throws {
    try await withFaultServer { _ in
      [.startChunked(), .chunk(Array("{".utf8)), .waitForHangUp]
    } _: { server in
      var connection = try direct(server.url)
      connection.requestDeadline = .milliseconds(100)
      let url = server.url + "/api/v1/query_range"
      #expect(
        await connection.outcome()
          == .failure(.unreachable(.timedOut(url: url, after: .milliseconds(100)))))
      #expect(server.requests.count == 1)
    }
  }

  @Test func `the deadline of the whole call holds for a single request too`() async throws {
    try await withFaultServer { _ in
      [.waitForHangUp]
    } _: { server in
      var connection = try direct(server.url)
      connection.totalDeadline = .milliseconds(100)
      let url = server.url + "/api/v1/query_range"
      #expect(
        await connection.outcome()
          == .failure(.unreachable(.timedOut(url: url, after: .milliseconds(100)))))
    }
  }

  @Test func `cancelling ends a pause`() async throws {
    try await withFaultServer { _ in
      [.respond(503, headers: [("Retry-After", "20")])]
    } _: { server in
      let connection = try direct(server.url)
      let task = Task { await connection.outcome() }
      #expect(await eventually { server.requests.count == 1 })
      task.cancel()
      let url = server.url + "/api/v1/query_range"
      #expect(await task.value == .failure(.unreachable(.cancelled(url: url))))
    }
  }

  @Test(arguments: [301, 302, 307, 308])
  func `a redirect takes no credentials to another host`(status: Int) async throws {
    try await withFaultServer { _ in
      [.noSeries]
    } _: { other in
      let target = other.url.replacing("http://", with: "http://user:hidden@") + "/x?token=hidden"
      try await withFaultServer { _ in
        [.respond(status, headers: [("Location", target)])]
      } _: { server in
        let outcome = try await direct(server.url, .bearer(.text(Secret("hidden")))).outcome()
        #expect(outcome == .failure(.redirected(server: server.url, to: other.url + "/x")))
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer hidden"])
        #expect(other.connectionCount == 0)
      }
    }
  }
}
