import Foundation

/// Writes the texts of files into one Swift file, as `EmbeddedText.files`.
///
/// Usage: `embed-text OUTPUT ROOT FILE…`; each file is named by its path below ROOT.
@main
struct EmbedText {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2 else {
      FileHandle.standardError.write(Data("usage: embed-text OUTPUT ROOT FILE…\n".utf8))
      exit(64)
    }
    let root = arguments[1].hasSuffix("/") ? arguments[1] : arguments[1] + "/"
    var source = "enum EmbeddedText {\n  static let files: [(path: String, text: String)] = [\n"
    for path in arguments.dropFirst(2).sorted() {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let name = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
      source += "    (\(name.debugDescription), \(text.debugDescription)),\n"
    }
    source += "  ]\n}\n"
    try source.write(toFile: arguments[0], atomically: true, encoding: .utf8)
  }
}
