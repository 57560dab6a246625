import Foundation

/// A program of the system ended with another status than 0.
public struct ShellError: Error, CustomStringConvertible {
  /// What it was, and what it said.
  public let description: String
}

/// Runs programs of the system, such as the `sqlite3` shell.
public enum Shell {
  /// Runs a program that is on the path to its end.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: Its standard output.
  /// - Throws: A `ShellError` if it ends with another status than 0.
  public static func run(_ command: String..., input: String = "") async throws -> String {
    try await run(command, input: input)
  }

  /// Runs a command to its end.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: Standard output.
  /// - Throws: A `ShellError` if it ends with another status than 0.
  public static func run(_ command: [String], input: String = "") async throws -> String {
    try await blocking { try runToEnd(command, input: input) }
  }

  private static func runToEnd(_ command: [String], input: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let (inputPipe, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = inputPipe
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    if !input.isEmpty { try inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
    try inputPipe.fileHandleForWriting.close()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ShellError(
        description: "\(command.joined(separator: " ")) ended with \(process.terminationStatus): "
          + String(decoding: errorText, as: UTF8.self))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
