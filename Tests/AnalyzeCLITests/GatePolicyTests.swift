import Foundation
import Rollouts
import TestSupport
import Testing

/// Policies from `analyze.yaml`, and what the gate says where there is nothing to judge by.
@Suite(.replaysDecisions) struct GatePolicyTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func ask(
    _ sample: SampleDatabase, policy: String? = nil, at clock: String = "08:30:45"
  ) async throws -> AnalyzeProgram.Outcome {
    try sample.write(to: folder.path("analyze.db"))
    if let policy { try folder.write(policy, to: "analyze.yaml") }
    return try await program.run("gate", "--now", "2026-11-24T\(clock)Z")
  }

  @Test func `a limit blocks a canary whatever the comparison says`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 60),
      policy: """
        policy:
          checks:
            - check: errors
              atMost: {ratio: 20}
            - check: limit
              name: at most 3 % fail
              errors: 0.03
        """)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.hasPrefix(
        """
        BLOCK: v2 is shown to be worse than the policy allows: at most 3 % fail
          at most 3 % fail  shown to exceed the limit: error rate of v2 6 % (398 of 6,630 requests); the
                            limit is 3 %

        """))
  }

  @Test func `an informative check is shown in brackets and changes nothing`() async throws {
    let outcome = try await ask(
      SampleDatabase(canaryErrorsInThousand: 60),
      policy: """
        targets:
          - name: app-backend
            policy:
              checks:
                - {check: errors, required: false}
                - {check: limit, errors: 0.2}
        """)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\n  errors  (block) "))
    #expect(outcome.output.contains("  note: a verdict in brackets is shown and changes nothing\n"))
  }

  @Test(arguments: [
    (
      "policy: {margin: 2}",
      """
      cannot use analyze.yaml: policy: the key "margin" is not known; the keys are baseline, \
      canaries,
      """
    ),
    (
      "policy: {checks: [{check: errors, quantile: 0.99}]}",
      """
      the check errors has no key "quantile"; its keys are atMost, check, name, required
      """
    ),
    (
      "targets: [{name: app-backend, baseline: v1}]",
      """
      the key "baseline" is not known; the keys are name, virtualService, route, profile, step,
      """
    ),
    (
      "policy: {falseBlockBound: 5}",
      """
      cannot use analyze.yaml: policy.falseBlockBound is 5.0; write a probability above 0 and at most \
      0.5, such as 0.05
      """
    ),
  ])
  func `a policy that cannot be used is a mistake that names the key`(
    policy: String, message: String
  ) async throws {
    let outcome = try await ask(SampleDatabase(), policy: policy)
    #expect(outcome.status == 78)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(message))
  }

  @Test func `a policy that is changed while a rollout runs is said to be, and costs`() async throws
  {
    let first = try await ask(SampleDatabase())
    #expect(!first.output.flat.contains("the policy was changed"))
    #expect(first.output.contains(" of 3.10\n"))
    try folder.write("policy: {checks: [{check: errors, atMost: {ratio: 2}}]}", to: "analyze.yaml")
    let second = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    #expect(second.output.flat.contains("note: the policy was changed during this rollout"))
    // ln(1 / (0.05 × 0.1 / 2)): half of what the first policy left of the bound.
    #expect(second.output.contains(" of 5.99"))
    try FileManager.default.removeItem(atPath: folder.path("analyze.yaml"))
    let third = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    #expect(!third.output.flat.contains("the policy was changed"))
  }

  @Test func `how old data may be makes no other policy`() async throws {
    _ = try await ask(SampleDatabase())
    try folder.write("policy: {maximumDataAge: 1h}", to: "analyze.yaml")
    let outcome = try await program.run("gate", "--now", "2026-11-24T09:00:00Z")
    #expect(outcome.status == 2)
    #expect(!outcome.output.flat.contains("the policy was changed"))
  }

  struct NoData: CustomTestStringConvertible {
    let testDescription: String
    let sample: SampleDatabase
    var at = "08:30:45"
    let reason: String
  }

  private static func finding(
    _ kind: SourceFinding.Kind, _ version: String?, _ description: String
  ) -> [SourceFinding] {
    [SourceFinding(kind: kind, version: version, description: description)]
  }

  static let noData = [
    NoData(
      testDescription: "no requests", sample: SampleDatabase(hasRequests: false),
      reason:
        "no requests: none to any version was ever counted; check that traffic reaches the service"),
    NoData(
      testDescription: "series absent",
      sample: SampleDatabase(
        findings: finding(.seriesAbsent, "v2", "there is no series of v2; check its labels")),
      reason: "there is no series of v2; check its labels"),
    NoData(
      testDescription: "scrape gap",
      sample: SampleDatabase(
        findings: finding(.scrapeGap, "v1", "v1 has had no sample since 08:25")),
      reason: "v1 has had no sample since 08:25"),
    NoData(
      testDescription: "source down",
      sample: SampleDatabase(
        failure: CollectionFailure(
          at: SampleDatabase.time("08:50:00"), reason: "cannot reach VictoriaMetrics")),
      at: "08:50:10",
      reason: "source down: the collector's run of 2026-11-24T08:50:00Z failed: cannot reach "
        + "VictoriaMetrics; the newest interval ended 2026-11-24T08:30:00Z, 20m10s ago (at most 5m "
        + "is allowed)"),
    NoData(
      testDescription: "selector empty",
      sample: SampleDatabase(
        hasRequests: false,
        findings: finding(.selectorEmpty, nil, "no series matches app-backend in istio")),
      reason: "no series matches app-backend in istio"),
    NoData(
      testDescription: "the same series twice",
      sample: SampleDatabase(
        findings: finding(.sameSeriesTwice, nil, "v1 and v2 are counted by the same series")),
      reason: "v1 and v2 are counted by the same series"),
  ]

  @Test(arguments: noData)
  func `each kind of no data is unknown for a reason of its own`(_ kind: NoData) async throws {
    let outcome = try await ask(kind.sample, at: kind.at)
    #expect(outcome.status == 3)
    #expect(outcome.output.flat.hasPrefix("UNKNOWN: "))
    #expect(outcome.output.flat.contains(kind.reason))
  }

  @Test func `a block is a block, whatever is missing now`() async throws {
    let outcome = try await ask(
      SampleDatabase(
        canaryErrorsInThousand: 60,
        findings: Self.finding(.seriesAbsent, "v2", "there is no series of v2")))
    #expect(outcome.status == 1)
  }
}
