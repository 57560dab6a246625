import Foundation
import TestSupport
import Testing

@Suite(.replaysDecisions) struct GateFormatTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  /// Names that are markup, control characters or line ends to somebody.
  private static let hostileName = "v2]]><b>|&\"'\u{1B}[2J\n# x"

  private func ask(
    _ sample: SampleDatabase, _ arguments: String..., policy: String? = nil
  ) async throws -> AnalyzeProgram.Outcome {
    try sample.write(to: folder.path("analyze.db"))
    if let policy { try folder.write(policy, to: "analyze.yaml") }
    return try await program.run(["gate", "--now", "2026-11-24T08:30:45Z"] + arguments)
  }

  /// The head of the ledger depends on all that was ever stored.
  private func withoutHashes(_ text: String) -> String {
    text.replacing(#/[0-9a-f]{64}/#, with: "(hash)")
  }

  /// Reads a file as XML, and tells the cases of a JUnit report with what became of them.
  private func cases(_ file: String) async throws -> [String] {
    let reader = """
      import sys, xml.etree.ElementTree as tree
      suites = tree.parse(sys.argv[1]).getroot()
      suite = suites[0]
      print("tests=" + suite.get("tests"), "failures=" + suite.get("failures"),
        "errors=" + suite.get("errors"), "skipped=" + suite.get("skipped"))
      for case in suite.iter("testcase"):
        print(case.get("name").encode("unicode_escape").decode() + ": " + case[0].tag)
      """
    return try await Shell.run("python3", "-c", reader, folder.path(file)).split(separator: "\n")
      .map(String.init)
  }

  @Test func `JUnit: a block is a failure of the check and of the verdict`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 60), "--format", "junit", "--output", "gate.xml")
    #expect(outcome.status == 1)
    #expect(
      try await cases("gate.xml") == [
        "tests=5 failures=2 errors=0 skipped=1", "may go to 100 %: failure",
        "errors of v2: failure",
        "latency of v2: system-out", "limit of v2: skipped", "traffic-split of v2: system-out",
      ])
  }

  @Test func `JUnit: what is not decided is an error of the verdict, not a failure`() async throws {
    let outcome = try await ask(SampleDatabase(), "--format", "junit", "--output", "gate.xml")
    #expect(outcome.status == 2)
    #expect(
      try await cases("gate.xml").prefix(3) == [
        "tests=5 failures=0 errors=1 skipped=1", "may go to 100 %: error", "errors of v2: skipped",
      ])
  }

  @Test func `JUnit: a promotion has no failure, and a gate without data an error`() async throws {
    _ = try await ask(
      SampleDatabase(canaryErrorsInThousand: 2), "--format", "junit", "--output", "gate.xml")
    #expect(try await cases("gate.xml").first == "tests=5 failures=0 errors=0 skipped=0")
    _ = try await program.run(
      "gate", "--now", "2026-11-24T12:00:00Z", "--format", "junit", "--output", "unknown.xml")
    #expect(
      try await cases("unknown.xml") == [
        "tests=1 failures=0 errors=1 skipped=0", "may go to 100 %: error",
      ])
  }

  @Test(
    arguments: [(60, "gate-block.xml"), (10, "gate-hold.xml"), (2, "gate-promote.xml")]
      as [(Int, String)])
  func `JUnit is as recorded`(errorsInThousand: Int, file: String) async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: errorsInThousand), "--format", "junit")
    try expect(withoutHashes(outcome.output), matchesSnapshot: file)
  }

  @Test func `JUnit: names from outside stay names`() async throws {
    _ = try await ask(
      SampleDatabase(
        canaryErrorsInThousand: 60, targetName: "a<b>&\"c", versions: ("v1", Self.hostileName)),
      "--format", "junit", "--output", "gate.xml")
    let cases = try await cases("gate.xml")
    #expect(cases.count == 6)
    #expect(cases[2] == #"errors of v2]]><b>|&"'\ufffd[2J\n# x: failure"#)
  }

  @Test func `Markdown is as recorded`() async throws {
    let outcome = try await ask(SampleDatabase(), "--format", "markdown")
    #expect(outcome.status == 2)
    try expect(withoutHashes(outcome.output), matchesSnapshot: "gate-hold.md")
  }

  @Test func `Markdown: names from outside are no markup and open no cell`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 60, versions: ("v1", Self.hostileName)),
      "--format", "markdown")
    #expect(!outcome.output.contains("<b>"))
    #expect(!outcome.output.contains("\u{1B}"))
    let rows = outcome.output.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count == 6)
    for row in rows {
      #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 5)
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { !$0.hasPrefix("#") })
  }

  @Test func `text: names from outside cannot move the cursor`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 60, versions: ("v1", Self.hostileName)))
    #expect(outcome.status == 1)
    #expect(!outcome.output.unicodeScalars.contains("\u{1B}"))
    #expect(
      outcome.output.contains("\n  canary v2]]><b>|&\"'\\u{1b}[2J\\u{a}# x, baseline v1\n"))
  }

  @Test(arguments: ["text", "json", "markdown", "junit"])
  func `every form of an answer names the head of the ledger, and so does the log beside a file`(
    format: String
  ) async throws {
    func head() async throws -> String {
      try await Shell.run(
        "sqlite3", folder.path("analyze.db"),
        "SELECT hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1"
      ).trimmingCharacters(in: .newlines)
    }
    let printed = try await ask(SampleDatabase(), "--format", format)
    #expect(printed.output.contains(try await head()))
    #expect(printed.errors == "")
    let written = try await ask(SampleDatabase(), "--format", format, "--output", "answer")
    let answer = try String(contentsOfFile: folder.path("answer"), encoding: .utf8)
    #expect(answer.contains(try await head()))
    #expect(written.errors == "analyze: ledger head \(try await head())\n")
    #expect(try await program.run("audit", "verify", "--head", try await head()).status == 0)
  }

  @Test(arguments: ["text", "json", "markdown", "junit"])
  func `an answer goes into a file whole, or not at all`(format: String) async throws {
    try folder.write("earlier", to: "answer")
    let outcome = try await ask(SampleDatabase(), "--format", format, "--output", "answer")
    #expect(outcome.status == 2)
    #expect(outcome.output == "")
    let answer = try String(contentsOfFile: folder.path("answer"), encoding: .utf8)
    let printed = try await program.run(
      "gate", "--now", "2026-11-24T08:30:45Z", "--format", format)
    // The number of the decision and the head of the ledger are the only differences.
    func withoutNumbers(_ text: String) -> String {
      text.replacing(#/[0-9a-f]{64}/#, with: "").filter { !$0.isNumber }
    }
    #expect(withoutNumbers(answer) == withoutNumbers(printed.output))
    let refused = try await program.run(
      "gate", "--now", "2026-11-24T08:30:45Z", "--format", format, "--output", "no/answer")
    #expect(refused.status == 3)
    #expect(refused.output == "")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(files.filter { !$0.hasPrefix("analyze.db") } == ["answer"])
  }
}
