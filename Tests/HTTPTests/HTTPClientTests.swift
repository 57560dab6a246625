import HTTP
import TestSupport
import Testing

struct HTTPClientTests {
  @Test func `status, headers and body come back`() async throws {
    try await withFaultServer { _ in
      [.respond(404, headers: [("X-Kind", "one"), ("X-Kind", "two")], body: Array("gone".utf8))]
    } _: { server in
      let response = try await HTTPClient.direct().send(HTTPRequest(url: server.url + "/a?b=c"))
      #expect(response.status == 404)
      #expect(response.text == "gone")
      #expect(response.headers["x-kind"] == "one")
      #expect(response.headers.values(of: "X-KIND") == ["one", "two"])
      #expect(response.redirectTarget == nil)
    }
  }

  @Test func `what is asked arrives as it was written`() async throws {
    try await withFaultServer { _ in
      [.respond()]
    } _: { server in
      let request = HTTPRequest(
        method: "POST", url: server.url + "/a%20b?q=1%2B2", headers: ["X-Empty": "", "X-One": "1"],
        authorization: .bearer(Secret("token")), body: Array("text".utf8))
      _ = try await HTTPClient.direct().send(request)
      let received = try #require(server.requests.first)
      #expect(received.method == "POST")
      #expect(received.target == "/a%20b?q=1%2B2")
      #expect(received.body == Array("text".utf8))
      #expect(received.headers["x-one"] == "1")
      #expect(received.headers["x-empty"] == "")
      #expect(received.headers["authorization"] == "Bearer token")
      #expect(received.headers["user-agent"] == "tester/1")
      #expect(received.headers["accept-encoding"] == "gzip")
      #expect(received.headers["content-type"] == nil)
      #expect(received.headers["expect"] == nil)
    }
  }

