import HTTP
import TestSupport
import Testing

struct HTTPGzipTests {
  private let plain = Array(String(repeating: "{\"status\":\"success\"} ", count: 20_000).utf8)

  private func result(
    of steps: [FaultServer.Step], maximumResponseBytes: Int = 64 * 1024 * 1024
  ) async throws -> Result<HTTPResponse, HTTPError> {
    try await withFaultServer { _ in
      steps
    } _: { server in
      let request = HTTPRequest(url: server.url, maximumResponseBytes: maximumResponseBytes)
      do throws(HTTPError) {
        return .success(try await HTTPClient.direct().send(request))
      } catch {
        return .failure(error)
      }
    }
  }

  private func respond(_ body: [UInt8], encoding: String = "gzip") -> [FaultServer.Step] {
    [.respond(headers: [("Content-Encoding", encoding)], body: body)]
  }

  @Test func `a body in gzip is decoded`() async throws {
    let body = try await result(of: respond(gzip(plain))).get().body
    #expect(body == plain)
  }

  @Test func `a body in gzip that comes byte by byte is decoded`() async throws {
    let compressed = try await gzip(plain)
    let steps = compressed.prefix(40).map { FaultServer.Step.chunk([$0]) }
    let rest = FaultServer.Step.chunk(Array(compressed.dropFirst(40)))
    let start = FaultServer.Step.startChunked(headers: [("Content-Encoding", "gzip")])
    let body = try await result(of: [start] + steps + [rest, .chunk([])]).get().body
    #expect(body == plain)
  }

  @Test func `several gzip members are one body`() async throws {
    let members = try await gzip(Array("one ".utf8)) + gzip(Array("two".utf8))
    #expect(try await result(of: respond(members)).get().text == "one two")
  }

  @Test func `an empty body need not be gzip`() async throws {
    #expect(try await result(of: respond([])).get().body == [])
  }

  @Test(arguments: [1, 4, 8, 20])
  func `gzip that is cut short is an error even where the length fits`(
    missingBytes: Int
  ) async throws {
    let body = try await Array(gzip(plain).dropLast(missingBytes))
    let result = try await result(of: respond(body))
    guard case .failure(.truncated(_, reason: "its gzip stream has no end")) = result else {
      Issue.record("\(missingBytes) bytes missing and no error")
      return
    }
  }

  @Test func `a flipped byte is an error`() async throws {
    var body = try await gzip(plain)
    body[body.count - 6] ^= 1
    await #expect(throws: HTTPError.self) { try await result(of: respond(body)).get() }
  }

  @Test func `bytes after the end are an error`() async throws {
    let body = try await gzip(plain) + Array("rest".utf8)
    await #expect(throws: HTTPError.self) { try await result(of: respond(body)).get() }
  }

  @Test func `the limit counts decoded bytes`() async throws {
    let body = try await gzip([UInt8](repeating: 0, count: 8 * 1024 * 1024))
    #expect(body.count < 16 * 1024)
    let result = try await result(of: respond(body), maximumResponseBytes: 1024 * 1024)
    guard case .failure(.tooLarge) = result else {
      Issue.record("not refused")
      return
    }
  }

  @Test func `an encoding that was not asked for is an error`() async throws {
    await #expect(throws: HTTPError.self) {
      try await result(of: respond([1, 2, 3], encoding: "br")).get()
    }
  }
}
