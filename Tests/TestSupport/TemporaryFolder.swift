import Foundation

/// A folder of its own for one test; it is removed when it is let go.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// Makes a folder.
  ///
  /// - Throws: If the file system refuses.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "analyze-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    KeptFolders.current?.keep(self)
  }

  deinit {
    // What cannot be removed stays for the system to tidy; it fails no test.
    try? FileManager.default.removeItem(at: url)
  }

  /// The path of a file in it.
  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file into it.
  ///
  /// - Parameters:
  ///   - text: What it holds.
  ///   - name: Its name.
  /// - Returns: Its path.
  /// - Throws: If the file system refuses.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name))
    return path(name)
  }
}
