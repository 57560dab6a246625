import HTTP
import TestSupport
import Testing

/// What goes wrong on the way, and what the caller is told.
struct HTTPFaultTests {
  private func failure(
    of steps: [FaultServer.Step], deadline: Duration = .seconds(20),
    maximumResponseBytes: Int = 1024 * 1024
  ) async throws -> HTTPError? {
    try await withFaultServer { _ in
      steps
    } _: { server in
      let request = HTTPRequest(
        url: server.url + "/path?query", deadline: deadline,
        maximumResponseBytes: maximumResponseBytes)
      return await #expect(throws: HTTPError.self) {
        try await HTTPClient.direct().send(request)
      }
    }
  }

  private func isTruncated(_ error: HTTPError?) -> Bool {
    if case .truncated = error { true } else { false }
  }

  private func isConnectionLost(_ error: HTTPError?) -> Bool {
    if case .connectionLost = error { true } else { false }
  }

  private func isProtocolError(_ error: HTTPError?) -> Bool {
    if case .protocolError = error { true } else { false }
  }

  @Test func `nobody listens`() async throws {
    let server = try FaultServer { _ in [] }
    server.stop()
    await #expect(
      throws: HTTPError.cannotConnect(origin: server.url, reason: "connection refused")
    ) { try await HTTPClient.direct().send(HTTPRequest(url: server.url + "/path?query")) }
  }

  @Test func `a host without an address`() async throws {
    await #expect(
      throws: HTTPError.cannotResolve(origin: "http://vm.invalid:8428", host: "vm.invalid")
    ) { try await HTTPClient.direct().send(HTTPRequest(url: "http://vm.invalid:8428/path")) }
  }

  @Test func `no answer before the deadline`() async throws {
    try await withFaultServer { _ in
      [.waitForHangUp]
    } _: { server in
      let request = HTTPRequest(url: server.url + "/path?query", deadline: .seconds(2))
      await #expect(
        throws: HTTPError.timedOut(url: server.url + "/path", after: .seconds(2))
      ) { try await HTTPClient.direct().send(request) }
      #expect(await eventually { server.hangUpCount == 1 })
    }
  }

  @Test func `an answer that goes on past the deadline`() async throws {
    let error = try await failure(
      of: [.startChunked(), .chunk([1]), .waitForHangUp], deadline: .milliseconds(80))
    #expect(error?.isTransient == false)
    guard case .timedOut = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a server that lets the handshake hang`() async throws {
    try await withFaultServer { _ in
      []
    } _: { server in
      let origin = server.url.replacing("http:", with: "https:")
      await #expect(
        throws: HTTPError.cannotConnect(origin: origin, reason: "no connection within 0.08 s")
      ) {
        try await HTTPClient.direct(connectTimeout: .milliseconds(80)).send(
          HTTPRequest(url: origin))
      }
    }
  }

  @Test func `a connection that is reset before the answer`() async throws {
    #expect(isConnectionLost(try await failure(of: [.reset])))
  }

  @Test func `a connection that is closed before the answer`() async throws {
    #expect(isConnectionLost(try await failure(of: [.close])))
  }

  @Test func `a connection that is reset within the body`() async throws {
    let error = try await failure(
      of: [.respond(body: [1, 2], statedByteCount: 9), .wait(.milliseconds(50)), .reset])
    #expect(isConnectionLost(error))
  }

  @Test func `a body shorter than its stated length`() async throws {
    #expect(
      isTruncated(try await failure(of: [.respond(body: [1, 2], statedByteCount: 9), .close])))
  }

  @Test func `chunks that end without the last one`() async throws {
    #expect(isTruncated(try await failure(of: [.startChunked(), .chunk([1, 2]), .close])))
  }

  @Test func `a chunk that is cut short`() async throws {
    #expect(
      isTruncated(try await failure(of: [.startChunked(), .send(text: "9\r\nabc"), .close])))
  }

  @Test func `a chunk without a length`() async throws {
    #expect(
      isProtocolError(
        try await failure(of: [.startChunked(), .send(text: "xyz\r\nabc\r\n"), .close])))
  }

  @Test func `a header that is cut short`() async throws {
    let error = try await failure(of: [.send(text: "HTTP/1.1 200 OK\r\nContent-Le"), .close])
    #expect(error != nil)
  }

  @Test func `something that is not HTTP`() async throws {
    let error = try await failure(of: [.send(text: "SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close])
    guard case .protocolError(_, reason: "the answer is not HTTP") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a header without end`() async throws {
    let error = try await failure(of: [
      .send(text: "HTTP/1.1 200 OK\r\n"),
      .sendEndlessly(Array("X: \(String(repeating: "y", count: 1000))\r\n".utf8)),
    ])
    #expect(isProtocolError(error))
  }

  @Test func `a response larger than the limit is refused while it comes`() async throws {
    let error = try await failure(
      of: [.startChunked(), .endlessChunks([UInt8](repeating: 7, count: 1024))],
      maximumResponseBytes: 10_000)
    guard case .tooLarge(_, limitBytes: 10_000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a response as large as the limit is accepted`() async throws {
    try await withFaultServer { _ in
      [.respond(body: [1, 2, 3])]
    } _: { server in
      let request = HTTPRequest(url: server.url, maximumResponseBytes: 3)
      let response = try await HTTPClient.direct().send(request)
      #expect(response.body == [1, 2, 3])
    }
  }

  @Test func `a proxy that refuses`() async throws {
    try await withFaultServer { _ in
      [.respond(407)]
    } _: { proxy in
      let client = HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret(proxy.url)))
      await #expect(
        throws: HTTPError.refusedByProxy(
          origin: "https://vm.invalid", proxy: proxy.url, status: 407)
      ) { try await client.send(HTTPRequest(url: "https://vm.invalid/path")) }
      #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }
  }

  @Test(arguments: [
    HTTPRequest(method: "GE T", url: "http://127.0.0.1:1"),
    HTTPRequest(url: "http://127.0.0.1:1", headers: ["X": "a\r\nY: b"]),
    HTTPRequest(url: "http://127.0.0.1:1", headers: ["X: y": "a"]),
    HTTPRequest(url: "http://127.0.0.1:1", authorization: .bearer(Secret("a\nb"))),
  ])
  func `what could smuggle in a header is not sent`(request: HTTPRequest) async throws {
    let error = await #expect(throws: HTTPError.self) {
      try await HTTPClient.direct().send(request)
    }
    guard case .invalidRequest = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
