import Analysis
import Rollouts
import Testing

@Suite struct StepVerdictTests {
  /// A step in which a tenth of the canary's requests fail, and one in which it is as the baseline.
  private let evidence: RolloutEvidence = {
    let bad = Counts(canary: (300, 30), baseline: (2700, 27))
    let equal = Counts(canary: (1500, 15), baseline: (1500, 15))
    var evidence = RolloutEvidence.sample(
      Array(repeating: bad, count: 40) + Array(repeating: equal, count: 400))
    evidence.rollout = Rollout(
      id: 1, startedAt: at(-600), endedAt: nil, baseline: "v1", canaries: ["v2"], state: .running,
      steps: [
        span(1, ["v1": 90, "v2": 10], from: -600, until: 600),
        span(2, ["v1": 50, "v2": 50], from: 600, until: 6600),
      ])
    return evidence
  }()

  private func verdict(_ id: Int64, _ from: Double, _ to: Double) -> Verdict? {
    Judge(policy: .demanding(.errors)).verdict(
      onStep: id, of: evidence, within: TimeWindow(from: at(from), to: at(to)))
  }

  @Test func `each step has the verdict of its own evidence`() {
    #expect(Judge.judgement(evidence, .demanding(.errors)).verdict == .block)
    #expect(verdict(1, 0, 600) == .block)
    #expect(verdict(2, 600, 6600) == .promote)
  }

  @Test func `a short part of a step holds, and one without an interval is unknown`() {
    #expect(verdict(2, 600, 645) == .hold)
    #expect(verdict(2, 600, 600) == .unknown)
  }

  @Test func `what is no step of the rollout has no verdict`() {
    #expect(verdict(3, 0, 600) == nil)
  }
}
