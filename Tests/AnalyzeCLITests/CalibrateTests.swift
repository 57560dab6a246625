import Foundation
import TestSupport
import Testing

@Suite(.replaysDecisions) struct CalibrateTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func calibrate(
    _ sample: SampleDatabase, _ arguments: String...
  ) async throws -> AnalyzeProgram.Outcome {
    try sample.write(to: folder.path("analyze.db"))
    return try await program.run(["calibrate", "--now", "2026-11-24T08:30:45Z"] + arguments)
  }

  private func stored() async throws -> String {
    try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "SELECT metric, step_seconds FROM calibration")
  }

  @Test func `a calibration is stored`() async throws {
    let outcome = try await calibrate(SampleDatabase(stepSeconds: 5))
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    try expect(outcome.output, matchesSnapshot: "calibrate.txt")
    #expect(try await stored() == "errors|5\nlatency|5\n")
  }

  @Test func `a calibration under the present weights is used by the gate from then on`()
    async throws
  {
    _ = try await calibrate(SampleDatabase(stepSeconds: 4), "--since", "2026-11-24T08:20:00Z")
    #expect(try await stored() == "errors|4\nlatency|4\n")
    let gate = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    #expect(gate.output.flat.contains("a calibrated dispersion, which is as good as the history"))
    #expect(!gate.output.flat.contains("no longer fits"))
  }

  @Test func `a calibration that no longer fits is not used, and the gate says so`() async throws {
    // While the canary had 10 %; now it has 50 %.
    _ = try await calibrate(SampleDatabase(stepSeconds: 4), "--until", "2026-11-24T08:20:00Z")
    #expect(try await stored() == "errors|4\nlatency|4\n")
    let gate = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    #expect(
      gate.output.flat.contains("note: the calibration of errors no longer fits and is not used: "))
  }

  @Test func `too short a stretch is refused, and nothing is stored or written`() async throws {
    let outcome = try await calibrate(SampleDatabase(), "--output", "calibration.txt")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        analyze: cannot calibrate app-backend: in 73 intervals both v2 and v1 had requests, at least \
        120 are needed; name a longer stretch with --since

        """)
    #expect(!FileManager.default.fileExists(atPath: folder.path("calibration.txt")))
    #expect(try await stored() == "")
  }

  @Test func `a stretch with one version alone is refused`() async throws {
    let outcome = try await calibrate(SampleDatabase(), "--until", "2026-11-24T08:09:00Z")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasPrefix(
        "analyze: cannot calibrate app-backend: two versions shared the traffic at no time from "))
  }

  @Test func `versions that differ are warned of`() async throws {
    let outcome = try await calibrate(SampleDatabase(canaryErrorsInThousand: 60, stepSeconds: 5))
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.hasPrefix(
        "analyze: warning: the error rates of v2 and the baseline have been shown to differ in this"
      ))
  }

  @Test func `the calibration as JSON is as recorded`() async throws {
    let outcome = try await calibrate(
      SampleDatabase(stepSeconds: 5), "--canary", "v2", "--format", "json")
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: "calibrate.json")
  }

  @Test func `a version that is none of the rollout is refused`() async throws {
    let outcome = try await calibrate(SampleDatabase(stepSeconds: 5), "--canary", "v9")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("in 0 intervals both v9 and v1 had requests"))
  }
}
