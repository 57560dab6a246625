import HTTP
import TestSupport
import Testing

@testable import VictoriaMetrics

struct ConnectionTests {
  /// The fields that arrive at a server.
  private func received(
    _ authorization: VictoriaMetricsAuthorization? = nil, headers: [String: Secret] = [:],
    user: String = ""
  ) async throws -> [String: String] {
    try await withFaultServer { _ in
      [.noSeries]
    } _: { server in
      let url = server.url.replacing("http://", with: "http://\(user)")
      let outcome = try await direct(url, authorization, headers: headers).outcome()
      #expect(outcome == .success([]))
      return try #require(server.requests.first).headers
    }
  }

  @Test func `a user and a password are sent`() async throws {
    let headers = try await received(.basic(user: "reader", password: .text(Secret("pa:ss"))))
    #expect(headers["authorization"] == "Basic cmVhZGVyOnBhOnNz")
  }

  @Test(
    arguments: [
      ("reader:pa%3Ass@", "Basic cmVhZGVyOnBhOnNz"), ("reader@", "Basic cmVhZGVyOg=="),
      (":word@", "Basic OndvcmQ="),
    ])
  func `a user in the address is sent as basic authorization`(
    user: String, expected: String
  ) async throws {
    #expect(try await received(user: user)["authorization"] == expected)
  }

  @Test func `a token is sent`() async throws {
    #expect(try await received(.bearer(.text(Secret("abc"))))["authorization"] == "Bearer abc")
  }

  @Test func `further headers are sent`() async throws {
    let headers = try await received(headers: [
      "X-Scope-OrgID": Secret("tenant 1"), "AccountID": Secret("7"),
    ])
    #expect(headers["x-scope-orgid"] == "tenant 1")
    #expect(headers["accountid"] == "7")
    #expect(headers["authorization"] == nil)
  }

  @Test func `a token file is read anew when it changes`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("first\n", to: "token")
    try await withFaultServer { _ in
      [.noSeries]
    } _: { server in
      let connection = try direct(server.url, .bearer(.file(path: path)))
      let client = VictoriaMetricsClient(connection: connection)
      for token in ["first", "second"] {
        try folder.write(token + " \r\n", to: "token")
        _ = try await client.queryRange(
          "up", startSeconds: 0, endSeconds: 60, stepSeconds: 60)
      }
      #expect(
        server.requests.map { $0.headers["authorization"] } == ["Bearer first", "Bearer second"])
    }
  }

  @Test func `the file of a header is read anew when it changes, and named when it cannot be used`()
    async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path("key")
    try await withFaultServer { _ in
      [.noSeries]
    } _: { server in
      let connection = try VictoriaMetricsConnection(
        baseURL: server.url, headers: ["X-Api-Key": .file(path: path)])
      let name = "the header X-Api-Key file \(path)"
      #expect(
        await connection.outcome()
          == .failure(.unusableSetting(name: name, reason: "no such file or directory")))
      for key in ["first", "second"] {
        try folder.write(key + "\n", to: "key")
        #expect(await connection.outcome() == .success([]))
      }
      try folder.write("third\r\nX: y", to: "key")
      #expect(
        await connection.outcome()
          == .failure(.unusableSetting(name: name, reason: "its value has a control character")))
      #expect(server.requests.map { $0.headers["x-api-key"] } == ["first", "second"])
    }
  }

  @Test func `a token file that is rotated between two attempts is read anew`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("first", to: "token")
    try await withFaultServer { request in
      guard request.number == 0 else { return [.noSeries] }
      do { try folder.write("second", to: "token") } catch { return [.reset] }
      return [.respond(503)]
    } _: { server in
      let outcome = try await direct(server.url, .bearer(.file(path: path))).outcome()
      #expect(outcome == .success([]))
      #expect(
        server.requests.map { $0.headers["authorization"] } == ["Bearer first", "Bearer second"])
    }
  }

  @Test func `a password file is read`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("pa:ss\n", to: "password")
    let headers = try await received(.basic(user: "reader", password: .file(path: path)))
    #expect(headers["authorization"] == "Basic cmVhZGVyOnBhOnNz")
  }

  @Test(
    arguments: [
      (nil, "no such file or directory"), (" \n", "it is empty"),
      ("two\nlines", "it has a character that cannot be sent"),
      (String(repeating: "x", count: 65537), "it is larger than 65536 bytes"),
    ] as [(String?, String)])
  func `a token file that cannot be used is named`(
    content: String?, reason: String
  ) async throws {
    let folder = try TemporaryFolder()
    if let content { try folder.write(content, to: "token") }
    let path = folder.path("token")
    try await withFaultServer { _ in
      [.noSeries]
    } _: { server in
      let error = VictoriaMetricsError.unusableSetting(
        name: "the token file \(path)", reason: reason)
      let outcome = try await direct(server.url, .bearer(.file(path: path))).outcome()
      #expect(outcome == .failure(error))
      #expect(server.connectionCount == 0)
    }
  }

  @Test func `a proxy is asked instead of the host`() async throws {
    try await withFaultServer { _ in
      [.noSeries]
    } _: { proxy in
      var connection = try direct("http://vm.invalid:8428/select/0/prometheus/")
      connection.proxyURL = Secret(proxy.url)
      #expect(await connection.outcome() == .success([]))
      #expect(
        proxy.requests.map(\.target) == [
          "http://vm.invalid:8428/select/0/prometheus/api/v1/query_range"
        ])
    }
  }

  @Test func `nothing secret is shown`() throws {
    let connection = try direct(
      "http://user:hidden@127.0.0.1/path", headers: ["X-Token": Secret("hidden")])
    let client = VictoriaMetricsClient(connection: connection)
    let plain = VictoriaMetricsClient(baseURL: "http://user:hidden@h/?x", http: HTTPClient())
    for value in [connection, client, plain, connection.authorization as Any] as [Any] {
      var text = "\(value) " + String(reflecting: value)
      dump(value, to: &text)
      #expect(!text.contains("hidden"))
    }
    #expect("\(connection)" == "http://127.0.0.1/path")
  }
}
