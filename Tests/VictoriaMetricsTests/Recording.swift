import Foundation
import TestSupport

/// An answer as it was recorded, in `Fixtures`.
struct Recording {
  let status: Int
  let headers: [(String, String)]
  let body: [UInt8]

  /// Reads a recorded body that came with the status.
  init(_ path: String, status: Int = 200) throws {
    self.status = status
    headers = []
    body = Array(try Self.data(path))
  }

  /// Reads a recorded answer with its status line and headers.
  init(http path: String) throws {
    let text = String(decoding: try Self.data(path), as: UTF8.self)
    let parts = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
    let lines = parts[0].split(separator: "\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    let fields = lines.dropFirst().map { line in
      let field = line.split(separator: ": ", maxSplits: 1).map(String.init)
      return (field[0], field[1])
    }
    headers = fields.filter { $0.0.lowercased() != "content-length" }
    // What the recording program printed behind the body does not belong to it.
    let byteCount = fields.first { $0.0.lowercased() == "content-length" }.flatMap { Int($0.1) }
    body = Array(parts.count > 1 ? Array(parts[1].utf8).prefix(byteCount ?? .max) : [])
  }

  /// What a server does that answers so.
  var steps: [FaultServer.Step] { [.respond(status, headers: headers, body: body)] }

  private static func data(_ path: String) throws -> Data {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try Data(contentsOf: folder.appending(path: "Fixtures/\(path)"))
  }
}
