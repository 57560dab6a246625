import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// A socket pool whose listening socket can be told to accept no more.
///
/// FlyingFox's own `stop` closes the listening socket under the task that waits for it, and epoll
/// says nothing about a closed file: the wait would last until the server is cancelled, requests
/// in flight included. Here the wait ends with `SocketError.disconnected`, after which the server
/// ends by itself once its connections have.
final class DrainingSocketPool: AsyncSocketPool {
  private struct State {
    var isDraining = false
    var hasEnded = false
    var wait: Task<Void, any Error>?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let base: any AsyncSocketPool = HTTPServer.defaultPool()
  private let state = Mutex(State())

  var isDraining: Bool { state.withLock { $0.isDraining } }

  func prepare() async throws { try await base.prepare() }

  func run() async throws { try await base.run() }

  func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
    guard try socket.getValue(for: BoolSocketOption(name: SO_ACCEPTCONN)) else {
      return try await base.suspendSocket(socket, untilReadyFor: events)
    }
    // Accepted sockets inherit this. Head and body of an answer are two small writes, and the
    // second would wait for the first one's acknowledgement, up to 40 ms.
    try socket.setValue(
      true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: Int32(TCP_NODELAY)))
    try await suspendListener(socket, untilReadyFor: events)
  }

  /// Makes the server accept no more connections, and returns when it has stopped accepting.
  func stopAccepting() async {
    await withCheckedContinuation { continuation in
      let (hasEnded, wait) = state.withLock { state in
        state.isDraining = true
        if !state.hasEnded {
          state.waiters.append(continuation)
        }
        return (state.hasEnded, state.wait)
      }
      wait?.cancel()
      if hasEnded {
        continuation.resume()
      }
    }
  }

  private func suspendListener(
    _ socket: Socket, untilReadyFor events: Socket.Events
  ) async throws {
    let wait = Task { try await base.suspendSocket(socket, untilReadyFor: events) }
    let isDraining = state.withLock { state in
      state.wait = wait
      return state.isDraining
    }
    if isDraining {
      wait.cancel()
    }
    let result = await withTaskCancellationHandler {
      await wait.result
    } onCancel: {
      wait.cancel()
    }
    guard !self.isDraining else {
      endAccepting()
      throw SocketError.disconnected
    }
    try result.get()
  }

  private func endAccepting() {
    let waiters = state.withLock { state in
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters {
      waiter.resume()
    }
  }
}
