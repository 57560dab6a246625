import Foundation
import Glibc

/// A program that a test needs has failed.
public struct FaultServerProgramError: Error {
  /// Its name.
  public let program: String
  /// Its exit status, or the number of the system's error if it could not be started.
  public let status: Int32
  /// What it wrote.
  public let text: String
}

/// A program started for a test, with a socket to its input and from its output.
///
/// Foundation's `Process` waits by running a run loop, which can keep a thread of Swift's pool, of
/// which there are few, from ever going on.
final class FaultServerProcess: Sendable {
  private let name: String
  private let identifier: pid_t
  private let socket: Int32

  init(_ name: String, _ arguments: [String]) throws {
    self.name = name
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw FaultServer.lastError
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_adddup2(&actions, ends[1], descriptor)
    }
    var words = ([name] + arguments).map { strdup($0) } + [nil]
    var identifier = pid_t()
    let code = posix_spawnp(&identifier, name, &actions, nil, &words, environ)
    posix_spawn_file_actions_destroy(&actions)
    for word in words { free(word) }
    close(ends[1])
    socket = ends[0]
    self.identifier = identifier
    guard code == 0 else {
      throw FaultServerProgramError(program: name, status: code, text: "cannot be started")
    }
  }

  deinit {
    close(socket)
  }

  /// What the program writes next, at once when there is some; empty at the end.
  func read() throws -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = Glibc.read(socket, &chunk, chunk.count)
    guard count >= 0 else { throw FaultServer.lastError }
    return Array(chunk[..<count])
  }

  /// Ends the program, and waits until it has ended.
  func terminate() {
    // The threads of Swift's pool block other signals, and what they start inherits that.
    kill(identifier, SIGKILL)
    waitpid(identifier, nil, 0)
  }

  /// Reads all output and waits for the end, which has to be a good one.
  func outputToEnd() throws -> [UInt8] {
    var all: [UInt8] = []
    while case let chunk = try read(), !chunk.isEmpty { all += chunk }
    var status: Int32 = 0
    waitpid(identifier, &status, 0)
    guard status == 0 else {
      throw FaultServerProgramError(
        program: name, status: status, text: String(decoding: all, as: UTF8.self))
    }
    return all
  }
}

/// Runs what blocks on a thread of its own, so that Swift's few threads stay free.
func onOwnThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try body() }) }.start()
  }
}
