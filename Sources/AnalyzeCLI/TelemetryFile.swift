import Foundation

/// Replaces a file in one step, so that a reader never finds half of it.
enum TelemetryFile {
  /// Who may read it: a node exporter runs as another user.
  private static let permissions: mode_t = 0o644

  /// Writes a temporary file beside the path, and renames it.
  ///
  /// Its name does not end as the path's does, so that no collector of text files picks it up.
  static func replace(_ path: String, with text: String) throws(CommandFailure) {
    let temporaryPath = "\(path).\(getpid()).tmp"
    do throws(POSIXError) {
      try writeNewFile(temporaryPath, text)
      guard rename(temporaryPath, path) == 0 else { throw lastError() }
    } catch {
      _ = unlink(temporaryPath)
      throw CommandFailure(
        .failure,
        "cannot write telemetry to \(path): \(reason(error)); check that its folder exists and may "
          + "be written to")
    }
  }

  private static func writeNewFile(_ path: String, _ text: String) throws(POSIXError) {
    // A process that was killed may have left the file; in a container every process has the same
    // number.
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let descriptor = open(path, flags, permissions)
    guard descriptor >= 0 else { throw lastError() }
    do throws(POSIXError) {
      // The process' umask took away from what was asked for.
      guard fchmod(descriptor, permissions) == 0 else { throw lastError() }
      try writeAll(Array(text.utf8), to: descriptor)
    } catch {
      _ = close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw lastError() }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(POSIXError) {
    var remaining = bytes[...]
    while !remaining.isEmpty {
      let count = remaining.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        remaining = remaining.dropFirst(count)
      } else if errno != EINTR {
        throw lastError()
      }
    }
  }

  private static func lastError() -> POSIXError {
    POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }

  private static func reason(_ error: POSIXError) -> String {
    String(cString: strerror(error.code.rawValue))
  }
}
