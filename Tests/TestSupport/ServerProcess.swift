import Foundation
import FoundationNetworking
import Glibc

/// Why a real program could not be started or asked for a test.
public enum ServerProcessError: Error, Equatable, CustomStringConvertible {
  /// The program ended before it answered.
  case ended(program: String, status: Int32, log: String)
  /// The program runs and does not answer.
  case silent(program: String, url: String, log: String)
  /// The program answered with another status than 2xx.
  case refused(url: String, status: Int, text: String)
  /// No port of the loopback address could be had.
  case noFreePort(errno: Int32)

  /// The error as one line, followed by what the program wrote.
  public var description: String {
    switch self {
    case .ended(let program, let status, let log):
      "\(program) ended with status \(status) before it answered: \(log)"
    case .silent(let program, let url, let log):
      "\(program) does not answer at \(url): \(log)"
    case .refused(let url, let status, let text):
      "\(url) answered \(status): \(text)"
    case .noFreePort(let errno):
      "cannot find a free port of the loopback address: \(String(cString: strerror(errno)))"
    }
  }
}

/// A server program that runs for a test, and is ended by its own identifier when let go.
public final class ServerProcess: @unchecked Sendable {
  // Foundation keeps the state of a `Process` behind a lock of its own.
  private let process = Process()
  private let program: String
  private let log: URL

  /// Starts a program that is on the path, or is named by its path.
  ///
  /// - Parameters:
  ///   - program: Its name or path.
  ///   - arguments: Its arguments.
  ///   - environment: Variables added to this process's own.
  ///   - log: The file that receives its standard output and standard error.
  /// - Throws: If the file cannot be written.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], log: URL
  ) throws {
    self.program = program
    self.log = log
    try Data().write(to: log)
    let output = try FileHandle(forWritingTo: log)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try output.close()
  }

  deinit {
    stop()
  }

  /// The identifier of the process.
  public var identifier: Int32 { process.processIdentifier }

  /// Whether the program still runs.
  public var isRunning: Bool { process.isRunning }

  /// What the program wrote so far.
  public var output: String {
    // A log that cannot be read must not hide the error that it was to explain.
    (try? String(contentsOf: log, encoding: .utf8)) ?? "(its log cannot be read)"
  }

  /// Waits until an address answers with 2xx.
  ///
  /// - Parameters:
  ///   - url: The address.
  ///   - seconds: The longest wait, in seconds.
  /// - Throws: `ServerProcessError.ended` or `.silent`, with what the program wrote.
  public func waitUntilReady(at url: URL, withinSeconds seconds: Int = 20) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      guard isRunning else {
        throw ServerProcessError.ended(
          program: program, status: process.terminationStatus, log: output)
      }
      if (try? await Self.get(url)) != nil { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerProcessError.silent(program: program, url: url.absoluteString, log: output)
  }

  /// Ends the program: SIGTERM, and SIGKILL where that has not helped after five seconds.
  public func stop() {
    end(with: SIGTERM)
  }

  /// Ends the program without a chance to tidy up, as a crash would.
  public func crash() {
    end(with: SIGKILL)
  }

  private func end(with signal: Int32) {
    guard process.isRunning else { return }
    kill(process.processIdentifier, signal)
    // Not `waitUntilExit`: it runs a run loop, and can hold a thread of Swift's pool for good.
    // Bounded, for Foundation takes a program to run as long as a descendant of it does.
    for attempt in 0..<1000 {
      guard process.isRunning else { return }
      if attempt == 500 {
        kill(process.processIdentifier, SIGKILL)
      }
      usleep(10_000)
    }
  }

  /// Asks an address of a server of the test.
  ///
  /// - Parameters:
  ///   - url: The address.
  ///   - body: What to post; nothing for a GET.
  /// - Returns: The body of the answer.
  /// - Throws: `ServerProcessError.refused` for another status than 2xx, or what Foundation throws.
  @discardableResult
  public static func get(_ url: URL, posting body: String? = nil) async throws -> String {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = 10
    let session = URLSession(configuration: configuration)
    defer { session.finishTasksAndInvalidate() }
    var request = URLRequest(url: url)
    if let body {
      request.httpMethod = "POST"
      request.httpBody = Data(body.utf8)
    }
    let (data, response) = try await session.data(for: request)
    let text = String(decoding: data, as: UTF8.self)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard (200..<300).contains(status) else {
      throw ServerProcessError.refused(url: url.absoluteString, status: status, text: text)
    }
    return text
  }
}
