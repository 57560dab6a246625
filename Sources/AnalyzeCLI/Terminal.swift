import Foundation
import Reporting

/// The terminal that standard output may be.
enum Terminal {
  /// How much room a terminal has.
  struct Size: Equatable {
    let columns: Int
    let rows: Int
  }

  /// How a text result is laid out: as wide as the terminal is, and coloured only there.
  ///
  /// `COLUMNS` goes before the terminal's own width. A result that goes into a file is plain.
  static func style(for output: String?) -> TextStyle {
    guard output == nil else { return .plain }
    let columns = Environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    return TextStyle(
      width: columns ?? (isTerminal ? ownColumns : nil) ?? TextStyle.plain.width,
      isColoured: isColoured)
  }

  /// Whether a picture can be drawn over the one before it.
  static var canBeRedrawn: Bool { isTerminal && !isDumb }

  /// Whether meaning is also shown in colour.
  static var isColoured: Bool { isTerminal && !isDumb && Environment["NO_COLOR"] == nil }

  /// The terminal's present size; what it does not tell is that of the first terminals.
  static var size: Size {
    let own = windowSize
    return Size(
      columns: own.ws_col > 0 ? Int(own.ws_col) : 80, rows: own.ws_row > 0 ? Int(own.ws_row) : 24)
  }

  private static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  private static var isDumb: Bool { Environment["TERM"] == "dumb" }

  private static var ownColumns: Int? {
    let columns = windowSize.ws_col
    return columns > 0 ? Int(columns) : nil
  }

  /// All zero where there is no terminal.
  private static var windowSize: winsize {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? size : winsize()
  }
}
