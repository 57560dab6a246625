import Foundation
import TestSupport
import Testing

@Suite struct ReportTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func report(_ sample: SampleDatabase, _ arguments: String...) async throws -> String {
    try sample.write(to: folder.path("analyze.db"))
    let outcome = try await program.run(
      ["report", "--since", "1h", "--now", "2026-11-24T08:30:45Z"] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return outcome.output
  }

  @Test func `the report of a good canary is as recorded`() async throws {
    let text = try await report(SampleDatabase())
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    try expect(text, matchesSnapshot: "report-good.txt")
  }

  @Test func `the report of a bad canary is as recorded`() async throws {
    try expect(
      try await report(SampleDatabase(canaryErrorsInThousand: 60)),
      matchesSnapshot: "report-bad.txt")
  }

  @Test func `the report as JSON is as recorded`() async throws {
    try expect(
      try await report(SampleDatabase(), "--format", "json"), matchesSnapshot: "report.json")
  }

  @Test func `the report of a window without data says so in every section`() async throws {
    try SampleDatabase().write(to: folder.path("analyze.db"))
    let outcome = try await program.run(
      "report", "--since", "2026-11-23T08:00:00Z", "--until", "2026-11-23T09:00:00Z")
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: "report-empty.txt")
  }

  @Test(arguments: [
    ("[4xx, grpc-8]", 0), ("[5xx, grpc-8]", 240), ("['503', 4xx]", 240), ("['200']", 23_760),
  ])
  func `errors are counted by the policy, in the window and over time`(
    responses: String, errors: Int
  ) async throws {
    try folder.write("policy: {errorResponses: \(responses)}", to: "analyze.yaml")
    let text = try await report(
      SampleDatabase(), "--since", "2026-11-24T08:10:00Z", "--format", "json")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let versions = try #require(json["versions"] as? [[String: Any]])
    #expect(versions.compactMap { $0["requests"] as? Int }.reduce(0, +) == 24_000)
    let counted = versions.compactMap { $0["errors"] as? Int }.reduce(0, +)
    #expect(counted == errors)
    let timelines = try #require(json["timeline"] as? [[String: Any]])
    let points = timelines.flatMap { $0["points"] as? [[String: Any]] ?? [] }
    #expect(points.count > 80)
    #expect(points.compactMap { $0["errors"] as? Int }.reduce(0, +) == errors)
  }

  @Test func `a report goes into a file whole`() async throws {
    let text = try await report(SampleDatabase())
    let outcome = try await program.run(
      "report", "--now", "2026-11-24T08:30:45Z", "--output", "report.txt")
    #expect(outcome.output == "")
    #expect(try String(contentsOfFile: folder.path("report.txt"), encoding: .utf8) == text)
  }

  @Test func `names from outside cannot move the cursor`() async throws {
    let text = try await report(SampleDatabase(versions: ("v1\u{1B}[2J", "v2\u{202E}<b>")))
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
    #expect(text.contains("v1\\u{1b}[2J"))
  }

  @Test func `reading changes nothing in the file`() async throws {
    try SampleDatabase().write(to: folder.path("analyze.db"))
    let before = try Data(contentsOf: folder.url.appending(path: "analyze.db"))
    _ = try await program.run("report", "--now", "2026-11-24T08:30:45Z")
    #expect(try Data(contentsOf: folder.url.appending(path: "analyze.db")) == before)
  }
}
