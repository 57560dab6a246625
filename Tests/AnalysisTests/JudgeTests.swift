import Analysis
import Foundation
import Rollouts
import Testing

/// A check that always finds the same, per canary.
private struct SettledCheck: Check {
  let name: String
  let verdicts: [String: Verdict]

  func result(
    for canary: String, evidence: RolloutEvidence, policy: Policy, falseBlockBound: Double
  ) -> CheckResult {
    let verdict = verdicts[canary] ?? .hold
    return CheckResult(
      name: name, verdict: verdict, metric: name, canary: canary, baseline: "v1",
      estimate: .missing("settled"), limit: nil, evidenceToBlock: nil, evidenceToPromote: nil,
      requiredEvidence: -log(falseBlockBound), requestsNeeded: nil,
      explanation: "\(name) of \(canary): \(verdict.rawValue)")
  }
}

@Suite struct JudgeTests {
  private static let counts = Array(
    repeating: Counts(canary: (1000, 10), baseline: (9000, 90)), count: 2)
  private let newest = interval(1)

  private func judgement(
    _ checks: [any Check] = [ErrorsCheck()], _ evidence: RolloutEvidence? = .sample(counts),
    newest: Interval? = interval(1), asOf seconds: Double = 60
  ) -> Judgement {
    Judge(policy: .standard, checks: checks)
      .judgement(on: evidence, newest: newest, asOf: at(seconds))
  }

  private func unknown(_ reason: String) -> Judgement {
    Judgement(verdict: .unknown, reasons: [reason], checks: [])
  }

  @Test func `without any interval the verdict is unknown`() {
    #expect(
      judgement(newest: nil)
        == unknown("no interval is stored yet; run \"analyze collect\""))
  }

  @Test func `with data that is too old the verdict is unknown`() {
    #expect(judgement(asOf: 330).verdict == .hold)
    #expect(
      judgement(asOf: 330.001)
        == unknown(
          """
          the newest interval ended 2026-11-24T08:00:30Z, 5m ago (at most 5m is allowed); check \
          that the collector runs
          """))
    #expect(judgement(asOf: 3752.9).reasons[0].contains("1h2m2s ago"))
  }

  @Test func `where no request was ever counted the verdict is unknown`() {
    #expect(
      judgement([ErrorsCheck()], nil)
        == unknown(
          "no request to any version was counted; check that the metrics name the service"))
  }

  @Test func `without an interval of the rollout the verdict is unknown`() {
    #expect(
      judgement([ErrorsCheck()], .sample([]))
        == unknown(
          "no interval since the rollout began is stored yet; wait for the collector"))
  }

  @Test func `without a request in the rollout the verdict is unknown`() {
    #expect(
      judgement(
        [ErrorsCheck()], .sample([Counts(canary: (0, 0), baseline: (0, 0))]))
        == unknown("no request was counted since the rollout began"))
  }

  @Test func `a policy without a check promotes nothing`() {
    #expect(judgement([]) == unknown("the policy has no check"))
  }

  @Test(
    arguments: [
      ([.promote, .promote], .promote), ([.promote, .hold], .hold),
      ([.promote, .unknown], .unknown),
      ([.promote, .block], .block), ([.hold, .block], .block), ([.unknown, .block], .block),
      ([.hold, .unknown], .unknown), ([.block, .block], .block),
    ] as [([Verdict], Verdict)])
  func `the worst finding of any check and canary is the verdict`(
    verdicts: [Verdict], expected: Verdict
  ) {
    let evidence = RolloutEvidence.sample(Self.counts, canaries: ["v2", "v3"])
    for order in [verdicts, verdicts.reversed()] {
      let byCheck = judgement(
        [
          SettledCheck(name: "first", verdicts: ["v2": order[0]]),
          SettledCheck(name: "second", verdicts: ["v2": order[1]]),
        ])
      #expect(byCheck.verdict == expected)
      let byCanary = judgement(
        [SettledCheck(name: "first", verdicts: ["v2": order[0], "v3": order[1]])], evidence)
      #expect(byCanary.verdict == expected)
      #expect(byCanary.checks.map(\.verdict) == order)
    }
  }

  @Test func `the reasons are those of the findings that decide`() {
    let judged = judgement([
      SettledCheck(name: "errors", verdicts: ["v2": .hold]),
      SettledCheck(name: "latency", verdicts: ["v2": .block]),
      SettledCheck(name: "split", verdicts: ["v2": .block]),
    ])
    #expect(judged.reasons == ["latency of v2: block", "split of v2: block"])
    #expect(judged.checks.map(\.name) == ["errors", "latency", "split"])
  }

  @Test func `the bound on false blocks is divided among checks and canaries`() {
    let evidence = RolloutEvidence.sample(Self.counts, canaries: ["v2", "v3"])
    let checks = (1...3).map { SettledCheck(name: "\($0)", verdicts: [:]) }
    let parts = judgement(checks, evidence).checks.map(\.requiredEvidence)
    #expect(parts == Array(repeating: -log(0.05 / 6), count: 6))
  }

  @Test func `one bad canary blocks, whatever the other does`() {
    let counts = Array(repeating: Counts(canary: (1000, 1), baseline: (9000, 90)), count: 8)
    let failing = (0..<8).map { RolloutEvidence.observation($0, "v3", requests: 500, errors: 100) }
    let judged = judgement(
      [ErrorsCheck()], .sample(counts, canaries: ["v2", "v3"], others: failing),
      newest: interval(7), asOf: 150)
    #expect(judged.verdict == .block)
    #expect(judged.checks.map(\.verdict) == [.promote, .block])
    #expect(judged.reasons.count == 1 && judged.reasons[0].contains("error rate of v3 20 %"))
  }
}
