import Glibc

/// A file that holds one password or token.
struct SecretFile {
  private static let maximumBytes = 64 * 1024

  let path: String
  /// What it is called in messages.
  let name: String

  /// What the file holds now, without white space at its end.
  ///
  /// - Returns: At least one character.
  /// - Throws: `VictoriaMetricsError.unusableSetting` if it cannot be read or is empty.
  func read() throws(VictoriaMetricsError) -> String {
    guard let text = String(validating: try bytes(), as: UTF8.self) else {
      throw unusable("it is not UTF-8")
    }
    guard let end = text.lastIndex(where: { !$0.isWhitespace }) else {
      throw unusable("it is empty")
    }
    return String(text[...end])
  }

  private func bytes() throws(VictoriaMetricsError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unusable(Self.lastReason) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw unusable(Self.lastReason) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= Self.maximumBytes else {
        throw unusable("it is larger than \(Self.maximumBytes) bytes")
      }
    }
  }

  private func unusable(_ reason: String) -> VictoriaMetricsError {
    .unusableSetting(name: name, reason: reason)
  }

  private static var lastReason: String {
    let reason = String(cString: strerror(errno))
    return reason.prefix(1).lowercased() + reason.dropFirst()
  }
}
