import Foundation
import Testing

/// One of the package's programs as a process, with its log lines.
final class Program {
  private let process = Process()
  private let errors = Pipe()
  private var received = Data()

  /// Starts the program with exactly the given environment.
  init(_ name: String, _ environment: [String: String]) throws {
    let testProgram = try #require(CommandLine.arguments.first)
    process.executableURL = URL(filePath: testProgram).deletingLastPathComponent()
      .appending(path: name)
    process.environment = environment
    process.standardError = errors
    try process.run()
    try errors.fileHandleForWriting.close()
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
    }
  }

  func terminate() { process.terminate() }

  func waitForExit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The next line of the log, or `nil` after the last one.
  func nextLine() -> String? {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeSubrange(...end) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      let more = errors.fileHandleForReading.availableData
      guard !more.isEmpty else { return nil }
      received.append(more)
    }
  }

  /// The port that the program says it listens on.
  func listeningPort() throws -> UInt16 {
    let line = try #require(nextLine())
    let port = try #require(line.split(separator: " ").last)
    return try #require(UInt16(port))
  }
}
