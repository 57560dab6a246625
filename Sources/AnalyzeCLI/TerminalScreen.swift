import Foundation

/// The terminal on standard output while a picture takes all of it.
///
/// It is left as it was found: the alternate screen keeps what stood there, and keys are shown again.
final class TerminalScreen {
  private static let entering = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[H\u{1B}[2J"
  private static let leaving = "\u{1B}[?25h\u{1B}[?1049l"

  private var settings: termios?
  private var drawnSize: Terminal.Size?
  private var isEntered = false

  /// Takes the terminal.
  func enter() throws(CommandFailure) {
    guard !isEntered else { return }
    isEntered = true
    var settings = termios()
    if isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 {
      self.settings = settings
      // Keys are read one by one, and do not appear in the picture.
      settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
      tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
    try Output.write(Self.entering, to: nil)
  }

  /// Gives the terminal back.
  func leave() throws(CommandFailure) {
    guard isEntered else { return }
    isEntered = false
    drawnSize = nil
    if var settings {
      // What was typed meanwhile was meant for the picture, not for the shell.
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
      self.settings = nil
    }
    try Output.write(Self.leaving, to: nil)
  }

  /// Draws the lines over those that stand there, in one go, so that nothing flickers.
  func draw(_ lines: [String], in size: Terminal.Size) throws(CommandFailure) {
    // What a terminal makes of the old lines when it is resized is its own.
    let erasing = drawnSize == size ? "" : "\u{1B}[2J"
    drawnSize = size
    // Erased before it is written: behind a line as wide as the terminal there is no place to erase
    // from.
    let picture = lines.map { "\u{1B}[K" + $0 }.joined(separator: "\r\n")
    let rest = lines.count < size.rows ? "\r\n\u{1B}[J" : ""
    try Output.write("\u{1B}[H" + erasing + picture + rest, to: nil)
  }
}
