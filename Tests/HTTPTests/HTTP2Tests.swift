import HTTP
import TestSupport
import Testing

/// The protocol that a real Envoy and the client agree on by ALPN, as Envoy counted it.
struct HTTP2Tests {
  private static let requests = 6

  /// Sends requests at once to an Envoy that offers the protocols, each answered only after a while.
  private func front(offering protocols: [String]) async throws -> EnvoyTLSFront {
    let certificates = try await TestCertificates.make()
    return try await withFaultServer { _ in
      [.wait(.milliseconds(200)), .respond(text: "answer")]
    } _: { server in
      let front = try await EnvoyTLSFront.start(
        of: server, identity: certificates.server, protocols: protocols)
      let client = HTTPClient.direct(
        security: TransportSecurity(
          certificateAuthorities: .file(certificates.authority.certificatePath)))
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in 1...Self.requests {
          group.addTask {
            try await client.send(
              HTTPRequest(url: "https://127.0.0.1:\(front.port)/\(number)")
            ).text
          }
        }
        for try await text in group { #expect(text == "answer") }
      }
      #expect(server.requests.count == Self.requests)
      return front
    }
  }

  @Test func `where HTTP/2 is offered all requests share one connection`() async throws {
    let front = try await front(offering: ["h2", "http/1.1"])
    #expect(try await front.count(of: "downstream_rq_http2_total") == Self.requests)
    #expect(try await front.count(of: "downstream_cx_http2_total") == 1)
    #expect(try await front.count(of: "downstream_cx_total") == 1)
  }

  @Test func `where only HTTP/1 is offered requests at once have a connection each`() async throws {
    let front = try await front(offering: ["http/1.1"])
    #expect(try await front.count(of: "downstream_rq_http1_total") == Self.requests)
    #expect(try await front.count(of: "downstream_cx_http1_total") == Self.requests)
    #expect(try await front.count(of: "downstream_cx_http2_total") == 0)
  }
}
