import Analysis
import Rollouts
import Testing

/// What comes of all checks and canaries together.
@Suite struct CombinedVerdictTests {
  private let good = Counts(canary: (1000, 1), baseline: (9000, 90))
  private let bad = Counts(canary: (1000, 60), baseline: (9000, 90))

  private func judged(
    _ counts: Counts, _ policy: Policy, intervals: Int = 30
  ) -> Judgement {
    Judge.judgement(.sample(Array(repeating: counts, count: intervals)), policy)
  }

  @Test func `one check that blocks is enough, with its reason only`() {
    // Six times the errors, but far from the limit.
    let found = judged(bad, .demanding(.errors, .limit(errorRate: 0.2)))
    #expect(found.verdict == .block)
    #expect(found.checks.map(\.verdict) == [.block, .promote])
    #expect(found.reasons == [found.checks[0].explanation])
  }

  @Test func `one check that is not decided yet holds`() {
    let found = judged(good, .demanding(.errors, .limit(errorRate: 0.0011)))
    #expect(found.verdict == .hold)
    #expect(found.checks.map(\.verdict) == [.promote, .hold])
    #expect(found.reasons == [found.checks[1].explanation])
  }

  @Test func `a check that is only shown changes neither verdict`() {
    let shown = PolicyCheck.limit(errorRate: 0.0011).with { $0.requirement = .informative }
    let promoted = judged(good, .demanding(.errors, shown))
    #expect(promoted.verdict == .promote)
    #expect(promoted.checks.map(\.isRequired) == [true, false])
    let blocking = PolicyCheck.errors.with { $0.requirement = .informative }
    let held = judged(bad, .demanding(blocking, .limit(errorRate: 0.2)))
    #expect(held.checks.map(\.verdict) == [.block, .promote])
    #expect(held.verdict == .promote)
  }

  @Test func `a policy that demands nothing promotes nothing`() {
    let shown = PolicyCheck.errors.with { $0.requirement = .informative }
    for policy in [Policy.demanding(), .demanding(shown), .demanding(.trafficSplit)] {
      #expect(judged(good, policy).verdict == .unknown)
      #expect(judged(good, policy).reasons == ["the policy has no check that can promote"])
    }
  }