  @Test(arguments: ["POST", "PUT", "PATCH"])
  func `a method that has a body sends an empty one where none is given`(
    method: String
  ) async throws {
    try await withFaultServer { _ in
      [.respond(text: "done")]
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(method: method, url: server.url))
      #expect(response.text == "done")
      #expect(server.requests.map(\.method) == [method])
      #expect(server.requests.first?.headers["content-length"] == "0")
    }
  }

  @Test func `HEAD waits for no body`() async throws {
    try await withFaultServer { _ in
      [.respond(headers: [("Content-Encoding", "gzip")], statedByteCount: 1000)]
    } _: { server in
      let response = try await HTTPClient.direct().send(
        HTTPRequest(method: "HEAD", url: server.url))
      #expect(response.headers["Content-Length"] == "1000")
      #expect(response.body.isEmpty)
    }
  }

  @Test func `a user and a password go out as basic authorization`() async throws {
    try await withFaultServer { _ in
      [.respond()]
    } _: { server in
      let authorization = HTTPAuthorization.basic(user: "reader", password: Secret("pa:ss"))
      _ = try await HTTPClient.direct().send(
        HTTPRequest(url: server.url, authorization: authorization))
      #expect(server.requests.first?.headers["authorization"] == "Basic cmVhZGVyOnBhOnNz")
    }
  }

  @Test func `an interim answer is passed over`() async throws {
    try await withFaultServer { _ in
      [
        .send(text: "HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n"), .respond(text: "final"),
      ]
    } _: { server in
      let response = try await HTTPClient.direct().send(HTTPRequest(url: server.url))
      #expect(response.status == 200)
      #expect(response.headers["X-Early"] == nil)
      #expect(response.text == "final")
    }
  }

  @Test func `a redirect is returned and its target never asked`() async throws {
    try await withFaultServer { _ in
      [.respond(text: "secret taken")]
    } _: { other in
      let target = other.url.replacing("http://", with: "http://user:password@") + "/x?token=1"
      try await withFaultServer { _ in
        [.respond(302, headers: [("Location", target)])]
      } _: {
        server in
        let response = try await HTTPClient.direct().send(
          HTTPRequest(url: server.url, authorization: .bearer(Secret("token"))))
        #expect(response.status == 302)
        #expect(response.redirectTarget == other.url + "/x")
        #expect(other.connectionCount == 0)
      }
    }
  }

  @Test func `fifty requests at once share a few connections`() async throws {
    try await withFaultServer { request in
      [.respond(text: request.target)]
    } _: { server in
      let client = HTTPClient.direct(maximumConnectionsPerHost: 4)
      let url = server.url
      let bodies = try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<50 {
          group.addTask { try await client.send(HTTPRequest(url: "\(url)/\(number)")).text }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(bodies == Set((0..<50).map { "/\($0)" }))
      #expect(server.requests.count == 50)
      #expect((1...4).contains(server.connectionCount))
    }
  }

  @Test func `requests one after the other use one connection`() async throws {
    try await withFaultServer { _ in
      [.respond(text: "done")]
    } _: { server in
      let client = HTTPClient.direct()
      for _ in 0..<5 { _ = try await client.send(HTTPRequest(url: server.url)) }
      #expect(server.requests.map(\.connection) == [0, 0, 0, 0, 0])
    }
  }

  @Test func `requests at once use the connections of those before them`() async throws {
    try await withFaultServer { request in
      // One after the other, so that few are under way when the last connection falls free.
      [.wait(.milliseconds(200 + 30 * (request.number % 8))), .respond(text: "done")]
    } _: { server in
      let client = HTTPClient.direct(maximumConnectionsPerHost: 8)
      let url = server.url
      for _ in 0..<2 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<8 { group.addTask { _ = try await client.send(HTTPRequest(url: url)) } }
          try await group.waitForAll()
        }
      }
      #expect(server.connectionCount == 8)
    }
  }

  @Test func `waiting for a connection in use does not count as failing to connect`() async throws {
    try await withFaultServer { _ in
      [.wait(.milliseconds(400)), .respond(text: "done")]
    } _: { server in
      let client = HTTPClient.direct(
        connectTimeout: .milliseconds(250), maximumConnectionsPerHost: 1)
      let request = HTTPRequest(url: server.url)
      async let first = client.send(request)
      async let second = client.send(request)
      async let third = client.send(request)
      let texts = try await [first.text, second.text, third.text]
      #expect(texts == ["done", "done", "done"])
    }
  }

  @Test func `cancelling the task ends the exchange`() async throws {
    try await withFaultServer { _ in
      [.waitForHangUp]
    } _: { server in
      let client = HTTPClient.direct()
      let request = HTTPRequest(url: server.url)
      let task = Task { try await client.send(request) }
      #expect(await eventually { server.requests.count == 1 })
      task.cancel()
      await #expect(throws: HTTPError.cancelled(url: server.url)) { try await task.value }
      #expect(await eventually { server.hangUpCount == 1 })
      // The client itself goes on.
      #expect(server.openConnectionCount == 0)
    }
  }

  @Test func `a task that is already cancelled sends nothing`() async throws {
    try await withFaultServer { _ in
      [.respond()]
    } _: { server in
      let client = HTTPClient.direct()
      let request = HTTPRequest(url: server.url)
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await client.send(request)
      }
      task.cancel()
      await #expect(throws: HTTPError.cancelled(url: server.url)) { try await task.value }
      #expect(server.connectionCount == 0)
    }
  }

  @Test func `letting go of the client closes its connections`() async throws {
    try await withFaultServer { _ in
      [.respond()]
    } _: { server in
      var client: HTTPClient? = HTTPClient.direct()
      _ = try await client?.send(HTTPRequest(url: server.url))
      #expect(server.openConnectionCount == 1)
      client = nil
      #expect(await eventually { server.openConnectionCount == 0 })
    }
  }

  @Test func `a proxy is asked instead of the host`() async throws {
    try await withFaultServer { _ in
      [.respond(text: "by proxy")]
    } _: { proxy in
      let client = HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret(proxy.url)))
      let response = try await client.send(HTTPRequest(url: "http://vm.invalid:8428/path"))
      #expect(response.text == "by proxy")
      #expect(proxy.requests.first?.target == "http://vm.invalid:8428/path")
    }
  }
}
