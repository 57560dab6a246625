import Foundation
import Kubernetes
import Synchronization

/// A manifest that several targets may be read from; it is parsed again only when it changed.
public final class ManifestFile: Sendable {
  /// Where it is; `-` is standard input.
  public let path: String
  private let parsed = Mutex<(text: String, manifest: Manifest)?>(nil)

  /// The manifest at a path; nothing is read yet.
  public init(path: String) {
    self.path = path
  }

  func read() throws(CollectingError) -> Manifest {
    let text = try text()
    return try parsed.withLock { parsed throws(CollectingError) in
      if let parsed, parsed.text == text { return parsed.manifest }
      do {
        let manifest = try Manifest(parsing: text)
        parsed = (text, manifest)
        return manifest
      } catch {
        throw .manifest(path: path, reason: "\(error)")
      }
    }
  }

  /// The name of the VirtualService, if the file can be read and holds no other.
  var onlyVirtualServiceName: String? {
    do {
      let names = try read().virtualServices.map(\.metadata.name)
      return names.count == 1 ? names[0] : nil
    } catch {
      // Whoever needs more than the name reads the file too, and is told why that fails.
      return nil
    }
  }

  private func text() throws(CollectingError) -> String {
    do {
      guard path == "-" else { return try String(contentsOfFile: path, encoding: .utf8) }
      // Standard input can be read once only: what came from it stays.
      if let text = parsed.withLock({ $0?.text }) { return text }
      return String(
        decoding: try FileHandle.standardInput.readToEnd() ?? Data(), as: UTF8.self)
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .manifest(
        path: path, reason: exists ? "it is not a readable text file" : "no such file")
    }
  }
}
