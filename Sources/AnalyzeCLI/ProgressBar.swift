import Collecting
import Foundation
import Synchronization

/// Shows how far a long run has come, on a terminal and nowhere else.
enum ProgressBar {
  private static let width = 30
  private static let erasing = "\r\u{1B}[2K"
  private static let isDrawn = Mutex(false)

  /// A bar on standard error that redraws itself in one line and is gone at the end; nothing where
  /// that is no terminal, or with `NO_COLOR`.
  static func onTerminal(_ title: String) -> Collector.Progress {
    guard isatty(STDERR_FILENO) == 1, Environment["NO_COLOR"] == nil else { return { _, _ in } }
    return { done, all in
      guard done < all else { return erase() }
      let filled = width * done / all
      let bar =
        String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
      isDrawn.withLock { isDrawn in
        isDrawn = true
        FileHandle.standardError.write(Data("\(erasing)\(title) [\(bar)] \(done)/\(all)".utf8))
      }
    }
  }

  /// Takes the bar away, so that a line can stand in its place.
  static func erase() {
    isDrawn.withLock { isDrawn in
      guard isDrawn else { return }
      isDrawn = false
      FileHandle.standardError.write(Data(erasing.utf8))
    }
  }
}
