import AppBackend
import Testing

struct BackendSettingsTests {
  @Test func `an empty environment gives the defaults`() throws {
    let buggy = try BackendSettings(environment: [:], flaw: .hangsAfterRequests)
    #expect(buggy.listenAddress == "0.0.0.0")
    #expect(buggy.port == 8080)
    #expect(buggy.hangAfterRequests == 100)
    #expect(buggy.failShare == 0)

    let stable = try BackendSettings(environment: ["PORT": ""], flaw: .none)
    #expect(stable == BackendSettings())
    #expect(stable.hangAfterRequests == nil)
  }

  @Test func `every setting is read`() throws {
    let settings = try BackendSettings(
      environment: [
        "LISTEN_ADDRESS": "::1", "PORT": "9000", "HANG_AFTER_REQUESTS": "7", "FAIL_SHARE": "0.05",
        "DELAY_SHARE": "1", "DELAY_MILLISECONDS": "250", "SHUTDOWN_SECONDS": "3",
      ], flaw: .hangsAfterRequests)
    var expected = BackendSettings()
    expected.listenAddress = "::1"
    expected.port = 9000
    expected.hangAfterRequests = 7
    expected.failShare = 0.05
    expected.delayShare = 1
    expected.delayMilliseconds = 250
    expected.shutdownSeconds = 3
    #expect(settings == expected)
  }

  @Test(arguments: ["0", "never"])
  func `0 and never are no hanging`(value: String) throws {
    let settings = try BackendSettings(
      environment: ["HANG_AFTER_REQUESTS": value], flaw: .hangsAfterRequests)
    #expect(settings.hangAfterRequests == nil)
  }

  @Test func `a stable version does not read when to hang`() throws {
    let settings = try BackendSettings(environment: ["HANG_AFTER_REQUESTS": "x"], flaw: .none)
    #expect(settings.hangAfterRequests == nil)
  }

  @Test(
    arguments: [
      (["PORT": "65536"], "PORT is \"65536\"; give a whole number from 0 to 65535"),
      (["FAIL_SHARE": "5%"], "FAIL_SHARE is \"5%\"; give a share from 0 to 1, such as 0.05"),
      (["FAIL_SHARE": "nan"], "FAIL_SHARE is \"nan\"; give a share from 0 to 1, such as 0.05"),
      (["DELAY_SHARE": "-0.1"], "DELAY_SHARE is \"-0.1\"; give a share from 0 to 1, such as 0.05"),
      (
        ["DELAY_SHARE": "0.5"],
        "DELAY_MILLISECONDS is \"\"; give a whole number from 1 to 3600000, since DELAY_SHARE is set"
      ),
      (
        ["DELAY_MILLISECONDS": "1s"],
        "DELAY_MILLISECONDS is \"1s\"; give a whole number from 0 to 3600000"
      ),
      (
        ["SHUTDOWN_SECONDS": "-1"],
        "SHUTDOWN_SECONDS is \"-1\"; give a whole number from 0 to 3600"
      ),
      (
        ["HANG_AFTER_REQUESTS": "-1"],
        "HANG_AFTER_REQUESTS is \"-1\"; give a number of requests such as 100, "
          + "or 0 or never for no hanging"
      ),
      (
        ["LISTEN_ADDRESS": "localhost"],
        "LISTEN_ADDRESS is \"localhost\"; give an IPv4 or IPv6 address, such as 0.0.0.0"
      ),
    ] as [([String: String], String)])
  func `a wrong value is refused`(environment: [String: String], message: String) {
    let error = #expect(throws: BackendError.self) {
      try BackendSettings(environment: environment, flaw: .hangsAfterRequests)
    }
    #expect(error?.description == "cannot start: \(message)")
  }
}
