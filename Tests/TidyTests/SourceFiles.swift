import Foundation
import TestSupport

/// A Swift file of the checkout.
struct SourceFile {
  /// The path below the root of the checkout.
  let path: String
  let lines: [String]

  /// The target that the file belongs to.
  var target: String {
    let parts = path.split(separator: "/").map(String.init)
    return ["Sources", "Tests"].contains(parts[0]) ? parts[1] : parts[0]
  }

  /// The modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let index = words.firstIndex(of: "import"), index <= 1, index + 1 < words.count,
        index == 0 || words[0].hasPrefix("@")
      else { return nil }
      return words[index + 1]
    }
  }

  /// All Swift files below the folders.
  static func all(in folders: [String]) throws -> [SourceFile] {
    var files: [SourceFile] = []
    for folder in folders {
      let root = Checkout.root.appending(path: folder)
      let paths = FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []
      for path in paths.sorted() where path.hasSuffix(".swift") {
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        files.append(
          SourceFile(
            path: "\(folder)/\(path)",
            lines: text.split(separator: "\n", omittingEmptySubsequences: false)
              .map(String.init)))
      }
    }
    return files
  }
}
