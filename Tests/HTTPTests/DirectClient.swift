@testable import HTTP

extension HTTPClient {
  /// A client that uses no proxy, whatever the environment says.
  static func direct(
    security: TransportSecurity = TransportSecurity(), connectTimeout: Duration = .seconds(10),
    maximumConnectionsPerHost: Int = 8, streamBufferBytes: Int = 256 * 1024
  ) -> HTTPClient {
    HTTPClient(
      configuration: HTTPClientConfiguration(
        security: security, proxyURL: Secret(""), userAgent: "tester/1",
        connectTimeout: connectTimeout, maximumConnectionsPerHost: maximumConnectionsPerHost,
        streamBufferBytes: streamBufferBytes))
  }
}
