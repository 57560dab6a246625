/// What is asked of a server.
public struct HTTPRequest: Sendable {
  /// The method, in capital letters.
  public var method: String
  /// An absolute address, `http` or `https`, percent-encoded by the caller.
  public var url: String
  /// The fields to send beside those that the client adds.
  public var headers: HTTPHeaders
  /// Who asks; sent to the host of `url` only, since redirects are not followed.
  public var authorization: HTTPAuthorization?
  /// The bytes to send, or `nil` for none.
  public var body: [UInt8]?
  /// How long the whole exchange may take, from the call to the last byte of the answer.
  public var deadline: Duration
  /// The largest body that is accepted, in bytes after decoding.
  public var maximumResponseBytes: Int

  /// A request with a deadline of 30 s and at most 64 MiB of answer, unless said otherwise.
  public init(
    method: String = "GET", url: String, headers: HTTPHeaders = [:],
    authorization: HTTPAuthorization? = nil, body: [UInt8]? = nil,
    deadline: Duration = .seconds(30), maximumResponseBytes: Int = 64 * 1024 * 1024
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.authorization = authorization
    self.body = body
    self.deadline = deadline
    self.maximumResponseBytes = maximumResponseBytes
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The method and the address without user info and query.
  public var description: String { "\(method) \(CheckedURL.shown(url))" }
  /// The same as `description`.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows neither address nor headers.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
