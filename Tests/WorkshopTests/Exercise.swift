import Foundation
import TestSupport

/// The commands of the exercise in `workshop/README.md`, and what one should see.
struct Exercise {
  struct Step: CustomStringConvertible {
    /// The line at which the command stands.
    let line: Int
    let command: String
    /// The lines below the command; `…` stands for whatever ends the line.
    var expected: [String] = []
    var runsInBackground = false
    var status: Int32 = 0
    /// Whether chance alone can fail it, one time in a thousand.
    var isStatistical = false

    var description: String { "workshop/README.md:\(line)" }

    /// The expected lines that an output lacks; figures and spaces do not matter, the order does.
    func missing(in output: String) -> [String] {
      var rest = output.split(separator: "\n").map { Self.normalized(String($0)) }[...]
      return expected.filter { line in
        let parts = line.split(separator: "…", maxSplits: 1, omittingEmptySubsequences: false)
        let wanted = Self.normalized(String(parts[0]))
        let index = rest.firstIndex { parts.count > 1 ? $0.hasPrefix(wanted) : $0 == wanted }
        guard let index else { return true }
        rest = rest[(index + 1)...]
        return false
      }
    }

    private static func normalized(_ line: String) -> String {
      line.replacing(/\b[0-9][0-9,.]*(?:e-?[0-9]+)?/, with: "#")
        .split(separator: " ").joined(separator: " ")
    }
  }

  let steps: [Step]

  /// Reads the steps: a comment `<!-- exercise… -->`, a block of `bash`, and perhaps one of output.
  init() throws {
    let text = try String(
      contentsOf: Checkout.root.appending(path: "workshop/README.md"), encoding: .utf8)
    var steps: [Step] = []
    var mark: String?
    var block: (language: String, lines: [String], first: Int)?
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if let match = line.wholeMatch(of: /<!-- exercise(.*) -->/) {
        mark = String(match.1)
      } else if line.hasPrefix("```") {
        guard let finished = block else {
          block = (String(line.dropFirst(3)), [], index + 2)
          continue
        }
        block = nil
        if let taken = mark, finished.language == "bash" {
          steps.append(Self.step(taken, finished.lines, at: finished.first))
          mark = ""
        } else if mark == "", finished.language.isEmpty, !steps.isEmpty {
          steps[steps.count - 1].expected = finished.lines
          mark = nil
        }
      } else if block != nil {
        block?.lines.append(line)
      } else if !line.isEmpty {
        // Only a block that follows at once is what one should see.
        mark = nil
      }
    }
    self.steps = steps
  }

  private static func step(_ mark: String, _ lines: [String], at line: Int) -> Step {
    var step = Step(line: line, command: lines.joined(separator: "\n"))
    step.runsInBackground = mark.contains("in the background")
    step.isStatistical = mark.contains("split")
    if let match = mark.firstMatch(of: /ends with (\d+)/), let status = Int32(match.1) {
      step.status = status
    }
    return step
  }
}
