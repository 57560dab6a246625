import Foundation
import HTTP

/// How VictoriaMetrics is reached: where, as whom, over what, for how long.
public struct VictoriaMetricsConnection: Sendable {
  /// The address without user info, with any path prefix such as `/select/0/prometheus`.
  public let baseURL: String
  /// Who asks.
  public let authorization: VictoriaMetricsAuthorization?
  /// Fields to send beside those of the client, such as those that name a tenant.
  public let headers: [String: SecretSource]
  /// Trust and identity over TLS.
  public var security = TransportSecurity()
  /// The proxy's address; `nil` takes it from the environment, an empty text uses none.
  public var proxyURL: Secret?
  /// What is asked again, and how often.
  public var retryPolicy = RetryPolicy()
  /// How long one request may take, from its start to the last byte of the answer.
  public var requestDeadline = Duration.seconds(30)
  /// How long a call may take with all its requests and the pauses between them.
  public var totalDeadline = Duration.seconds(60)
  /// The largest answer that is accepted, in bytes after decompression.
  public var maximumResponseBytes = 64 * 1024 * 1024
  /// Tells the time of this machine; `nil`: it is not compared with the server's.
  public var now: (@Sendable () -> Date)?
  /// How many series an answer may have.
  public var maximumSeries = 10_000

  /// A connection with three attempts of at most 30 s each, all within 60 s.
  ///
  /// - Parameters:
  ///   - baseURL: `http` or `https`, with any path prefix, without query. A user and a password in
  ///     it become basic authorization.
  ///   - authorization: Who asks; not beside a user in the address.
  ///   - headers: Further fields by name; none that HTTP itself needs.
  /// - Throws: `VictoriaMetricsError.unusableSetting`, without the value of what is secret.
  public init(
    baseURL: String, authorization: VictoriaMetricsAuthorization? = nil,
    headers: [String: SecretSource] = [:]
  ) throws(VictoriaMetricsError) {
    let address = try BaseURL(baseURL)
    guard address.authorization == nil || authorization == nil else {
      throw .unusableSetting(
        name: "the address \(address.text)",
        reason: "it has a user in it, and another authorization is given; leave one of them out")
    }
    self.baseURL = address.text
    self.authorization = authorization ?? address.authorization
    self.headers = headers
    try self.authorization?.check()
    try checkHeaders()
  }

  /// A connection to an address that is checked with the first request, without further attempts.
  init(uncheckedBaseURL: String) {
    do throws(VictoriaMetricsError) {
      let address = try BaseURL(uncheckedBaseURL)
      (baseURL, authorization) = (address.text, address.authorization)
    } catch {
      // The first request says what is wrong with it.
      (baseURL, authorization) = (BaseURL.withoutSlashesAtEnd(uncheckedBaseURL), nil)
    }
    headers = [:]
    retryPolicy.attempts = 1
  }

  /// The further fields to send, with files as they are now.
  ///
  /// - Returns: The fields in the order of their names.
  /// - Throws: `VictoriaMetricsError.unusableSetting`, without the value.
  func currentHeaders() throws(VictoriaMetricsError) -> HTTPHeaders {
    var fields: HTTPHeaders = [:]
    for (name, source) in headers.sorted(by: { $0.key < $1.key }) {
      let value = try source.current("header \(name)")
      guard !value.text.hasControlCharacter else {
        throw .unusableSetting(name: value.name, reason: "its value has a control character")
      }
      fields.add(name, value.text)
    }
    return fields
  }

  /// A client's configuration for this connection.
  func clientConfiguration(userAgent: String) -> HTTPClientConfiguration {
    HTTPClientConfiguration(security: security, proxyURL: proxyURL, userAgent: userAgent)
  }

  /// The field names that the client writes itself, or that would change how an answer is read.
  private static let reservedNames: Set = [
    "accept-encoding", "connection", "content-length", "content-type", "expect", "host",
    "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
  ]

  private func checkHeaders() throws(VictoriaMetricsError) {
    var names: Set<String> = []
    for name in headers.keys.sorted() {
      guard HTTPHeaders.isToken(name) else {
        throw .unusableSetting(
          name: "the header \"\(name.onOneLine)\"",
          reason: "its name has a character that is not allowed")
      }
      let setting = "the header \(name)"
      if case .text(let value) = headers[name], value.revealed.hasControlCharacter {
        throw .unusableSetting(name: setting, reason: "its value has a control character")
      }
      guard !Self.reservedNames.contains(name.lowercased()) else {
        throw .unusableSetting(name: setting, reason: "the client sets it itself; leave it out")
      }
      guard authorization == nil || name.lowercased() != "authorization" else {
        throw .unusableSetting(
          name: setting, reason: "another authorization is given; leave one of them out")
      }
      guard names.insert(name.lowercased()).inserted else {
        throw .unusableSetting(name: setting, reason: "it is given twice")
      }
    }
  }
}

extension VictoriaMetricsConnection: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The address without user info.
  public var description: String { HTTPRequest(url: baseURL).shownURL }
  /// The address without user info.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows no header.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
