import Foundation
import TestSupport

extension Recording {
  /// Reads a recorded body of `Fixtures` that came with the status.
  init(_ path: String, status: Int = 200) throws {
    try self.init(body: Self.fixtures(beside: #filePath).appending(path: path), status: status)
  }

  /// Reads a recorded answer of `Fixtures` with its status line and headers.
  init(http path: String) throws {
    try self.init(http: Self.fixtures(beside: #filePath).appending(path: path))
  }
}
