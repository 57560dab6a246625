import Foundation
import TestSupport
import Testing

/// Proxies that the environment names, as the whole program takes them.
@Suite struct ProxyTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(CollectTests.manifest, to: "vs.yaml")
  }

  private func collect(
    _ url: String, _ environment: [String: String]
  ) async throws -> AnalyzeProgram.Outcome {
    try await AnalyzeProgram(in: folder.url, environment: environment).run(
      "collect", "--victoria-metrics", url, "--virtual-service-file", "vs.yaml")
  }

  private static func withCredentials(_ proxy: FaultServer) -> String {
    "http://user:hidden@127.0.0.1:\(proxy.port)"
  }

  @Test func `http_proxy is asked, with its user and password`() async throws {
    try await withFaultServer({ _ in [.respond(text: CollectTests.empty)] }) { proxy in
      let outcome = try await collect(
        "http://vm.invalid:8428", ["http_proxy": Self.withCredentials(proxy)])
      #expect(outcome.errors == "")
      #expect(outcome.status == 0)
      #expect(proxy.requests.first?.target == "http://vm.invalid:8428/api/v1/query_range")
      #expect(
        proxy.requests.allSatisfy { $0.headers["proxy-authorization"] == "Basic dXNlcjpoaWRkZW4=" })
    }
  }

  @Test func `a host of no_proxy is asked without the proxy`() async throws {
    try await withFaultServer({ _ in [.respond(text: CollectTests.empty)] }) { server in
      try await withFaultServer({ _ in [.respond(500)] }) { proxy in
        let outcome = try await collect(
          server.url, ["http_proxy": proxy.url, "no_proxy": "elsewhere.example,127.0.0.1"])
        #expect(outcome.errors == "")
        #expect(outcome.status == 0)
        #expect(proxy.requests == [])
      }
    }
  }

  @Test(arguments: [("HTTPS_PROXY", 407), ("https_proxy", 403), ("all_proxy", 403)])
  func `an https_proxy that refuses is named without its password`(
    variable: String, status: Int
  ) async throws {
    try await withFaultServer({ _ in [.respond(status)] }) { proxy in
      let outcome = try await collect(
        "https://vm.invalid", [variable: Self.withCredentials(proxy)])
      let wish = status == 407 ? ", that it wants a user and a password that it knows" : ""
      #expect(
        outcome.errors == """
          analyze: cannot query VictoriaMetrics: cannot reach https://vm.invalid through the proxy \
          \(proxy.url): it answered \(status)\(wish); check http_proxy, https_proxy and no_proxy \
          in the environment

          """)
      #expect(outcome.status == 3)
      #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" && $0.target == "vm.invalid:443" })
    }
  }

  @Test func `an http_proxy that wants a password is named without the one it got`() async throws {
    try await withFaultServer({ _ in [.respond(407)] }) { proxy in
      let outcome = try await collect(
        "http://vm.invalid", ["http_proxy": Self.withCredentials(proxy)])
      #expect(
        outcome.errors.hasPrefix(
          """
          analyze: cannot query VictoriaMetrics: cannot reach http://vm.invalid through the proxy \
          \(proxy.url): it answered 407, that it wants
          """))
      #expect(outcome.status == 3)
    }
  }

  @Test(arguments: ["http", "https"])
  func `a proxy that is down is named without its password`(scheme: String) async throws {
    let outcome = try await collect(
      "\(scheme)://vm.invalid", ["\(scheme)_proxy": "http://user:hidden@127.0.0.1:1"])
    #expect(
      outcome.errors == """
        analyze: cannot query VictoriaMetrics: cannot reach \(scheme)://vm.invalid through the \
        proxy http://127.0.0.1:1: connection refused; check http_proxy, https_proxy and no_proxy \
        in the environment

        """)
    #expect(outcome.status == 3)
  }

  @Test func `a server that is down is not taken for the proxy that it does without`() async throws
  {
    let outcome = try await collect(
      "http://127.0.0.1:1", ["http_proxy": "http://127.0.0.1:2", "no_proxy": "127.0.0.1"])
    #expect(
      outcome.errors.hasPrefix(
        "analyze: cannot query VictoriaMetrics: cannot reach http://127.0.0.1:1: connection "))
    #expect(!outcome.errors.contains("proxy"))
  }
}
