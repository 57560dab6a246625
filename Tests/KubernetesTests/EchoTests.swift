import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// API servers, proxies and plugins that repeat credentials.
struct EchoTests: CredentialPluginSuite {
  let certificates: TestCertificates
  let folder: TemporaryFolder
  let clock = TestClock()

  init() async throws {
    certificates = try await TestCertificates.make()
    folder = try TemporaryFolder()
  }

  private static func status(_ code: Int, _ message: String) -> String {
    #"{"kind":"Status","apiVersion":"v1","code":\#(code),"message":"\#(message)"}"#
  }

  static let answers: [@Sendable (String) -> FaultServer.Step] = [
    { .respond(403, text: status(403, "User \\\"u\\\" with \($0) may not")) },
    { .respond(400, text: "bad request: \($0)") },
    { .respond(400, text: String(repeating: "x", count: 190) + $0) },
    { .respond(text: "<p>denied: \($0)</p>") },
    { .send(text: "HTTP/1.1 \($0)\r\n\r\n") },
  ]

  @Test(arguments: 0..<5)
  func `no error repeats a credential that the server repeats`(_ number: Int) async throws {
    try folder.write("secret-file\n", to: "token")
    for user in [
      "username: u\npassword: secret-password", "token: secret-token", "tokenFile: token",
    ] {
      try await withCluster(user) { request in
        [Self.answers[number](request.headers["authorization"] ?? ""), .close]
      } _: { client, server async throws in
        let message = try await message { try await read(client) }
        #expect(server.requests.first?.headers["authorization"] != nil)
        let encoded = Data("u:secret-password".utf8).base64EncodedString()
        for secret in ["secret-", String(encoded.prefix(12))] {
          #expect(!message.contains(secret), "\(message)")
        }
      }
    }
  }

  @Test func `what a watch tells repeats no credential`() async throws {
    let list = try Recording("list-before").steps
    try await withCluster("token: secret-token") { request in
      guard request.target.contains("watch=true") else { return list }
      let said = request.headers["authorization"] ?? ""
      let code = request.number < 2 ? 410 : 500
      return .watch(lines: #"{"type":"ERROR","object":\#(Self.status(code, said))}"#)
    } _: { client, _ async throws in
      let watch = client.watch(
        namespace: "istio", name: "app-backend",
        settings: WatchSettings(backoff: RetryPolicy(baseDelay: .zero)))
      let events = try await watch.first(4)
      #expect(
        events == [
          "90/10 at 266", "interrupted: Bearer <redacted>", "90/10 at 266",
          "waiting: the server answered 500 (Bearer <redacted>)",
        ])
    }
  }

  @Test func `what a plugin says is told without the credentials in it`() async throws {
    let user = try user(
      answer(#"{"token": "secret-token"}"#) + "\n"
        + "echo \"no: secret-token $AWS_SECRET_ACCESS_KEY $REGION $@\" >&2; exit 1",
      further: "env:\n- {name: AWS_SECRET_ACCESS_KEY, value: secret-key}\n"
        + "- {name: REGION, value: north}"
    ).replacing(
      "one, \"two words\"", with: #""--client-secret", secret-next, "--token=secret-same", plain"#)
    let connection = try connection(user)
    let message = try await message { try await connection.readVirtualService() }
    #expect(
      message.hasSuffix(
        "it ended with status 1 (no: <redacted> <redacted> north --client-secret <redacted> "
          + "--token=<redacted> plain); try it in a shell, you may have to log in again"))
  }

  @Test func `what a plugin says of a token that it gave before is told without it`() async throws {
    let user = try user(
      "if [ $(wc -l < \"$0.runs\") -gt 1 ]; then echo 'revoked: secret-token' >&2; exit 1; fi\n"
        + answer(#"{"token": "secret-token"}"#))
    try await withCluster(user) { _ in
      [.respond(401, text: "")]
    } _: { client, _ async throws in
      let message = try await message { try await read(client) }
      #expect(message.contains("(revoked: <redacted>)"), "\(message)")
    }
  }
}
