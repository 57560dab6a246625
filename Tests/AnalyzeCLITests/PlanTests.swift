import Foundation
import TestSupport
import Testing

@Suite struct PlanTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func plan(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await program.run(["plan", "--now", "2026-11-24T08:30:45Z"] + arguments)
  }

  @Test func `a plan from the traffic in the database is as recorded`() async throws {
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
    let outcome = try await plan()
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: "plan.txt")
  }

  @Test func `a plan from options needs no database`() async throws {
    let outcome = try await plan(
      "--requests-per-second", "50", "--error-rate", "0.001", "--rise", "5", "--weights", "10,50")
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: "plan-options.txt")
  }

  @Test func `a rise within the margin is never blocked, and the plan says why`() async throws {
    let outcome = try await plan(
      "--requests-per-second", "50", "--error-rate", "0.01", "--rise", "1.2", "--weights", "10")
    #expect(
      outcome.output.flat.contains(
        "never blocked: 1.2 % errors are tolerated, up to 1.35 %; ask for a larger --rise, or "
          + "tolerate less in the policy. "))
    #expect(outcome.output.contains(" never: tolerated\n"))
  }

  @Test func `a policy that tolerates nothing never promotes, and the plan says why`() async throws
  {
    try folder.write(
      "policy: {checks: [{check: errors, atMost: {ratio: 1, points: 0}}]}", to: "analyze.yaml")
    let outcome = try await plan(
      "--requests-per-second", "50", "--error-rate", "0.01", "--weights", "10")
    #expect(outcome.output.contains("never promoted: the policy tolerates no more than what is"))
    #expect(outcome.output.contains(" never: no room "))
  }

  @Test func `the plan as JSON has the reason beside what is not known`() async throws {
    let outcome = try await plan(
      "--requests-per-second", "50", "--error-rate", "0.01", "--rise", "1.2", "--weights", "10",
      "--format", "json")
    #expect(outcome.status == 0)
    try expect(outcome.output, matchesSnapshot: "plan.json")
  }

  @Test(arguments: [
    ("--weights 0,10", #"Error: --weights is "0,10"; write percentages between 0 and 100"#),
    ("--weights ten", #"Error: --weights is "ten"; write percentages between 0 and 100"#),
    ("--rise 0", "Error: --rise is 0.0; write a factor such as 2"),
    ("--requests-per-second 0", "Error: --requests-per-second is 0.0; write a number above 0"),
    ("--error-rate 2", "Error: --error-rate is 2.0; write a fraction from 0 to 1"),
  ])
  func `a wrong option is a usage error`(arguments: String, message: String) async throws {
    let outcome = try await program.run(["plan"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix(message))
  }

  @Test func `without traffic there is nothing to plan by`() async throws {
    try SampleDatabase(hasRequests: false).write(to: folder.path("analyze.db"))
    let outcome = try await plan()
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(
      outcome.errors == """
        analyze: cannot plan for app-backend: no request was counted from 2026-11-24T07:30:45Z to \
        2026-11-24T08:30:45Z; name another time with --since, or give --requests-per-second and \
        --error-rate

        """)
  }
}
