import Foundation
import Testing

/// The two programs, as processes.
struct ExecutableTests {
  @Test func `a wrong setting ends the program with status 78 and says what is wrong`() throws {
    let program = try Program("app-backend-v1", ["FAIL_SHARE": "2"])
    #expect(program.waitForExit() == 78)
    let output = try #require(program.nextLine())
    #expect(
      output == "v1: cannot start: FAIL_SHARE is \"2\"; give a share from 0 to 1, such as 0.05")
  }

  @Test func `a port that is taken ends the program with status 1`() throws {
    let first = try Program("app-backend-v2", ["LISTEN_ADDRESS": "127.0.0.1", "PORT": "0"])
    let port = try first.listeningPort()
    let second = try Program("app-backend-v2", ["LISTEN_ADDRESS": "127.0.0.1", "PORT": "\(port)"])
    #expect(second.waitForExit() == 1)
    let output = try #require(second.nextLine())
    #expect(output.hasPrefix("v2: cannot listen on 127.0.0.1:\(port): address already in use"))
    first.terminate()
  }

  @Test func `the fixed version answers what is in flight before it ends with status 0`()
    async throws
  {
    let program = try Program(
      "app-backend-v2",
      [
        "LISTEN_ADDRESS": "127.0.0.1", "PORT": "0", "DELAY_SHARE": "1",
        "DELAY_MILLISECONDS": "1000",
      ])
    let port = try program.listeningPort()
    async let slow = get(port: port, "/")
    let inFlight = "app_backend_requests_open{version=\"v2\"} 1\n"
    while try await !get(port: port, "/metrics").text.contains(inFlight) {}
    program.terminate()
    #expect(try await slow.text == "v2 - Request 1\n")
    #expect(program.waitForExit() == 0)
  }

  @Test func `the hung version ends with status 1 once its time to shut down is over`()
    async throws
  {
    let program = try Program(
      "app-backend-v1",
      [
        "LISTEN_ADDRESS": "127.0.0.1", "PORT": "0", "HANG_AFTER_REQUESTS": "1",
        "SHUTDOWN_SECONDS": "1",
      ])
    let port = try program.listeningPort()
    _ = try await get(port: port, "/")
    _ = try? await get(port: port, "/", timeoutSeconds: 1)
    program.terminate()
    #expect(program.waitForExit() == 1)
    #expect(program.nextLine() == "v1: shutting down, answering what is in flight")
    #expect(program.nextLine() == "v1: 1 requests were still open after 1 s")
  }
}
