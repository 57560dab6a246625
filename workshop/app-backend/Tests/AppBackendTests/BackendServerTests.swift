import AppBackend
import Foundation
import FoundationNetworking
import Testing

struct BackendServerTests {
  @Test func `the answer names the version and counts requests from 1`() async throws {
    try await withBackend(version: "v2") { backend async throws in
      #expect(try await backend.get("/").text == "v2 - Request 1\n")
      #expect(try await backend.get("/").text == "v2 - Request 2\n")
    }
  }

  @Test func `healthz answers, an unknown path does not exist`() async throws {
    try await withBackend(version: "v2") { backend async throws in
      #expect(try await backend.get("/healthz").code == 200)
      #expect(try await backend.get("/unknown").code == 404)
    }
  }

  @Test func `metrics counts the answers at the root by code`() async throws {
    try await withBackend(version: "v2") { backend async throws in
      for _ in 1...3 {
        _ = try await backend.get("/")
      }
      _ = try await backend.get("/healthz")
      let metrics = try await backend.get("/metrics").text
      #expect(
        metrics == """
          # HELP app_backend_requests_total Requests for / that were answered, by response code.
          # TYPE app_backend_requests_total counter
          app_backend_requests_total{version="v2",code="200"} 3
          app_backend_requests_total{version="v2",code="500"} 0
          # HELP app_backend_requests_open Requests for / that were not answered yet.
          # TYPE app_backend_requests_open gauge
          app_backend_requests_open{version="v2"} 0

          """)
    }
  }

  @Test func `a fail share of 1 fails every request, and not the health check`() async throws {
    var settings = BackendSettings()
    settings.failShare = 1
    try await withBackend(version: "v2", settings) { backend async throws in
      #expect(try await backend.get("/").code == 500)
      #expect(try await backend.get("/healthz").code == 200)
      let metrics = try await backend.get("/metrics").text
      #expect(metrics.contains("app_backend_requests_total{version=\"v2\",code=\"500\"} 1\n"))
    }
  }

  @Test func `a delay share of 1 delays every request`() async throws {
    var settings = BackendSettings()
    settings.delayShare = 1
    settings.delayMilliseconds = 200
    try await withBackend(version: "v2", settings) { backend async throws in
      let clock = ContinuousClock()
      let elapsed = try await clock.measure { _ = try await backend.get("/") }
      #expect(elapsed >= .milliseconds(200))
    }
  }

  @Test func `after its number of answers the flawed version answers nothing`() async throws {
    var settings = BackendSettings()
    settings.hangAfterRequests = 3
    try await withBackend(version: "v1", settings) { backend async throws in
      for number in 1...3 {
        #expect(try await backend.get("/").text == "v1 - Request \(number)\n")
      }
      for path in ["/", "/healthz", "/metrics"] {
        let error = await #expect(throws: URLError.self) {
          // Longer than the server's own timeout, at which it must not answer 500 either.
          try await backend.get(path, timeoutSeconds: path == "/" ? 7 : 1)
        }
        // Timed out, not refused: the connection is open and nobody answers.
        #expect(error?.code == .timedOut)
      }
    }
  }

  @Test func `a delay longer than the server's own timeout is still answered`() async throws {
    var settings = BackendSettings()
    settings.delayShare = 1
    settings.delayMilliseconds = 5_500
    try await withBackend(version: "v2", settings) { backend async throws in
      #expect(try await backend.get("/").code == 200)
    }
  }

  @Test func `draining reports what is still open`() async throws {
    var settings = BackendSettings()
    settings.hangAfterRequests = 1
    try await withBackend(version: "v1", settings) { backend async throws in
      _ = try await backend.get("/")
      _ = try? await backend.get("/", timeoutSeconds: 1)
      #expect(await backend.server.drain(withinSeconds: 0) == 1)
    }
  }
}

/// A backend that listens in this process.
struct RunningBackend {
  let server: BackendServer
  let port: UInt16

  func get(
    _ path: String, timeoutSeconds: Double = 30
  ) async throws -> (code: Int, text: String) {
    try await AppBackendTests.get(port: port, path, timeoutSeconds: timeoutSeconds)
  }
}

func withBackend(
  version: String, _ settings: BackendSettings = BackendSettings(),
  _ body: (RunningBackend) async throws -> Void
) async throws {
  var settings = settings
  settings.listenAddress = "127.0.0.1"
  settings.port = 0
  let server = try BackendServer(version: version, settings: settings)
  let run = Task { try await server.run() }
  defer { run.cancel() }
  try await body(RunningBackend(server: server, port: server.listeningPort()))
}

func get(
  port: UInt16, _ path: String, timeoutSeconds: Double = 30
) async throws -> (code: Int, text: String) {
  let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
  let configuration = URLSessionConfiguration.ephemeral
  configuration.timeoutIntervalForRequest = timeoutSeconds
  let session = URLSession(configuration: configuration)
  defer { session.invalidateAndCancel() }
  let (data, response) = try await session.data(from: url)
  let code = try #require(response as? HTTPURLResponse).statusCode
  return (code, String(decoding: data, as: UTF8.self))
}
