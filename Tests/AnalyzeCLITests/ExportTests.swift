import Foundation
import TestSupport
import Testing

@Suite struct ExportTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() async throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
    try await ask(at: "08:30:45")
  }

  private func ask(at clock: String) async throws {
    let outcome = try await program.run("gate", "--now", "2026-11-24T\(clock)Z")
    #expect(outcome.status == 1)
  }

  private func entries(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func sequences(_ arguments: String...) async throws -> [Int] {
    let outcome = try await program.run(["export"] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return try entries(outcome.output).compactMap { $0["sequence"] as? Int }
  }

  @Test func `each entry of the ledger is a line, with the verdict of a decision`() async throws {
    let entries = try entries(try await program.run("export").output)
    #expect(
      entries.map { $0["kind"] as? String } == [
        "weightChange", "weightChange", "weightChange", "policyChange", "decision",
      ])
    let decision = try #require(entries.last)
    #expect(decision["target"] as? String == "app-backend")
    #expect(decision["at"] as? String == "2026-11-24T08:30:45Z")
    #expect((decision["content"] as? [String: Any])?["verdict"] as? String == "block")
    #expect(decision["signature"] is NSNull)
    #expect(decision["predecessor"] as? String == entries[3]["hash"] as? String)
  }

  @Test func `the hash of an entry can be computed from its line`() async throws {
    let lines = try await program.run("export").output.split(separator: "\n")
    for line in lines {
      let entry = try entries(String(line))[0]
      let content = try #require(line.firstMatch(of: #/"content":(.*),"predecessor":/#)).1
      let at = try await Shell.run("date", "-d", "\(entry["at"] ?? "")", "+%s%3N")
      let hashed = [
        "analyze ledger 1", "\(entry["sequence"] ?? "")", "\(entry["kind"] ?? "")",
        at.trimmingCharacters(in: .whitespacesAndNewlines), "\(entry["targetID"] ?? "")",
        "\(entry["factID"] ?? "")", "\(entry["predecessor"] ?? "")", String(content), "",
      ].map { $0 + "\n" }.joined()
      let digest = try await Shell.run("sha256sum", input: hashed)
      #expect(digest.prefix(64) == "\(entry["hash"] ?? "")")
    }
  }

  @Test func `it begins after an entry that is named`() async throws {
    #expect(try await sequences() == [1, 2, 3, 4, 5])
    #expect(try await sequences("--after", "3") == [4, 5])
    #expect(try await sequences("--after", "9") == [])
  }

  @Test func `runs with a cursor export each entry once`() async throws {
    #expect(try await sequences("--cursor", "cursor") == [1, 2, 3, 4, 5])
    #expect(try await sequences("--cursor", "cursor") == [])
    try await ask(at: "08:31:00")
    #expect(try await sequences("--cursor", "cursor") == [6])
    #expect(try await sequences("--cursor", "cursor") == [])
  }

  @Test func `the cursor stays where it was if the output cannot be written`() async throws {
    let failed = try await program.run("export", "--cursor", "cursor", "--output", "no/file")
    #expect(failed.status == 1)
    #expect(failed.errors == "analyze: cannot write to no/file: No such file or directory\n")
    let full = try await Shell.run(
      "sh", "-c",
      """
      cd '\(folder.url.path)'
      '\(AnalyzeProgram.executable.path)' export --cursor cursor 2>&1 >/dev/full; echo "status $?"
      """)
    #expect(
      full == "analyze: cannot write to standard output: No space left on device\nstatus 1\n")
    #expect(try await sequences("--cursor", "cursor") == [1, 2, 3, 4, 5])
  }

  @Test func `a file is written whole`() async throws {
    #expect(try await sequences("--output", "ledger.jsonl") == [])
    let text = try String(contentsOfFile: folder.path("ledger.jsonl"), encoding: .utf8)
    #expect(text == (try await program.run("export").output))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.filter { $0.hasSuffix(".tmp") } == [])
  }

  @Test func `one target of several is exported alone`() async throws {
    try SampleDatabase(targetName: "checkout").write(to: folder.path("analyze.db"))
    #expect(try await sequences() == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try await sequences("--target", "checkout") == [6, 7, 8])
    let unknown = try await program.run("export", "--target", "shop")
    #expect(unknown.status == 78)
  }

  @Test func `a cursor of another ledger is refused`() async throws {
    _ = try await program.run("export", "--cursor", "cursor")
    try FileManager.default.removeItem(atPath: folder.path("analyze.db"))
    try SampleDatabase().write(to: folder.path("analyze.db"))
    let outcome = try await program.run("export", "--cursor", "cursor")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(
      outcome.errors == """
        analyze: cannot go on from the cursor cursor: the last export ended with entry 5 of the \
        ledger, which the database does not hold as it was: it was replaced or altered; run \
        "analyze audit verify", or begin anew with another file

        """)
  }

  @Test(arguments: ["", "{}", "5"])
  func `a file that is no cursor is refused`(content: String) async throws {
    try folder.write(content, to: "cursor")
    let outcome = try await program.run("export", "--cursor", "cursor")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        analyze: cannot go on from the cursor cursor: it is no cursor of this kind of export; name \
        another file, and the export begins anew

        """)
  }

  @Test func `two runs do not use one cursor at the same time`() async throws {
    let text = try await Shell.run(
      "sh", "-c",
      """
      cd '\(folder.url.path)'
      flock cursor.lock '\(AnalyzeProgram.executable.path)' export --cursor cursor 2>&1
      echo "status $?"
      """)
    #expect(
      text == """
        analyze: another export is using the cursor cursor; this run exported nothing
        status 1

        """)
  }

  @Test(arguments: [
    (["--after", "1", "--cursor", "c"], "--after does not go with --cursor"),
    (["--label", "a=b"], "--label goes with --to-victoria-metrics"),
    (["--to-victoria-metrics", "http://vm"], "--to-victoria-metrics needs --cursor FILE"),
    (["--to-victoria-metrics", "http://vm", "--cursor", "c", "--label", "a"], "is no NAME=VALUE"),
    (
      ["--to-victoria-metrics", "http://vm", "--cursor", "c", "--label", "version=1"],
      "the series have a label version of their own"
    ),
    (
      [
        "--to-victoria-metrics", "http://vm", "--cursor", "c", "--label", "a=1", "--label", "a=2",
      ], "a --label is given twice"
    ),
  ])
  func `options that do not go together are refused`(
    arguments: [String], message: String
  ) async throws {
    let outcome = try await program.run(["export"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message))
  }
}
