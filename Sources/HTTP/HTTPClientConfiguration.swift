/// What all requests of a client have in common.
public struct HTTPClientConfiguration: Sendable {
  /// Trust and identity over TLS.
  public var security: TransportSecurity
  /// The proxy's address; `nil` takes it from the environment (`http_proxy`, `HTTPS_PROXY`,
  /// `NO_PROXY`…), an empty text uses none.
  ///
  /// It is a secret because it may hold a password.
  public var proxyURL: Secret?
  /// What the client calls itself.
  public var userAgent: String
  /// How long reaching the server may take, TLS included.
  public var connectTimeout: Duration
  /// How many connections to one host are open at most; further requests wait.
  ///
  /// Without HTTP/2 each stream that is being read holds one.
  public var maximumConnectionsPerHost: Int
  /// How much of a stream is kept for a slow reader before the server has to wait, in bytes.
  public var streamBufferBytes: Int

  /// A configuration that trusts the system's authorities and waits 10 s for a connection.
  public init(
    security: TransportSecurity = TransportSecurity(), proxyURL: Secret? = nil,
    userAgent: String = "analyze", connectTimeout: Duration = .seconds(10),
    maximumConnectionsPerHost: Int = 8, streamBufferBytes: Int = 256 * 1024
  ) {
    self.security = security
    self.proxyURL = proxyURL
    self.userAgent = userAgent
    self.connectTimeout = connectTimeout
    self.maximumConnectionsPerHost = maximumConnectionsPerHost
    self.streamBufferBytes = streamBufferBytes
  }
}
