import Foundation
import TestSupport

/// The instructions of a Dockerfile.
struct Dockerfile {
  struct Instruction: Equatable {
    let name: String
    let text: String

    /// The words of the text; for COPY without its options.
    var operands: [String] {
      text.split(separator: " ").map(String.init).filter { !$0.hasPrefix("--") }
    }
  }

  /// The folder that its COPY instructions begin from.
  let context: URL
  let instructions: [Instruction]

  init(_ path: String, context: String) throws {
    self.context = Checkout.root.appending(path: context)
    let text = try String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8)
    instructions = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .joined(separator: "\n").replacing("\\\n", with: " ").split(separator: "\n").map { line in
        let name = line.prefix { $0 != " " }
        return Instruction(
          name: String(name),
          text: line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces))
      }
  }

  /// The instructions of each stage, from its FROM on.
  var stages: [[Instruction]] {
    instructions.reduce(into: []) { stages, instruction in
      if instruction.name == "FROM" { stages.append([]) }
      if !stages.isEmpty { stages[stages.count - 1].append(instruction) }
    }
  }

  /// The files and folders of the context that a COPY of the first stage takes.
  func sources(of copy: Instruction) throws -> [URL] {
    try copy.operands.dropLast().flatMap { pattern -> [URL] in
      guard pattern.hasSuffix("*") else { return [context.appending(path: pattern)] }
      return try FileManager.default.contentsOfDirectory(atPath: context.path)
        .filter { $0.hasPrefix(pattern.dropLast()) }.map { context.appending(path: $0) }
    }
  }
}
