/// The bug that a version of the backend has, if any.
public enum Flaw: Equatable, Sendable {
  /// The version is stable.
  case none

  /// The version stops answering after a number of requests.
  case hangsAfterRequests
}

/// What the environment says about how the backend listens and behaves.
public struct BackendSettings: Equatable, Sendable {
  /// The address to listen on, an IPv4 or IPv6 literal; `LISTEN_ADDRESS`, default `0.0.0.0`.
  public var listenAddress = "0.0.0.0"

  /// The port to listen on, where 0 takes a free one; `PORT`, default 8080.
  public var port: UInt16 = 8080

  /// The number of answers after which nothing is answered any more, `nil` for never;
  /// `HANG_AFTER_REQUESTS`, default 100, read only by a version that has the flaw.
  public var hangAfterRequests: Int?

  /// The share of requests answered 500, 0…1; `FAIL_SHARE`, default 0.
  public var failShare = 0.0

  /// The share of requests answered late, 0…1; `DELAY_SHARE`, default 0.
  public var delayShare = 0.0

  /// How late, in milliseconds; `DELAY_MILLISECONDS`, default 0.
  public var delayMilliseconds = 0

  /// How long a shutdown waits for what is in flight, in seconds; `SHUTDOWN_SECONDS`, default 20.
  public var shutdownSeconds = 20

  /// Creates the defaults of a stable version.
  public init() {}

  /// Reads the settings from environment variables; an absent or empty one takes its default.
  ///
  /// - Parameters:
  ///   - environment: The variables by name.
  ///   - flaw: The bug of the version, which decides whether `HANG_AFTER_REQUESTS` is read.
  /// - Throws: `BackendError.setting` for the first value that is not valid.
  public init(environment: [String: String], flaw: Flaw) throws(BackendError) {
    let variables = EnvironmentReader(variables: environment)
    listenAddress = variables.text("LISTEN_ADDRESS") ?? listenAddress
    guard SocketEndpoint(address: listenAddress, port: 0) != nil else {
      throw .setting(
        name: "LISTEN_ADDRESS", value: listenAddress,
        expectation: "an IPv4 or IPv6 address, such as 0.0.0.0")
    }
    port = UInt16(try variables.wholeNumber("PORT", in: 0...65_535) ?? Int(port))
    if flaw == .hangsAfterRequests {
      hangAfterRequests = try variables.hangAfterRequests()
    }
    failShare = try variables.share("FAIL_SHARE") ?? failShare
    delayShare = try variables.share("DELAY_SHARE") ?? delayShare
    delayMilliseconds =
      try variables.wholeNumber("DELAY_MILLISECONDS", in: 0...3_600_000) ?? delayMilliseconds
    shutdownSeconds =
      try variables.wholeNumber("SHUTDOWN_SECONDS", in: 0...3_600) ?? shutdownSeconds
    guard delayShare == 0 || delayMilliseconds > 0 else {
      throw .setting(
        name: "DELAY_MILLISECONDS", value: variables.text("DELAY_MILLISECONDS") ?? "",
        expectation: "a whole number from 1 to 3600000, since DELAY_SHARE is set")
    }
  }
}

/// Environment variables as checked values.
private struct EnvironmentReader {
  let variables: [String: String]

  func text(_ name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  func wholeNumber(_ name: String, in range: ClosedRange<Int>) throws(BackendError) -> Int? {
    guard let value = text(name) else { return nil }
    guard let number = Int(value), range.contains(number) else {
      throw .setting(
        name: name, value: value,
        expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func share(_ name: String) throws(BackendError) -> Double? {
    guard let value = text(name) else { return nil }
    guard let share = Double(value), (0...1).contains(share) else {
      throw .setting(
        name: name, value: value, expectation: "a share from 0 to 1, such as 0.05")
    }
    return share
  }

  func hangAfterRequests() throws(BackendError) -> Int? {
    let name = "HANG_AFTER_REQUESTS"
    guard let value = text(name) else { return 100 }
    guard value != "never" else { return nil }
    guard let number = Int(value), number >= 0 else {
      throw .setting(
        name: name, value: value,
        expectation: "a number of requests such as 100, or 0 or never for no hanging")
    }
    return number == 0 ? nil : number
  }
}
