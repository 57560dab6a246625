import Foundation
import TestSupport
import Testing

/// A report in a terminal, which `script` of Debian's bsdutils plays.
@Suite struct TerminalTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
  }

  private func inTerminal(_ settings: String) async throws -> String {
    let report =
      "\(AnalyzeProgram.executable.path) report --database \(folder.path("analyze.db")) "
      + "--now 2026-11-24T08:30:45Z"
    let output = try await Shell.run(
      "env", "-u", "NO_COLOR", "-u", "COLUMNS", "TERM=xterm", "script", "--quiet", "--return",
      "--command", "stty cols 72; \(settings) \(report)", "/dev/null")
    return output.replacing("\r\n", with: "\n")
  }

  @Test func `the verdict is coloured in a terminal, and said in words`() async throws {
    let text = try await inTerminal("")
    #expect(text.hasPrefix("\u{1B}[31mBLOCK\u{1B}[0m: "))
    #expect(text.contains("\u{1B}[31mhigher\u{1B}[0m"))
  }

  @Test(arguments: ["NO_COLOR=1", "TERM=dumb"])
  func `there is no colour where it is not wanted`(setting: String) async throws {
    let text = try await inTerminal(setting)
    #expect(text.hasPrefix("BLOCK: "))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func `the report is as wide as the terminal`() async throws {
    let lines = try await inTerminal("NO_COLOR=1").split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 72 })
    #expect(lines.contains { $0.count > 60 })
  }
}
