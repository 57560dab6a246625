import Foundation
import Reporting

/// The terminal that standard output may be.
enum Terminal {
  /// How a text result is laid out: as wide as the terminal is, and coloured only there.
  ///
  /// `COLUMNS` goes before the terminal's own width. A result that goes into a file is plain.
  static func style(for output: String?) -> TextStyle {
    guard output == nil else { return .plain }
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let columns = Environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let isPlain = Environment["NO_COLOR"] != nil || Environment["TERM"] == "dumb"
    return TextStyle(
      width: columns ?? (isTerminal ? terminalColumns : nil) ?? TextStyle.plain.width,
      isColoured: isTerminal && !isPlain)
  }

  private static var terminalColumns: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
