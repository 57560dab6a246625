import Collecting
import Foundation

/// Shows how far a long run has come, on a terminal and nowhere else.
enum ProgressBar {
  private static let width = 30

  /// A bar on standard error that redraws itself in one line; nothing where that is no terminal.
  static func onTerminal(_ title: String) -> Collector.Progress {
    guard isatty(STDERR_FILENO) == 1 else { return { _, _ in } }
    return { done, all in
      let filled = all == 0 ? width : width * done / all
      let bar =
        String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
      let end = done == all ? "\n" : ""
      FileHandle.standardError.write(Data("\r\(title) [\(bar)] \(done)/\(all)\(end)".utf8))
    }
  }
}
