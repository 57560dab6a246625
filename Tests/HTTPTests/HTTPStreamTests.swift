import TestSupport
import Testing

@testable import HTTP

struct HTTPStreamTests {
  private let block = [UInt8](repeating: 42, count: 64 * 1024)

  @Test func `chunks come before the body is complete`() async throws {
    try await withFaultServer { _ in
      [.startChunked(), .chunk(Array("first".utf8)), .waitForHangUp]
    } _: { server in
      let response = try await HTTPClient.direct().stream(HTTPRequest(url: server.url))
      #expect(response.status == 200)
      #expect(response.headers["Transfer-Encoding"] == "chunked")
      var chunks = response.body.makeAsyncIterator()
      #expect(try await chunks.next() == Array("first".utf8))
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [false, true])
  func `the server waits for a slow reader and nothing is lost`(inGzip: Bool) async throws {
    let total = 64 * block.count
    // Random bytes, since well compressed ones would fit the buffer.
    var generator = SystemRandomNumberGenerator()
    let content = (0..<total / 8).flatMap { _ in
      withUnsafeBytes(of: generator.next() as UInt64, Array.init)
    }
    let body = inGzip ? try await gzip(content) : content
    try await withFaultServer { _ in
      [.respond(headers: inGzip ? [("Content-Encoding", "gzip")] : [], body: body)]
    } _: { server in
      let limit = 100_000
      let client = HTTPClient.direct(streamBufferBytes: limit)
      let response = try await client.stream(HTTPRequest(url: server.url))
      let sink = response.body.exchange.sink
      var received: [UInt8] = []
      #expect(await eventually { sink.isPaused })
      for try await chunk in response.body { received += chunk }
      #expect(received == content)
      // One portion of libcurl, decoded, on top of the limit.
      #expect(sink.largestBufferBytes < limit + 64 * 1024)
    }
  }

  @Test func `a body that is cut short ends with an error`() async throws {
    try await withFaultServer { _ in
      [.startChunked(), .chunk([1, 2]), .close]
    } _: { server in
      let response = try await HTTPClient.direct().stream(HTTPRequest(url: server.url))
      var received: [UInt8] = []
      let error = await #expect(throws: HTTPError.self) {
        for try await chunk in response.body { received += chunk }
      }
      #expect(received == [1, 2])
      guard case .truncated = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func `the limit holds for a stream`() async throws {
    let block = block
    try await withFaultServer { _ in
      [.startChunked(), .chunk(block), .chunk(block), .chunk([])]
    } _: { server in
      let request = HTTPRequest(url: server.url, maximumResponseBytes: block.count + 1)
      let response = try await HTTPClient.direct().stream(request)
      await #expect(
        throws: HTTPError.tooLarge(url: server.url, limitBytes: block.count + 1)
      ) { for try await _ in response.body {} }
    }
  }

  @Test func `the deadline holds for a stream`() async throws {
    try await withFaultServer { _ in
      [.startChunked(), .waitForHangUp]
    } _: { server in
      let request = HTTPRequest(url: server.url, deadline: .seconds(1))
      let response = try await HTTPClient.direct().stream(request)
      await #expect(
        throws: HTTPError.timedOut(url: server.url, after: .seconds(1))
      ) { for try await _ in response.body {} }
    }
  }

  @Test func `the deadline holds while the reader is away`() async throws {
    let block = block
    try await withFaultServer { _ in
      [.startChunked(), .endlessChunks(block)]
    } _: { server in
      let request = HTTPRequest(url: server.url, deadline: .seconds(1))
      let response = try await HTTPClient.direct(streamBufferBytes: 1).stream(request)
      #expect(await eventually { server.hangUpCount == 1 })
      await #expect(
        throws: HTTPError.timedOut(url: server.url, after: .seconds(1))
      ) { for try await _ in response.body {} }
    }
  }

  @Test func `leaving the loop ends the exchange`() async throws {
    let block = block
    try await withFaultServer { _ in
      [
        .send(text: "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"),
        .sendEndlessly(block),
      ]
    } _: { server in
      let client = HTTPClient.direct()
      try await {
        let response = try await client.stream(HTTPRequest(url: server.url))
        for try await chunk in response.body {
          #expect(chunk.allSatisfy { $0 == 42 })
          break
        }
      }()
      #expect(await eventually { server.hangUpCount == 1 })
      // The client is still there and the exchange is not.
      withExtendedLifetime(client) { #expect(server.openConnectionCount == 0) }
    }
  }

  @Test func `cancelling the reader ends the exchange`() async throws {
    try await withFaultServer { _ in
      [.startChunked(), .chunk([1]), .waitForHangUp]
    } _: { server in
      let client = HTTPClient.direct()
      let request = HTTPRequest(url: server.url)
      let (chunks, reporter) = AsyncStream.makeStream(of: Int.self)
      let task = Task {
        for try await chunk in try await client.stream(request).body {
          reporter.yield(chunk.count)
        }
      }
      for await _ in chunks { break }
      task.cancel()
      await #expect(throws: HTTPError.cancelled(url: server.url)) { try await task.value }
      #expect(await eventually { server.hangUpCount == 1 })
    }
  }

  @Test func `a stream keeps its client`() async throws {
    try await withFaultServer { _ in
      [.startChunked(), .chunk([1]), .wait(.milliseconds(50)), .chunk([2]), .chunk([])]
    } _: { server in
      let response = try await HTTPClient.direct().stream(HTTPRequest(url: server.url))
      let received = try await response.body.reduce(into: []) { $0 += $1 }
      #expect(received == [1, 2])
    }
  }
}