  @Test func `before the minimum of requests a canary is not promoted, but blocked`() {
    let policy = Policy.demanding(.errors).with { $0.minimumRequests = 30_001 }
    let held = judged(good, policy)
    #expect(held.verdict == .hold)
    #expect(held.checks.map(\.verdict) == [.promote])
    #expect(
      held.reasons == [
        "v2 has had 30,000 requests, the policy demands 30,001: 1 more (1s at its present rate)"
      ])
    // 1,000 requests in 15 s.
    #expect(
      judged(good, policy.with { $0.minimumRequests = 40_000 }).reasons == [
        "v2 has had 30,000 requests, the policy demands 40,000: 10,000 more (2m30s at its present "
          + "rate)"
      ])
    #expect(judged(bad, policy).verdict == .block)
    #expect(judged(good, policy.with { $0.minimumRequests = 30_000 }).verdict == .promote)
  }

  @Test func `one bad canary blocks, whatever the other does`() {
    let failing = (0..<30).map { Observation.sample($0, "v3", requests: 500, errors: 100) }
    let evidence = RolloutEvidence.sample(
      Array(repeating: good, count: 30), others: failing,
      weights: ["v1": 90, "v2": 10, "v3": 5])
    let found = Judge.judgement(evidence, .demanding(.errors))
    #expect(found.verdict == .block)
    #expect(found.checks.map(\.verdict) == [.promote, .block])
    #expect(found.reasons.count == 1 && found.reasons[0].contains("error rate of v3 20 %"))
    let named = Judge.judgement(evidence, .demanding(.errors).with { $0.canaries = ["v2"] })
    #expect(named.verdict == .promote)
    #expect(named.notes.contains("not judged, by the policy or without weight: v3"))
  }

  @Test func `a canary that holds no weight now is not judged, and named`() {
    var evidence = RolloutEvidence.sample(Array(repeating: bad, count: 30))
    evidence.rollout = .sample(
      canaries: ["v2", "v3"],
      steps: [
        span(1, ["v1": 80, "v2": 10, "v3": 10], from: -600, until: 200),
        span(2, ["v1": 90, "v2": 0, "v3": 10], from: 200, until: 450),
      ])
    let found = Judge.judgement(evidence, .demanding(.errors))
    #expect(found.verdict == .hold)
    #expect(found.checks.map(\.canary) == ["v3"])
    #expect(found.notes.contains("not judged, by the policy or without weight: v2"))
  }

  @Test func `where no canary is judged the verdict is unknown, with the names`() {
    let elsewhere = judged(good, .demanding(.errors).with { $0.canaries = ["v7"] })
    #expect(elsewhere.verdict == .unknown)
    #expect(
      elsewhere.reasons == [
        "the policy judges v7, but the rollout is of v2; correct canaries in the policy"
      ])
    var evidence = RolloutEvidence.sample(Array(repeating: good, count: 30))
    evidence.rollout = .sample(steps: [span(1, ["v1": 100, "v2": 0], from: -600, until: 450)])
    #expect(
      Judge.judgement(evidence, .demanding(.errors)).reasons == [
        "none of the canaries that are judged (v2) holds weight now"
      ])
  }

  @Test func `a baseline without traffic holds`() {
    let found = judged(Counts(canary: (1000, 1), baseline: (0, 0)), .demanding(.errors))
    #expect(found.verdict == .hold)
    #expect(found.reasons[0].contains("there is nothing to compare v2 with"))
  }

  @Test func `intervals around a change of the weights are left out, and counted`() {
    var evidence = RolloutEvidence.sample(Array(repeating: good, count: 30))
    evidence.rollout = .sample(steps: [
      span(1, ["v1": 90, "v2": 10], from: -600, until: 200),
      span(2, ["v1": 50, "v2": 50], from: 200, until: 450),
    ])
    #expect(
      Judge.judgement(evidence, .demanding(.errors)).notes.first
        == "2 of 30 intervals are left out: the weights changed in them or shortly before")
  }

  @Test func `intervals of which the weights are not known are counted by themselves`() {
    var evidence = RolloutEvidence.sample(Array(repeating: good, count: 30))
    // Nobody looked from 150 to 240 s; the first interval of the new weights is the warm-up.
    evidence.rollout = .sample(steps: [
      span(1, ["v1": 90, "v2": 10], from: -600, until: 150),
      span(2, ["v1": 50, "v2": 50], from: 240, until: 450),
    ])
    #expect(
      Judge.judgement(evidence, .demanding(.errors)).notes.prefix(2) == [
        "1 of 30 intervals are left out: the weights changed in them or shortly before",
        "6 of 30 intervals are left out: the weights in them are not known",
      ])
  }

  @Test func `a rollout that is rolled back and begun again starts from nothing`() throws {
    let spans = [
      span(1, ["v1": 90, "v2": 10], from: -600, until: 300),
      span(2, ["v1": 100, "v2": 0], from: 300, until: 450),
      span(3, ["v1": 90, "v2": 10], from: 450, until: 900),
    ]
    let rollouts = Rollout.all(in: spans, baseline: "v1")
    let again = try #require(rollouts.last)
    var evidence = RolloutEvidence.sample(
      Array(repeating: bad, count: 30) + Array(repeating: good, count: 30))
    evidence.rollout = rollouts[0]
    #expect(Judge.judgement(evidence, .demanding(.errors)).verdict == .block)
    evidence.rollout = again
    let second = Judge.judgement(evidence, .demanding(.errors))
    #expect(second.verdict == .promote)
    #expect(second.reasons[0].contains("(26 of 26,000 requests)"))
  }
}
