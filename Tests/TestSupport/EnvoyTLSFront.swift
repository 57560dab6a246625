import Foundation

/// A real Envoy that takes TLS on a free loopback port, offers the protocols that it is told to,
/// and hands requests on in the clear.
public final class EnvoyTLSFront: Sendable {
  /// Its port for TLS.
  public let port: Int

  private let administrationURL: URL
  private let process: ServerProcess
  // Removed when the server is let go, after its process has ended.
  private let folder: TemporaryFolder

  private init(
    ports: [UInt16], of server: FaultServer, identity: TestCertificates.Pair, protocols: [String]
  ) throws {
    guard let url = URL(string: "http://127.0.0.1:\(ports[1])/") else { throw URLError(.badURL) }
    port = Int(ports[0])
    administrationURL = url
    folder = try TemporaryFolder()
    let configuration = Self.configuration
      .replacing("@PORT@", with: "\(ports[0])")
      .replacing("@ADMIN_PORT@", with: "\(ports[1])")
      .replacing("@UPSTREAM_PORT@", with: "\(server.port)")
      .replacing("@CERTIFICATE@", with: identity.certificatePath)
      .replacing("@KEY@", with: identity.keyPath)
      .replacing("@PROTOCOLS@", with: protocols.joined(separator: ", "))
    process = try ServerProcess(
      EnvoyServer.executable,
      [
        "-c", try folder.write(configuration, to: "envoy.yaml"), "--concurrency", "1",
        "--disable-hot-restart", "-l", "warning",
      ],
      log: folder.url.appending(path: "log"))
  }

  deinit {
    process.stop()
  }

  /// Starts Envoy in front of a server and waits until it is ready.
  ///
  /// - Parameters:
  ///   - server: Where requests are handed on to.
  ///   - identity: The certificate that it shows.
  ///   - protocols: What it offers by ALPN, the best first: `h2`, `http/1.1`.
  /// - Returns: The front.
  /// - Throws: `ServerProcessError` if it does not start or does not become ready.
  public static func start(
    of server: FaultServer, identity: TestCertificates.Pair, protocols: [String]
  ) async throws -> EnvoyTLSFront {
    let front = try EnvoyTLSFront(
      ports: ServerProcess.freePorts(2), of: server, identity: identity, protocols: protocols)
    try await front.process.waitUntilReady(at: front.administrationURL.appending(path: "ready"))
    return front
  }

  /// What Envoy has counted on the side of its clients since it started.
  ///
  /// - Parameter name: A statistic of its connection manager, such as `downstream_cx_http2_total`.
  /// - Returns: The count.
  /// - Throws: `ServerProcessError` if the administration interface refuses.
  public func count(of name: String) async throws -> Int? {
    let text = try await ServerProcess.get(administrationURL.appending(path: "stats"))
    let prefix = "http.front.\(name): "
    let line = text.split(separator: "\n").first { $0.hasPrefix(prefix) }
    return line.flatMap { Int($0.dropFirst(prefix.count)) }
  }

  private static let configuration = """
    admin:
      address: {socket_address: {address: 127.0.0.1, port_value: @ADMIN_PORT@}}
    static_resources:
      listeners:
      - address: {socket_address: {address: 127.0.0.1, port_value: @PORT@}}
        enable_reuse_port: false
        filter_chains:
        - transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              common_tls_context:
                alpn_protocols: [@PROTOCOLS@]
                tls_certificates:
                - certificate_chain: {filename: "@CERTIFICATE@"}
                  private_key: {filename: "@KEY@"}
          filters:
          - name: envoy.filters.network.http_connection_manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: front
              route_config:
                virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                  - {match: {prefix: "/"}, route: {cluster: server}}
              http_filters:
              - name: envoy.filters.http.router
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
      clusters:
      - name: server
        type: STATIC
        load_assignment:
          cluster_name: server
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: @UPSTREAM_PORT@}}}
    """
}
