import Foundation
import HTTP
import TestSupport
import Testing

@testable import VictoriaMetrics

/// Servers and proxies that repeat what they were sent.
struct EchoTests {
  private static let secrets = ["secret-password", "secret-token", "secret-header", "secret-scope"]

  /// An answer that a server makes of the text that it was sent.
  struct Echo: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let steps: @Sendable (String) -> [FaultServer.Step]

    init(_ name: String, _ steps: @escaping @Sendable (String) -> [FaultServer.Step]) {
      (testDescription, self.steps) = (name, steps)
    }
  }

  static let echoes = [
    Echo("text") { [.respond(403, text: "denied: \($0)")] },
    Echo("long text") {
      [.respond(403, text: String(repeating: "x", count: 190) + $0)]
    },
    Echo("error of the API") {
      [.respond(422, text: #"{"status":"error","error":"denied: \#($0)"}"#)]
    },
    Echo("error with status 200") {
      [.respond(text: #"{"status":"error","error":"denied: \#($0)"}"#)]
    },
    Echo("warning") {
      [
        .respond(
          text: """
            {"status":"success","warnings":["denied: \($0)"],
            "data":{"resultType":"matrix","result":[]}}
            """)
      ]
    },
    Echo("page") { [.respond(text: "<p>denied: \($0)</p>")] },
    Echo("body that breaks off") {
      [.respond(403, body: Array("denied: \($0)".utf8.dropLast(2)), statedByteCount: 900), .close]
    },
    Echo("redirect") {
      let path = $0.replacing(" ", with: "-").replacing("\n", with: "-")
      return [.respond(302, headers: [("Location", "/login/\(path)")])]
    },
    Echo("no HTTP") { [.send(text: "HTTP/1.1 \($0)\r\n\r\n"), .close] },
    Echo("no header") { [.send(text: "HTTP/1.1 200 Scripted\r\n\($0)\r\n\r\n"), .close] },
  ]

  @Test(arguments: echoes)
  func `no error repeats a credential that the server repeats`(_ echo: Echo) async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret-token\n", to: "token")
    for authorization in [
      VictoriaMetricsAuthorization.basic(user: "u", password: .text(Secret("secret-password"))),
      .bearer(.file(path: folder.path("token"))),
    ] {
      let message = try await withFaultServer { request in
        let sent = ["authorization", "x-key", "x-scope"].compactMap { request.headers[$0] }
        return echo.steps(sent.joined(separator: " "))
      } _: { server in
        var connection = try direct(
          server.url, authorization,
          headers: ["X-Key": Secret("secret-header"), "X-Scope": Secret("Token secret-scope")])
        connection.retryPolicy.attempts = 1
        let outcome = await connection.outcome()
        #expect(server.requests.count == 1)
        guard case .failure(let error) = outcome else { return "" }
        return "\(error)" + error.description(of: .write) + String(reflecting: error)
      }
      #expect(message != "")
      let encoded = Data("u:secret-password".utf8).base64EncodedString()
      for secret in Self.secrets.map({ String($0.prefix(9)) }) + [String(encoded.prefix(12))] {
        #expect(!message.contains(secret), "\(message)")
      }
    }
  }

  @Test func `a value that is no count or no time is quoted without credentials`() async throws {
    try await withFaultServer { request in
      let token = request.headers["authorization"] ?? ""
      return [.vector(#"[{"metric":{},"value":[1,"\#(token)"]}]"#)]
    } _: { server in
      var connection = try direct(server.url, .bearer(.text(Secret("secret-token"))))
      connection.now = { .now }
      let client = VictoriaMetricsClient(connection: connection)
      let count = await #expect(throws: VictoriaMetricsError.self) {
        try await client.seriesCount(matching: "up", atSeconds: 1)
      }
      #expect(count?.description.contains("no count but \"Bearer <redacted>\"") == true)
      let time = await #expect(throws: VictoriaMetricsError.self) {
        try await client.measuredClockLead()
      }
      #expect(time?.description.contains("no time but \"Bearer <redacted>\"") == true)
    }
  }
}
