import Foundation
import TestSupport

extension Recording {
  /// Reads a recorded answer of `Fixtures` by its name.
  init(_ name: String) throws {
    try self.init(http: Self.fixtures(beside: #filePath).appending(path: "\(name).http"))
  }
}
