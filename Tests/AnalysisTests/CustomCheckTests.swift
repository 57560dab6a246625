import Analysis
import Rollouts
import Testing

@Suite struct CustomCheckTests {
  private let check = PolicyCheck(
    name: "orders", demand: .custom(CustomCounts(good: "g", bad: "b")))

  private func evidence(canaryBad: Int, intervals: Int = 30) -> RolloutEvidence {
    let requests = Counts(canary: (1000, 0), baseline: (9000, 0))
    var evidence = RolloutEvidence.sample(Array(repeating: requests, count: intervals))
    evidence.customObservations = (0..<intervals).flatMap { index in
      [("v1", 900, 9), ("v2", 100, canaryBad)].map { version, events, bad in
        CustomObservation(
          check: "orders", interval: interval(index), version: version, good: events - bad,
          bad: bad)
      }
    }
    return evidence
  }

  @Test func `more bad events than tolerated are blocked, in the user's words`() throws {
    let found = try Judge.result(evidence(canaryBad: 8), .demanding(check))
    #expect(found.verdict == .block)
    #expect([found.name, found.metric] == ["orders", "badEventRate"])
    #expect(
      found.explanation == """
        shown to be worse: share of bad events of v2 8 % (240 of 3,000 events), of v1 1 % \
        (270 of 27,000); tolerated is 1.35 %
        """)
  }

  @Test func `few bad events are promoted`() throws {
    #expect(try Judge.result(evidence(canaryBad: 0), .demanding(check)).verdict == .promote)
  }

  @Test func `counts of another check are not this one's`() throws {
    let other = check.with { $0.name = "refunds" }
    let found = try Judge.result(evidence(canaryBad: 8), .demanding(other))
    #expect(found.verdict == .hold)
    #expect(found.explanation == "v2 has had no events in a judged interval yet")
  }

  @Test func `counts of an interval that is not judged are left out`() throws {
    var evidence = evidence(canaryBad: 8)
    evidence.rollout = .sample(steps: [span(1, ["v1": 90, "v2": 10], from: 225, until: 450)])
    let found = try Judge.result(evidence, .demanding(check))
    // Sixteen of thirty are left out: until the change, and one for the warm-up.
    #expect(found.explanation.contains("(112 of 1,400 events)"))
  }
}

extension Rollout {
  static func sample(
    canaries: [String] = ["v2"], steps: [WeightSpan]
  ) -> Rollout {
    Rollout(
      id: 1, startedAt: at(-600), endedAt: nil, baseline: "v1", canaries: canaries,
      state: .running, steps: steps)
  }
}
