import Foundation

/// Standard output, or a file that appears once it is whole.
final class StreamedOutput {
  private let path: String?
  private let temporaryPath: String
  private var file: FileHandle?

  /// Opens the output.
  ///
  /// - Parameter path: The file; `nil`: standard output.
  /// - Throws: If the file cannot be made.
  init(to path: String?) throws(CommandFailure) {
    self.path = path
    temporaryPath = "\(path ?? "").\(getpid()).tmp"
    guard path != nil else {
      file = .standardOutput
      return
    }
    // A process that was killed may have left the file.
    let descriptor = open(
      temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, String(cString: strerror(errno))) }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  deinit {
    if path != nil, file != nil { _ = unlink(temporaryPath) }
  }

  /// Writes more.
  func write(_ text: String) throws(CommandFailure) {
    do {
      try file?.write(contentsOf: Data(text.utf8))
    } catch {
      throw Self.failure(path, Output.reason(error))
    }
  }

  /// Puts the file in its place; nothing can be written after that.
  func finish() throws(CommandFailure) {
    guard let path else { return }
    do {
      try file?.synchronize()
      try file?.close()
    } catch {
      throw Self.failure(path, Output.reason(error))
    }
    guard rename(temporaryPath, path) == 0 else {
      throw Self.failure(path, String(cString: strerror(errno)))
    }
    file = nil
  }

  private static func failure(_ path: String?, _ reason: String) -> CommandFailure {
    CommandFailure(.failure, "cannot write to \(path ?? "standard output"): \(reason)")
  }
}
