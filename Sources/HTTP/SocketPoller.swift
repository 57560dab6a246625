internal import CCurl
import Glibc

/// Waits until one of many sockets is ready, and may be woken from any thread.
///
/// Source: `man 7 epoll`, `man 2 eventfd`.
final class SocketPoller: Sendable {
  /// A socket for which something has happened.
  struct Event {
    let socket: Int32
    /// Bits of libcurl's `CURL_CSELECT_…`.
    let readiness: Int32
  }

  private let poller: Int32
  private let wakeups: Int32

  init() {
    poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeups = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(poller >= 0 && wakeups >= 0, "the process may open no more files")
    set(wakeups, EPOLLIN.rawValue)
  }

  deinit {
    close(poller)
    close(wakeups)
  }

  /// Ends the wait, the next one if there is none.
  func wake() {
    _ = eventfd_write(wakeups, 1)
  }

  /// Watches a socket as libcurl wants it, one of its `CURL_POLL_…`.
  func watch(_ socket: Int32, for need: Int32) {
    switch need {
    case CURL_POLL_IN: set(socket, EPOLLIN.rawValue)
    case CURL_POLL_OUT: set(socket, EPOLLOUT.rawValue)
    case CURL_POLL_INOUT: set(socket, EPOLLIN.rawValue | EPOLLOUT.rawValue)
    // It may be closed already, and is no longer watched then.
    default: _ = epoll_ctl(poller, EPOLL_CTL_DEL, socket, nil)
    }
  }

  private func set(_ socket: Int32, _ events: UInt32) {
    var event = epoll_event(events: events, data: epoll_data_t(fd: socket))
    guard epoll_ctl(poller, EPOLL_CTL_MOD, socket, &event) != 0 else { return }
    let code = epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event)
    precondition(code == 0, "a socket cannot be watched: \(String(cString: strerror(errno)))")
  }

  /// Waits until something happens.
  ///
  /// - Parameter milliseconds: How long at most.
  /// - Returns: Which sockets are ready; none where the time is up or the wait was ended.
  func wait(milliseconds: Int) -> [Event] {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
      let count = epoll_wait(
        poller, events.baseAddress, Int32(events.count),
        Int32(clamping: max(0, milliseconds)))
      // A signal ends the wait early, which does no harm.
      guard count > 0 else { return [] }
      return events.prefix(Int(count)).compactMap { event in
        guard event.data.fd != wakeups else {
          var count: eventfd_t = 0
          eventfd_read(wakeups, &count)
          return nil
        }
        return Event(socket: event.data.fd, readiness: Self.readiness(event.events))
      }
    }
  }

  private static func readiness(_ events: UInt32) -> Int32 {
    var bits: Int32 = 0
    if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { bits |= CURL_CSELECT_IN }
    if events & EPOLLOUT.rawValue != 0 { bits |= CURL_CSELECT_OUT }
    if events & EPOLLERR.rawValue != 0 { bits |= CURL_CSELECT_ERR }
    return bits
  }
}
