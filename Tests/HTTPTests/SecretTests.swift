import TestSupport
import Testing

@testable import HTTP

struct SecretTests {
  /// All that Swift may make of a value without being asked for its parts.
  private func texts(of value: some Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return "\(value) " + String(reflecting: value) + dumped
  }

  private let request = HTTPRequest(
    url: "http://user:hidden@127.0.0.1/path?token=hidden",
    headers: ["X-Token": "hidden"], authorization: .bearer(Secret("hidden")))
  private let configuration = HTTPClientConfiguration(
    security: TransportSecurity(
      certificateAuthorities: .file("/ca.pem"),
      clientCertificate: ClientCertificate(
        certificate: .bytes(Array("hidden".utf8)), key: .bytes(Array("hidden".utf8)))),
    proxyURL: Secret("http://user:hidden@proxy"))

  @Test func `a secret shows itself only by name`() {
    let secret = Secret("hidden")
    #expect("\(secret)" == "<redacted>")
    #expect(!texts(of: secret).contains("hidden"))
    #expect(!texts(of: [secret]).contains("hidden"))
    #expect(secret.revealed == "hidden")
  }

  @Test func `no description of what holds secrets shows them`() {
    #expect(!texts(of: request).contains("hidden"))
    #expect(!texts(of: request.headers).contains("hidden"))
    #expect(!texts(of: request.headers.fields).contains("hidden"))
    #expect(
      !texts(of: HTTPAuthorization.basic(user: "a", password: Secret("hidden")))
        .contains("hidden"))
    #expect(!texts(of: configuration).contains("hidden"))
    // 104, 105, 100 are the bytes of "hid".
    #expect(!texts(of: configuration).contains("104"))
    #expect("\(request)" == "GET http://127.0.0.1/path")
  }

  @Test func `no error shows what was secret in the request`() async throws {
    for steps in [[.reset], [.send(text: "nonsense\r\n\r\n"), .close], [.waitForHangUp]]
      as [[FaultServer.Step]]
    {
      try await withFaultServer { _ in
        steps
      } _: { server in
        var request = request
        request.url = "http://user:hidden@127.0.0.1:\(server.port)/path?token=hidden"
        request.deadline = .milliseconds(200)
        let sent = request
        let error = await #expect(throws: HTTPError.self) {
          try await HTTPClient.direct().send(sent)
        }
        #expect(!texts(of: error as Any).contains("hidden"))
      }
    }
  }
}
