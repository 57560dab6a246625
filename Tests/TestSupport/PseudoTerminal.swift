import Foundation

/// A program on a terminal of its own, which Python's `pty` plays.
public final class PseudoTerminal {
  /// The end of the program was seen, and what was waited for was not.
  public struct Missing: Error, CustomStringConvertible {
    /// What was waited for, and what was shown instead.
    public let description: String
  }

  private static let player = """
    import fcntl, os, pty, select, struct, sys, termios
    def resize(fd, columns, rows):
      fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    pid, fd = pty.fork()
    if pid == 0:
      resize(0, sys.argv[1], sys.argv[2])
      os.execvp(sys.argv[3], sys.argv[3:])
    while True:
      for ready in select.select([fd, 0], [], [])[0]:
        if ready == fd:
          try:
            shown = os.read(fd, 65536)
          except OSError:
            shown = b""
          os.write(1, shown)
        else:
          command = os.read(0, 100).decode().split()
          if command[:1] == ["key"]: os.write(fd, bytes([int(command[1])]))
          if command[:1] == ["signal"]: os.kill(pid, int(command[1]))
          if command[:1] == ["size"]: resize(fd, command[1], command[2])
      if ready == fd and not shown: break
    echo = "on" if termios.tcgetattr(fd)[3] & termios.ECHO else "off"
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(1, f"(status {ended}, echo {echo})".encode())
    """

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var unread = Data()

  /// Starts a program on a terminal.
  ///
  /// - Parameters:
  ///   - columns: How wide the terminal is.
  ///   - rows: How high it is.
  ///   - command: The program and its arguments.
  ///   - environment: Variables beside `PATH` and `TERM`, or in their place.
  /// - Throws: If the system refuses.
  public init(
    columns: Int, rows: Int, _ command: [String], environment: [String: String] = [:]
  ) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.player, "\(columns)", "\(rows)"] + command
    process.environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm"].merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// Waits until a text appears.
  ///
  /// - Parameter text: The text.
  /// - Returns: What was shown since the last wait, up to and with the text.
  /// - Throws: `Missing` if the program ends without it.
  @discardableResult
  public func wait(for text: String) async throws -> String {
    let output = output.fileHandleForReading
    while true {
      if let found = unread.range(of: Data(text.utf8)) {
        let shown = unread[..<found.upperBound]
        unread = Data(unread[found.upperBound...])
        return String(decoding: shown, as: UTF8.self)
      }
      let more = try await blocking { output.availableData }
      guard !more.isEmpty else {
        let shown = String(decoding: unread, as: UTF8.self)
        throw Missing(description: "no \(text.debugDescription) in \(shown.debugDescription)")
      }
      unread += more
    }
  }

  /// Presses a key.
  ///
  /// - Parameter key: Its byte.
  /// - Throws: If the terminal is gone.
  public func press(_ key: UInt8) throws { try tell("key \(key)") }

  /// Sends a signal to the program.
  ///
  /// - Parameter signal: Its number.
  /// - Throws: If the terminal is gone.
  public func send(signal: Int32) throws { try tell("signal \(signal)") }

  /// Gives the terminal another size.
  ///
  /// - Parameters:
  ///   - columns: How wide it becomes.
  ///   - rows: How high it becomes.
  /// - Throws: If the terminal is gone.
  public func resize(columns: Int, rows: Int) throws { try tell("size \(columns) \(rows)") }

  /// Waits for the end of the program.
  ///
  /// - Returns: What was shown since the last wait, and how it ended.
  /// - Throws: If the system refuses.
  public func end() async throws -> String {
    let output = output.fileHandleForReading
    let rest = try await blocking { output.readDataToEndOfFile() }
    return String(decoding: unread + rest, as: UTF8.self)
  }

  private func tell(_ command: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data((command + "\n").utf8))
  }
}
