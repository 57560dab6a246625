import Foundation
import Rollouts
import Testing

@testable import Analysis

/// The bound on false blocks holds for the gate: all checks, canaries and policies together.
@Suite struct FalseBoundsTests {
  private static let counts = Array(
    repeating: Counts(canary: (1000, 10), baseline: (7000, 70)), count: 12)
  private static let others = (0..<12).map {
    Observation.sample($0, "v3", requests: 2000, errors: 20)
  }

  @Test func `the bounds of all checks and canaries add up to that of the gate`() {
    let custom = PolicyCheck(
      name: "orders", demand: .custom(CustomCounts(good: "g", bad: "b")))
    let policies: [Policy] = [
      .demanding(.errors), .demanding(.errors, .trafficSplit),
      .demanding(.errors, .latency(), .limit(errorRate: 0.05), .trafficSplit),
      .demanding(.errors, custom, custom.with { $0.name = "refunds" }),
      .demanding(.errors, custom.with { $0.requirement = .informative }),
    ]
    let evidence = RolloutEvidence.sample(
      Self.counts, others: Self.others, weights: ["v1": 70, "v2": 10, "v3": 20])
    for policy in policies {
      let blocking = Judge.judgement(evidence, policy).checks.filter {
        $0.isRequired && $0.name != "traffic-split"
      }
      let sum = blocking.reduce(0) { $0 + exp(-$1.requiredEvidence) }
      #expect(abs(sum - policy.falseBlockBound * FalseBounds.firstPolicyShare) < 1e-12)
    }
  }

  @Test func `error rates have half of it, latency three tenths, limits and own counts the rest`() {
    let checks = PolicyCheck.standard
    #expect(
      zip(checks.map(\.name), Policy.blockShares(of: checks)).map { "\($0) \($1)" }
        == ["errors 0.5", "latency 0.3", "limit 0.2", "traffic-split 0.0"])
  }

  @Test func `a check that is left out leaves its part to the others`() {
    let evidence = RolloutEvidence.sample(Self.counts)
    let required = Judge.judgement(evidence, .standard).checks.prefix(2).map {
      exp(-$0.requiredEvidence) / (0.05 * FalseBounds.firstPolicyShare)
    }
    #expect(abs(required[0] - 5.0 / 7) < 1e-12 && abs(required[1] - 2.0 / 7) < 1e-12)
  }

  @Test func `the bound on false promotes is not divided`() {
    let evidence = RolloutEvidence.sample(
      Self.counts, others: Self.others, weights: ["v1": 70, "v2": 10, "v3": 20])
    let required = Judge.judgement(evidence, .standard).checks.compactMap(
      \.requiredEvidenceToPromote)
    #expect(required == Array(repeating: log(1 / (0.05 * FalseBounds.firstPolicyShare)), count: 4))
  }

  @Test func `however often the policy is changed, the bounds of all policies stay within one`() {
    let shares = (0..<25).map {
      FalseBounds(.standard, canaries: 1, earlierPolicies: $0).block / 0.05
    }
    #expect(shares.reduce(0, +) <= 1)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 && $1 > 0 })
    #expect(abs(shares[1] - 0.05) < 1e-12 && abs(shares[2] - 0.025) < 1e-12)
  }

  @Test func `changes without end leave a bound that is still a probability`() {
    let bounds = FalseBounds(.standard, canaries: 3, earlierPolicies: 5000)
    #expect(bounds.block > 0 && bounds.toPromote > 0)
    #expect(log(1 / bounds.toBlock(share: 0.2)).isFinite)
  }

  @Test func `after a change more evidence is demanded, and it is said why`() {
    var evidence = RolloutEvidence.sample(
      Array(repeating: Counts(canary: (1000, 60), baseline: (9000, 90)), count: 6))
    let first = Judge.judgement(evidence, .demanding(.errors))
    evidence.earlierPolicies = 1
    let second = Judge.judgement(evidence, .demanding(.errors))
    #expect(
      abs(second.checks[0].requiredEvidence - first.checks[0].requiredEvidence - log(18)) < 1e-9)
    #expect(first.checks[0].evidenceToBlock == second.checks[0].evidenceToBlock)
    #expect(!first.notes.contains { $0.hasPrefix("the policy was changed") })
    #expect(second.notes.contains { $0.hasPrefix("the policy was changed during this rollout") })
  }
}
