import Foundation

/// The program under test, run as users run it.
public struct AnalyzeProgram: Sendable {
  /// What a run left behind.
  public struct Outcome: Sendable {
    /// The exit status; 128 and the signal where one ended it.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String
  }

  /// Variables of the environment; nothing else is passed on but the path.
  public var environment: [String: String] = [:]
  /// The folder in which the program runs.
  public var folder: URL

  /// The program, run in a folder.
  public init(in folder: URL, environment: [String: String] = [:]) {
    self.folder = folder
    self.environment = environment
  }

  /// Where the program was built: beside the tests.
  public static let executable = Bundle.main.bundleURL.appending(path: "analyze")

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: What the run left behind.
  /// - Throws: If the program cannot be started.
  public func run(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await run(arguments, input: input)
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: What the run left behind.
  /// - Throws: If the program cannot be started.
  public func run(_ arguments: [String], input: String = "") async throws -> Outcome {
    try await blocking { try runToEnd(arguments, input: input) }
  }

  private func runToEnd(_ arguments: [String], input: String) throws -> Outcome {
    let process = try start(arguments)
    let inputPipe = process.standardInput as? Pipe
    // A program that ended without reading would end this one too (SIGPIPE).
    if !input.isEmpty { try inputPipe?.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
    try inputPipe?.fileHandleForWriting.close()
    return Self.outcome(of: process)
  }

  /// Starts the program; `outcome(of:)` waits for its end.
  ///
  /// - Parameter arguments: The arguments.
  /// - Returns: The running process.
  /// - Throws: If the program cannot be started.
  public func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
    process.standardInput = Pipe()
    process.standardOutput = Pipe()
    process.standardError = Pipe()
    try process.run()
    return process
  }

  /// Waits for the end of a run.
  ///
  /// - Parameter process: A process that `start` returned.
  /// - Returns: What the run left behind.
  public static func outcome(of process: Process) -> Outcome {
    // Both pipes are read at once: a program that fills one would wait forever for the other.
    let errors = process.standardError as? Pipe
    let collected = PipeContent()
    let reader = Thread { collected.read(errors) }
    reader.start()
    let output = (process.standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile()
    let errorText = collected.wait()
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: String(decoding: output ?? Data(), as: UTF8.self), errors: errorText)
  }
}

/// What a thread read from a pipe.
private final class PipeContent: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var data = Data()

  func read(_ pipe: Pipe?) {
    data = pipe?.fileHandleForReading.readDataToEndOfFile() ?? Data()
    done.signal()
  }

  func wait() -> String {
    done.wait()
    return String(decoding: data, as: UTF8.self)
  }
}
