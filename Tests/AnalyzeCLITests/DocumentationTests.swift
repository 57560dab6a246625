import Foundation
import TestSupport
import Testing

@Suite struct DocumentationTests {
  /// README and `docs/` as one text.
  private func documentation() throws -> String {
    let folder = Checkout.root.appending(path: "docs")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }.map { folder.appending(path: $0) }
    return try (pages + [Checkout.root.appending(path: "README.md")])
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }

  private func help(_ command: String) async throws -> String {
    let folder = try TemporaryFolder()
    return try await AnalyzeProgram(in: folder.url).run(
      command.split(separator: " ").map(String.init) + ["--help"]
    ).output
  }

  @Test(arguments: [
    "collect", "report", "gate", "override", "audit timeline", "audit verify",
    "database prune",
  ])
  func `every option of a command is documented`(command: String) async throws {
    let documentation = try documentation()
    let options = try await help(command).matches(of: #/\n  (?:-h, )?(--[a-z-]+)/#).map { $0.1 }
    #expect(options.count > 3)
    let missing = options.filter { !["--help", "--version"].contains($0) }
      .filter { !documentation.contains($0) }
    #expect(missing == [])
  }

  @Test(arguments: [2, 10, 60])
  func `the report as JSON is accepted by the published schema`(errorsInThousand: Int) async throws
  {
    let folder = try TemporaryFolder()
    let program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: errorsInThousand).write(
      to: folder.path("analyze.db"))
    _ = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    for since in ["1h", "2026-11-24T08:29:59Z", "2026-11-24T08:12:00Z"] {
      let outcome = try await program.run(
        "report", "--since", since, "--format", "json", "--now", "2026-11-24T08:30:45Z",
        "--output", "report.json")
      #expect(outcome.status == 0)
      try await validate(folder.path("report.json"))
    }
  }

  @Test func `the schema refuses a report that lacks a key`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"schemaVersion": 1}"#, to: "report.json")
    await #expect(throws: ShellError.self) { try await validate(folder.path("report.json")) }
  }

  /// Validates with the Python package jsonschema, which `make set-up` installs.
  private func validate(_ report: String) async throws {
    let python = Checkout.root.appending(path: ".venv/bin/python").path
    let schema = Checkout.root.appending(path: "docs/report.schema.json").path
    let program = """
      import json, sys, jsonschema
      schema, report = (json.load(open(path)) for path in sys.argv[1:])
      jsonschema.Draft202012Validator.check_schema(schema)
      jsonschema.Draft202012Validator(schema).validate(report)
      """
    _ = try await Shell.run(python, "-c", program, schema, report)
  }
}
