import Foundation
import Glibc
import Synchronization

/// An HTTP/1.1 server on the loopback that does what a script says, faults included.
///
/// Use `withFaultServer`, which also stops it.
public final class FaultServer: Sendable {
  /// What a script is told and a test can look at later.
  public struct Request: Sendable, Equatable {
    /// Which request it is, from 0, over all connections.
    public let number: Int
    /// Which connection it came by, from 0.
    public let connection: Int
    /// The method.
    public let method: String
    /// The path with the query, as sent.
    public let target: String
    /// The fields; names in small letters, the last of a name counts.
    public let headers: [String: String]
    /// The body.
    public let body: [UInt8]
  }

  /// What to do for a request, one after the other.
  ///
  /// The connection then stays open for the next request, unless a step ended it.
  public enum Step: Sendable {
    /// Send these bytes as they are.
    case send([UInt8])
    /// Send these bytes again and again until the client goes.
    case sendEndlessly([UInt8])
    /// Wait, but no longer than the client does.
    case wait(Duration)
    /// Answer nothing until the client goes.
    case waitForHangUp
    /// Close the connection in an orderly way.
    case close
    /// Break the connection off (RST).
    case reset
  }

  /// Decides on the steps for a request.
  public typealias Script = @Sendable (Request) -> [Step]

  struct State {
    var requests: [Request] = []
    var connectionCount = 0
    var hangUpCount = 0
    var sentByteCount = 0
    var openSockets: Set<Int32> = []
    var isStopped = false
  }

  /// The port on 127.0.0.1.
  public let port: Int
  let script: Script
  let state = Mutex(State())
  private let listener: Int32

  /// Starts to listen on a free port of 127.0.0.1.
  ///
  /// - Parameter script: What to do for each request.
  /// - Throws: `POSIXError` if there is no socket to be had.
  public init(_ script: @escaping Script) throws {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw FaultServer.lastError }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 128) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    guard isListening else { throw FaultServer.lastError }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [self] in acceptConnections() }.start()
  }

  /// `http://127.0.0.1:` and the port.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// The requests so far, in the order in which they were complete.
  public var requests: [Request] { state.withLock { $0.requests } }
  /// How many connections were accepted so far.
  public var connectionCount: Int { state.withLock { $0.connectionCount } }
  /// How many connections are open now.
  public var openConnectionCount: Int { state.withLock { $0.openSockets.count } }
  /// How many connections the client closed while the script waited or sent.
  public var hangUpCount: Int { state.withLock { $0.hangUpCount } }
  /// How many bytes the client's side has taken so far.
  public var sentByteCount: Int { state.withLock { $0.sentByteCount } }

  /// Closes everything; open connections are broken off.
  public func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for socket in state.openSockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func acceptConnections() {
    while true {
      let socket = accept(listener, nil, nil)
      guard socket >= 0 else { break }
      // A connection stays open as long as any process has it.
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      let number = state.withLock { state -> Int? in
        guard !state.isStopped else { return nil }
        state.openSockets.insert(socket)
        state.connectionCount += 1
        return state.connectionCount - 1
      }
      guard let number else {
        close(socket)
        break
      }
      Thread { [self] in
        FaultServerConnection(server: self, socket: socket, number: number).serve()
      }.start()
    }
    close(listener)
  }

  static var lastError: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

/// Runs a body with a scripted server and stops the server afterwards.
///
/// - Parameters:
///   - script: What to do for each request.
///   - body: What uses the server.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or `POSIXError` if there is no socket to be had.
public func withFaultServer<Value>(
  _ script: @escaping FaultServer.Script, _ body: (FaultServer) async throws -> Value
) async throws -> Value {
  let server = try FaultServer(script)
  defer { server.stop() }
  return try await body(server)
}

/// Waits until a condition holds.
///
/// - Parameters:
///   - limit: How long to wait at most.
///   - condition: What to wait for.
/// - Returns: Whether it came to hold within the limit, and before the task was cancelled.
public func eventually(
  within limit: Duration = .seconds(20), _ condition: @Sendable () -> Bool
) async -> Bool {
  let end = ContinuousClock.now + limit
  while !condition() {
    guard ContinuousClock.now < end else { return false }
    do { try await Task.sleep(for: .milliseconds(2)) } catch { return false }
  }
  return true
}
