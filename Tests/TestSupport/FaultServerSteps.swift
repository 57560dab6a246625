import Foundation

extension FaultServer.Step {
  /// Sends text as it is.
  public static func send(text: String) -> FaultServer.Step {
    .send(Array(text.utf8))
  }

  /// Sends a whole answer with its length.
  ///
  /// - Parameters:
  ///   - status: The status.
  ///   - headers: The fields beside `Content-Length`.
  ///   - body: The body.
  ///   - statedByteCount: The length to state, where it is not that of the body.
  /// - Returns: One step.
  public static func respond(
    _ status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = [],
    statedByteCount: Int? = nil
  ) -> FaultServer.Step {
    let fields = [("Content-Length", String(statedByteCount ?? body.count))] + headers
    return .send(head(status, fields) + body)
  }

  /// Sends a whole answer with its length and a text for a body.
  public static func respond(_ status: Int = 200, text: String) -> FaultServer.Step {
    .respond(status, body: Array(text.utf8))
  }

  /// Sends the header of an answer whose body comes in chunks.
  public static func startChunked(headers: [(String, String)] = []) -> FaultServer.Step {
    .send(head(200, [("Transfer-Encoding", "chunked")] + headers))
  }

  /// Sends one chunk; an empty one ends the body.
  public static func chunk(_ bytes: [UInt8]) -> FaultServer.Step {
    .send(framed(bytes))
  }

  /// Sends the same chunk until the client goes.
  public static func endlessChunks(_ bytes: [UInt8]) -> FaultServer.Step {
    .sendEndlessly(framed(bytes))
  }

  private static func framed(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
  }

  private static func head(_ status: Int, _ fields: [(String, String)]) -> [UInt8] {
    let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
    return Array("HTTP/1.1 \(status) Scripted\r\n\(lines)\r\n".utf8)
  }
}

/// Compresses bytes with the system's gzip.
///
/// - Parameter bytes: What to compress.
/// - Returns: One gzip member.
/// - Throws: An error if the program cannot be run.
public func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
  try await onOwnThread {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("gzip-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { unlink(file.path) }
    return try FaultServerProcess("gzip", ["-c", file.path]).outputToEnd()
  }
}
