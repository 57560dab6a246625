import Foundation

/// Where results and messages go.
enum Output {
  /// Writes a line to standard error.
  static func error(_ line: String) {
    ProgressBar.erase()
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Writes a result to standard output, or to a file, whole or not at all.
  static func write(_ text: String, to path: String?) throws(CommandFailure) {
    do {
      if let path {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
      } else {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
      }
    } catch {
      let place = path ?? "standard output"
      throw CommandFailure(.failure, "cannot write to \(place): \(Self.reason(error))")
    }
  }

  /// Why a file could not be written, in the words of the system.
  static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let code = underlying.flatMap({ POSIXErrorCode(rawValue: Int32($0.code)) }) {
      return String(cString: strerror(code.rawValue))
    }
    return error.localizedDescription
  }
}
