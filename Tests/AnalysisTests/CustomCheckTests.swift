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

  private func untrusted(_ numbers: Range<Int>, check: String = "orders") -> [CustomGap] {
    numbers.map { CustomGap(check: check, interval: interval($0), reason: "half an event") }
  }

  @Test func `intervals whose counts cannot be trusted are missing, and that is said`() throws {
    var evidence = evidence(canaryBad: 8)
    let whole = try Judge.result(evidence, .demanding(check))
    evidence.customGaps = untrusted(10..<12)
    let untrusted = Set(evidence.customGaps.map(\.interval))
    evidence.customObservations.removeAll { untrusted.contains($0.interval) }
    let judgement = Judge.judgement(evidence, .demanding(check))
    #expect(
      judgement.notes.contains(
        "of the check orders 2 of 30 judged intervals are left out, whose counts could not be "
          + "trusted: half an event"))
    #expect(judgement.checks.first?.explanation.contains("(224 of 2,800 events)") == true)
    // They tell as little as intervals that were never there.
    #expect(judgement.checks.first?.evidenceToBlock ?? 0 < whole.evidenceToBlock ?? 0)
    #expect(
      !Judge.judgement(evidence, .demanding(check.with { $0.name = "refunds" })).notes
        .contains { $0.contains("orders") })
  }

  @Test func `a check none of whose counts can be trusted says so`() throws {
    var evidence = evidence(canaryBad: 8)
    evidence.customObservations = []
    evidence.customGaps = untrusted(0..<30)
    let found = try Judge.result(evidence, .demanding(check))
    #expect(found.verdict == .hold)
    #expect(
      found.explanation == """
        v2 has had no events in a judged interval yet; 30 of 30 judged intervals are left out, \
        whose counts could not be trusted: half an event
        """)
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
