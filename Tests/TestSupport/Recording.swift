import Foundation

/// An answer as it was recorded.
public struct Recording: Sendable {
  /// The status.
  public let status: Int
  /// The fields, but for the length of the body.
  public let headers: [(String, String)]
  /// The body.
  public let body: [UInt8]

  /// Reads a recorded body that came with the status.
  ///
  /// - Parameters:
  ///   - body: The file.
  ///   - status: The status.
  /// - Throws: If the file cannot be read.
  public init(body: URL, status: Int = 200) throws {
    self.status = status
    headers = []
    self.body = Array(try Data(contentsOf: body))
  }

  /// Reads a recorded answer with its status line and headers.
  ///
  /// - Parameter http: The file.
  /// - Throws: If the file cannot be read.
  public init(http: URL) throws {
    let text = String(decoding: try Data(contentsOf: http), as: UTF8.self)
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
  public var steps: [FaultServer.Step] { [.respond(status, headers: headers, body: body)] }

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The folder of recordings beside a file of tests.
  ///
  /// - Parameter file: The file's path.
  /// - Returns: The folder.
  public static func fixtures(beside file: String) -> URL {
    URL(filePath: file).deletingLastPathComponent().appending(path: "Fixtures")
  }
}
