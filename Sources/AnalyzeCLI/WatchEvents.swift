import Dispatch
import Foundation

/// What happens to a picture in a terminal.
enum WatchEvent: Sendable {
  /// A second has passed.
  case second
  /// The terminal has another size.
  case resized
  /// A key was pressed that ends it.
  case quit
  /// A signal whose own effect is to stop or end the process.
  case signal(Int32)
}

/// The events of a terminal, until nobody listens any more.
enum WatchEvents {
  private static let queue = DispatchQueue(label: "watch")
  /// Those after which the terminal must be as it was; SIGINT and SIGTERM end every command.
  private static let signals = [SIGTSTP, SIGQUIT, SIGHUP]

  static func stream(readsKeys: Bool) -> AsyncStream<WatchEvent> {
    AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
      let timer = DispatchSource.makeTimerSource(queue: queue)
      timer.schedule(deadline: .now() + 1, repeating: 1)
      timer.setEventHandler { continuation.yield(.second) }
      var sources: [any DispatchSourceProtocol] = [timer]
      for signal in readsKeys ? [SIGWINCH] + signals : [] {
        let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
        source.setEventHandler {
          continuation.yield(signal == SIGWINCH ? .resized : .signal(signal))
        }
        sources.append(source)
      }
      if readsKeys, isatty(STDIN_FILENO) == 1 {
        let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        keys.setEventHandler {
          var bytes = [UInt8](repeating: 0, count: 64)
          let count = read(STDIN_FILENO, &bytes, bytes.count)
          let pressed = bytes.prefix(max(0, count))
          // Nothing can be read any more where the terminal is gone.
          if count <= 0 || pressed.contains(where: { $0 | 0x20 == UInt8(ascii: "q") }) {
            continuation.yield(.quit)
          }
        }
        sources.append(keys)
      }
      for source in sources { source.activate() }
      let held = Held(sources)
      continuation.onTermination = { _ in held.cancel() }
    }
  }

  /// Lets a signal have its own effect; returns if the process goes on after it.
  static func takeEffect(of number: Int32) {
    var (set, before) = (sigset_t(), sigset_t())
    sigemptyset(&set)
    sigaddset(&set, number)
    let handler = signal(number, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &set, &before)
    raise(number)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    signal(number, handler)
  }

  /// The sources; Dispatch lets any thread cancel them.
  private final class Held: @unchecked Sendable {
    private let sources: [any DispatchSourceProtocol]
    init(_ sources: [any DispatchSourceProtocol]) { self.sources = sources }
    func cancel() { for source in sources { source.cancel() } }
  }
}
