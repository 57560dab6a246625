import Foundation
import Rollouts
import TestSupport
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

  @Test func `a check that is left out keeps its part, so that those of the others never change`() {
    var evidence = RolloutEvidence.sample(Self.counts)
    func shares() -> [String: Double] {
      let checks = Judge.judgement(evidence, .standard).checks.filter {
        $0.requiredEvidenceToPromote != nil
      }
      return Dictionary(
        uniqueKeysWithValues: checks.map { check in
          let share = exp(-check.requiredEvidence) / (0.05 * FalseBounds.firstPolicyShare)
          return (check.name, (share * 1e9).rounded() / 1e9)
        })
    }
    #expect(shares() == ["errors": 0.5, "limit": 0.2])
    evidence.durationBounds = ["v1": Durations.bounds, "v2": Durations.bounds]
    #expect(shares() == ["errors": 0.5, "latency": 0.3, "limit": 0.2])
  }

  @Test func `the bound on false promotes is not divided`() {
    let evidence = RolloutEvidence.sample(
      Self.counts, others: Self.others, weights: ["v1": 70, "v2": 10, "v3": 20])
    let required = Judge.judgement(evidence, .standard).checks.compactMap(
      \.requiredEvidenceToPromote)
    #expect(required == Array(repeating: log(1 / (0.05 * FalseBounds.firstPolicyShare)), count: 4))
  }

  @Test func `however often the policy is changed, the bounds of all policies stay within one`() {
    let all = (0..<25).map { bounds(of: "v2", earlierPolicies: $0) }
    for shares in [all.map { $0.block / 0.05 }, all.map { $0.toPromote / 0.05 }] {
      #expect(shares.reduce(0, +) <= 1)
      #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 && $1 > 0 })
    }
    #expect(abs(all[1].toPromote / 0.05 - 0.05) < 1e-12)
    #expect(abs(all[1].block / 0.05 - 0.9 * 0.025) < 1e-12)
    #expect(abs(all[2].block / 0.05 - 0.9 * 0.0125) < 1e-12)
  }

  /// The bounds of a canary in a rollout that began with it alone.
  private func bounds(of canary: String, earlierPolicies: Int) -> FalseBounds {
    FalseBounds(
      .standard, canary: canary,
      shares: CanaryShares(RolloutEvidence.sample(Self.counts).rollout, policy: .standard),
      earlierPolicies: earlierPolicies)
  }

  @Test func `the canaries that a rollout begins with divide nine tenths, later ones the rest`() {
    let rollout = Rollout.sample(
      canaries: ["v2", "v3", "v4", "v5"],
      steps: [
        span(1, ["v1": 80, "v2": 10, "v3": 10], from: 0, until: 100),
        span(2, ["v1": 90, "v4": 10], from: 100, until: 200),
        span(3, ["v1": 80, "v3": 10, "v5": 10], from: 200, until: 300),
      ])
    let all = CanaryShares(rollout, policy: .standard)
    for (canary, share) in [("v2", 0.45), ("v3", 0.45), ("v4", 0.05), ("v5", 0.025)] {
      #expect(abs(all.share(of: canary) - share) < 1e-12)
    }
    let named = CanaryShares(rollout, policy: Policy(canaries: ["v4", "v5"]))
    #expect(abs(named.share(of: "v4") - 0.9) < 1e-12 && abs(named.share(of: "v5") - 0.05) < 1e-12)
    #expect(named.share(of: "v2") == 0)
  }

  @Test func `whatever canaries come and go, all that ever block have one bound together`() {
    var generator = SplitMix64(seed: 61)
    for _ in 0..<200 {
      let steps = (0..<Int.random(in: 1...8, using: &generator)).map { index in
        // One canary always holds weight: without any the rollout would be over.
        let running = Int.random(in: 2...9, using: &generator)
        let parts = (2...9).map { number in
          VersionWeight(
            version: "v\(number)",
            weight: number == running || Bool.random(using: &generator) ? 5 : 0,
            destination: Destination(host: "app", subset: "v\(number)"))
        }
        let base = VersionWeight(
          version: "v1", weight: 60, destination: Destination(host: "app", subset: "v1"))
        return span(
          Int64(index + 1), weights: Weights([base] + parts), from: Double(index) * 100,
          until: Double(index + 1) * 100)
      }
      var used: [String: Set<Double>] = [:]
      for earlierPolicies in 0..<3 {
        for looks in 1...steps.count {
          guard
            let rollout = Rollout.all(in: Array(steps.prefix(looks)), baseline: "v1").last
          else { continue }
          let shares = CanaryShares(rollout, policy: .standard)
          for canary in rollout.canaries {
            let bounds = FalseBounds(
              .standard, canary: canary, shares: shares, earlierPolicies: earlierPolicies)
            used["\(canary) \(earlierPolicies)", default: []].insert(bounds.block / 0.05)
          }
        }
      }
      #expect(used.values.allSatisfy { $0.count == 1 })
      #expect(used.values.reduce(0) { $0 + $1.reduce(0, +) } <= 1)
    }
  }

  @Test func `changes without end leave a bound that is still a probability`() {
    let bounds = self.bounds(of: "v2", earlierPolicies: 5000)
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
      abs(second.checks[0].requiredEvidence - first.checks[0].requiredEvidence - log(40)) < 1e-9)
    #expect(first.checks[0].evidenceToBlock == second.checks[0].evidenceToBlock)
    #expect(!first.notes.contains { $0.hasPrefix("the policy was changed") })
    #expect(second.notes.contains { $0.hasPrefix("the policy was changed during this rollout") })
  }

  @Test func `corrections and a rollback shortly before are said, and change no figure`() {
    var evidence = RolloutEvidence.sample(
      Array(repeating: Counts(canary: (1000, 60), baseline: (9000, 90)), count: 6))
    let before = Judge.judgement(evidence, .demanding(.errors))
    evidence.correctedIntervals = 1
    evidence.rolledBackAt = at(-600)
    let after = Judge.judgement(evidence, .demanding(.errors))
    #expect(after.checks == before.checks)
    #expect(
      after.notes.filter { !before.notes.contains($0) } == [
        "1 interval was corrected after the counts had settled: verdicts of before were made from "
          + "other counts, see \"analyze audit\"",
        "a rollout of the same canary was rolled back at 2026-11-24T07:50:00Z: this one is judged by "
          + "its own requests alone, and each has a bound on false verdicts of its own",
      ])
  }
}
