import FlyingFox
import FlyingSocks
import Foundation

/// One version of the backend, listening.
public final class BackendServer: Sendable {
  private let endpoint: SocketEndpoint
  private let ledger = RequestLedger()
  private let pool = DrainingSocketPool()
  private let server: HTTPServer

  /// Creates the server; `run` makes it listen.
  ///
  /// - Parameters:
  ///   - version: The version's name, which its answers begin with.
  ///   - settings: How it listens and behaves.
  /// - Throws: `BackendError.listening` where the address is no IP address.
  public init(version: String, settings: BackendSettings) throws(BackendError) {
    guard let endpoint = SocketEndpoint(address: settings.listenAddress, port: settings.port)
    else {
      throw .listening(endpoint: settings.listenAddress, cause: "it is no IP address")
    }
    self.endpoint = endpoint
    let handler = BackendHandler(
      version: version, settings: settings, ledger: ledger,
      isDraining: { [pool] in pool.isDraining })
    server = HTTPServer(
      config: HTTPServer.Configuration(
        address: endpoint.socketAddress,
        // No answer takes longer than its delay. As short as can be, since every request leaves
        // something behind until its timeout has passed.
        timeout: Double(settings.delayMilliseconds) / 1000 + 5,
        pool: pool,
        logger: .disabled),
      handler: handler)
  }

  /// Listens and answers until `drain` is called.
  ///
  /// - Throws: `BackendError.listening` where it cannot listen, or no longer accept.
  public func run() async throws(BackendError) {
    do {
      try await server.run()
    } catch {
      guard !pool.isDraining else { return }
      throw .listening(endpoint: endpoint.description, cause: Self.cause(of: error))
    }
  }

  /// Waits until the server listens, and returns its port.
  ///
  /// - Returns: The port, also where the settings asked for any free one.
  /// - Throws: What FlyingFox throws where the server does not listen within five seconds.
  public func listeningPort() async throws -> UInt16 {
    try await server.waitUntilListening()
    return switch await server.listeningAddress {
    case .ip4(_, let port), .ip6(_, let port): port
    case .unix, nil: endpoint.port
    }
  }

  /// Accepts no more connections, and waits for the requests in flight.
  ///
  /// - Parameter seconds: The longest wait, in seconds.
  /// - Returns: The number of requests that were still open when the wait ended.
  public func drain(withinSeconds seconds: Int) async -> Int {
    let endings = AsyncStream<Void> { ending in
      Task { [pool, server] in
        await pool.stopAccepting()
        // What is still in flight at a timeout would be cut off here: that is for the caller, who
        // ends the process.
        await server.stop(timeout: 86_400)
        ending.yield()
      }
      Task {
        try await Task.sleep(for: .seconds(seconds))
        ending.yield()
      }
    }
    for await _ in endings { break }
    return ledger.open
  }

  private static func cause(of error: any Error) -> String {
    guard case SocketError.failed(_, _, let message) = error else { return "\(error)" }
    return message.lowercased()
  }
}
