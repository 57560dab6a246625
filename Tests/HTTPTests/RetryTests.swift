import TestSupport
import Testing

@testable import HTTP

struct RetryTests {
  private let atOnce = RetryPolicy(jitter: { 0 })

  @Test(arguments: [429, 502, 503, 504])
  func `a passing fault is tried again`(status: Int) async throws {
    try await withFaultServer { request in
      request.number < 2 ? [.respond(status)] : [.respond(text: "at last")]
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(url: server.url), retrying: atOnce)
      #expect(response.text == "at last")
      #expect(server.requests.count == 3)
    }
  }

  @Test(arguments: [200, 302, 400, 401, 404, 422, 500])
  func `an answer that stays the same is not asked for again`(status: Int) async throws {
    try await withFaultServer { _ in
      [.respond(status)]
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(url: server.url), retrying: atOnce)
      #expect(response.status == status)
      #expect(server.requests.count == 1)
    }
  }

  @Test func `the last answer is given when the attempts are used up`() async throws {
    try await withFaultServer { _ in
      [.respond(503, text: "busy")]
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(url: server.url), retrying: atOnce)
      #expect(response.status == 503)
      #expect(response.text == "busy")
      #expect(server.requests.count == 3)
    }
  }

  @Test func `a connection that is lost is tried again`() async throws {
    try await withFaultServer { request in
      switch request.number {
      case 0: [.reset]
      case 1: [.respond(body: [1], statedByteCount: 2), .close]
      default: [.respond(text: "at last")]
      }
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(url: server.url), retrying: atOnce)
      #expect(response.text == "at last")
    }
  }

  @Test func `the last error is given when the attempts are used up`() async throws {
    let server = try FaultServer { _ in [] }
    server.stop()
    await #expect(
      throws: HTTPError.cannotConnect(origin: server.url, reason: "connection refused")
    ) { try await HTTPClient.direct().send(HTTPRequest(url: server.url), retrying: atOnce) }
  }

  @Test func `a pause that the server asks for is kept within the deadline`() async throws {
    try await withFaultServer { request in
      request.number == 0
        ? [.respond(429, headers: [("Retry-After", "0")])]
        : [.respond(429, headers: [("Retry-After", "3600")])]
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(url: server.url), retrying: RetryPolicy(attempts: 9, jitter: { 0 }))
      #expect(response.status == 429)
      #expect(server.requests.count == 2)
    }
  }

  @Test func `all attempts together have one deadline`() async throws {
    // On a busy machine the deadline may pass before the second attempt is sent: the first answer
    // is then given, and there is nothing to see. Some try is quick enough.
    for _ in 0..<20 {
      let outcome = try await withFaultServer { request in
        request.number == 0 ? [.respond(503)] : [.waitForHangUp]
      } _: { server -> (error: HTTPError?, url: String) in
        let request = HTTPRequest(url: server.url, deadline: .seconds(1))
        do throws(HTTPError) {
          #expect(try await HTTPClient.direct().send(request, retrying: atOnce).status == 503)
          return (nil, server.url)
        } catch {
          return (error, server.url)
        }
      }
      guard let error = outcome.error else { continue }
      #expect(error == .timedOut(url: outcome.url, after: .seconds(1)))
      return
    }
    Issue.record("no try reached its second attempt")
  }

  @Test func `cancelling ends a pause`() async throws {
    try await withFaultServer { _ in
      [.respond(503, headers: [("Retry-After", "20")])]
    } _: { server in
      let client = HTTPClient.direct()
      let request = HTTPRequest(url: server.url)
      let policy = atOnce
      let task = Task { try await client.send(request, retrying: policy) }
      #expect(await eventually { server.requests.count == 1 })
      task.cancel()
      await #expect(throws: HTTPError.cancelled(url: server.url)) { try await task.value }
    }
  }

  @Test func `pauses double up to a limit and are never shorter than asked for`() {
    let policy = RetryPolicy(
      baseDelay: .milliseconds(100), maximumDelay: .milliseconds(350), jitter: { 1 })
    let delays = (1...4).map { policy.delay(afterAttempt: $0) }
    #expect(
      delays == [.milliseconds(100), .milliseconds(200), .milliseconds(350), .milliseconds(350)])
    #expect(policy.delay(afterAttempt: 1, retryAfter: .seconds(3)) == .seconds(3))
    #expect(policy.delay(afterAttempt: 1000) == .milliseconds(350))
    #expect(atOnce.delay(afterAttempt: 3) == .zero)
  }

  @Test(
    arguments: [
      ("7", nil, .seconds(7)), ("0", nil, .zero), ("-1", nil, nil), ("soon", nil, nil),
      ("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", .seconds(30)),
      ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:30 GMT", .zero),
      ("Wed, 21 Oct 2015 07:28:30 GMT", nil, nil),
    ] as [(String, String?, Duration?)])
  func `Retry-After is seconds or a date`(text: String, date: String?, expected: Duration?) {
    var headers: HTTPHeaders = ["retry-after": text]
    headers["Date"] = date
    #expect(headers.retryAfter == expected)
  }
}
