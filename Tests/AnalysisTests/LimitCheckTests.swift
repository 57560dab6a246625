import Analysis
import Rollouts
import Testing

@Suite struct LimitCheckTests {
  private func result(
    _ canaryErrors: Int, beside baselineErrors: Int, intervals: Int = 30
  ) throws -> CheckResult {
    let counts = Counts(canary: (1000, canaryErrors), baseline: (9000, baselineErrors))
    return try Judge.result(
      .sample(Array(repeating: counts, count: intervals)), .demanding(.limit(errorRate: 0.05)))
  }

  @Test func `an error rate above the limit is blocked, whatever the margin to the baseline`()
    throws
  {
    let found = try result(80, beside: 360)
    #expect(found.verdict == .block)
    #expect(
      found.explanation == """
        shown to exceed the limit: error rate of v2 8 % (2,400 of 30,000 requests); the limit is 5 %
        """)
    #expect([found.name, found.metric] == ["limit", "errorRate"])
    #expect(found.limit == 0.05)
  }

  @Test func `an error rate below the limit is promoted`() throws {
    #expect(try result(20, beside: 90).verdict == .promote)
  }

  @Test func `near the limit it is held, and said how many requests it takes`() throws {
    let found = try result(46, beside: 90, intervals: 4)
    #expect(found.verdict == .hold)
    #expect((found.requestsNeeded ?? 0) > 0 && (found.secondsNeeded ?? 0) > 0)
    #expect(found.explanation.hasPrefix("not decided yet: error rate of v2 4.6 % (184 of"))
  }

  @Test func `where both exceed it, it is the environment, and the canary is held`() throws {
    let found = try result(80, beside: 720)
    #expect(found.verdict == .hold)
    #expect(
      found.explanation
        == "both v2 and v1 exceed the limit of 5 %: this is the environment, not the canary")
    #expect(found.requestsNeeded == nil)
  }

  @Test func `a canary no worse than a broken baseline is not promoted`() {
    let broken = Counts(canary: (1000, 80), baseline: (9000, 720))
    let judged = Judge.judgement(.sample(Array(repeating: broken, count: 200)), .standard)
    #expect(judged.checks.first { $0.name == "errors" }?.verdict == .promote)
    #expect(judged.verdict == .hold)
    #expect(
      judged.reasons
        == ["both v2 and v1 exceed the limit of 5 %: this is the environment, not the canary"])
  }

  @Test func `an incident that hits both blocks at no look, however small the baseline's part`() {
    let calm = Counts(canary: (900, 9), baseline: (100, 1))
    let incident = Counts(canary: (900, 90), baseline: (100, 10))
    let counts =
      Array(repeating: incident, count: 12) + Array(repeating: calm, count: 60)
    let evidence = RolloutEvidence.sample(counts, weights: ["v1": 10, "v2": 90])
    let looks = (1...counts.count).map { Judge.judgement(evidence.prefix($0), .standard) }
    #expect(!looks.map(\.verdict).contains(.block))
    // The limit alone would have blocked.
    let limit = looks[11].checks.first { $0.name == "limit" }
    #expect((limit?.evidenceToBlock ?? 0) >= (limit?.requiredEvidence ?? .infinity))
  }

  @Test func `a canary above the limit stays blocked although the baseline exceeds it later`()
    throws
  {
    let bad = Counts(canary: (1000, 80), baseline: (9000, 90))
    let incident = Counts(canary: (1000, 800), baseline: (9000, 7200))
    let counts = Array(repeating: bad, count: 30) + Array(repeating: incident, count: 60)
    let found = try Judge.result(.sample(counts), .demanding(.limit(errorRate: 0.05)))
    #expect(found.verdict == .block)
  }

  @Test func `after a change of the weights an incident that hits both blocks at no look`() throws {
    // An hour at 10 %, then half of the traffic, when 12 % of the requests to both fail.
    let evidence = RolloutEvidence.twoSteps(
      Array(repeating: Counts(canary: (100, 1), baseline: (900, 9)), count: 240),
      Array(repeating: Counts(canary: (500, 60), baseline: (500, 60)), count: 80))
    for intervals in stride(from: 242, through: evidence.intervals.count, by: 10) {
      let found = try Judge.result(evidence.prefix(intervals), .demanding(.limit(errorRate: 0.05)))
      #expect(found.verdict != .block)
    }
    let found = try Judge.result(evidence, .demanding(.limit(errorRate: 0.05)))
    #expect(found.explanation.contains("this is the environment, not the canary"))
    let (canaryRate, baselineRate) = (
      try #require(found.estimate.estimate), try #require(found.baselineFigure)
    )
    #expect(abs(canaryRate - baselineRate) < 1e-9)
  }

  @Test func `without a request there is nothing to measure`() throws {
    let none = Counts(canary: (0, 0), baseline: (9000, 90))
    let found = try Judge.result(
      .sample(Array(repeating: none, count: 20)), .demanding(.limit(errorRate: 0.05)))
    #expect(found.verdict == .hold)
    #expect(found.explanation == "v2 has had no requests in a judged interval yet")
  }

  @Test func `a limit needs no baseline`() throws {
    let alone = Counts(canary: (1000, 1), baseline: (0, 0))
    let found = try Judge.result(
      .sample(Array(repeating: alone, count: 20)), .demanding(.limit(errorRate: 0.05)))
    #expect(found.verdict == .promote)
  }
}

@Suite struct LatencyLimitCheckTests {
  private func result(
    _ milliseconds: Double, canary: [Double: Int], baseline: [Double: Int] = Durations.usual,
    quantile: Double = 0.95, intervals: Int = 60
  ) throws -> CheckResult {
    let check = PolicyCheck(
      name: "p95", demand: .limit(.latency(quantile: quantile, milliseconds: milliseconds)))
    return try Judge.result(
      .latency(canary: canary.times(3), baseline: baseline.times(27), intervals: intervals),
      .demanding(check))
  }

  @Test func `at a bucket bound it is met or exceeded there`() throws {
    // Of usual requests 1 % take longer than 250 ms, 7 % than 100.
    let met = try result(250, canary: Durations.usual)
    #expect(met.verdict == .promote)
    #expect(
      met.explanation == """
        shown to meet the limit: p95 of v2 may be at most 250 ms; 1 % of its 18,000 requests took \
        longer
        """)
    let exceeded = try result(100, canary: Durations.slowTail, baseline: [10: 100])
    #expect(exceeded.verdict == .block)
    #expect([exceeded.name, exceeded.metric] == ["p95", "latencyMilliseconds"])
    #expect(exceeded.limit == 100)
  }

  @Test func `between two bounds it is met at the lower and exceeded at the upper one`() throws {
    let met = try result(300, canary: Durations.usual)
    #expect(met.verdict == .promote)
    #expect(
      met.explanation.hasSuffix(
        """
        took longer than 500 ms; the limit lies between the bucket bounds 250 and 500 ms, so that \
        it can be shown to be met or exceeded at these only
        """))
    // 6 % take longer than 250 ms and 2 % than 500: neither is shown.
    #expect(try result(300, canary: Durations.slowTail, intervals: 500).verdict == .hold)
    let slow: [Double: Int] = [10: 90, 1000: 10]
    #expect(try result(300, canary: slow).verdict == .block)
  }

  @Test func `a limit below every bound cannot be met, one above every bound not exceeded`() throws
  {
    let low = try result(5, canary: [10: 100], baseline: [10: 100])
    #expect(low.verdict == .hold)
    #expect(
      low.explanation.hasSuffix("no bucket bound is that low, so it cannot be shown to be met"))
    let high = try result(5000, canary: [.infinity: 100], baseline: [10: 100])
    #expect(high.verdict == .hold)
    #expect(
      high.explanation.hasSuffix(
        "no bucket bound is that high, so it cannot be shown to be exceeded"))
  }

  @Test func `after a change of the weights it is the environment that exceeds it for both`() throws
  {
    func observations(_ index: Int) -> [Observation] {
      let (baseline, canary) = index < 60 ? (9, 1) : (5, 5)
      let durations: [Double: Int] = index < 60 ? [10: 100] : [10: 80, 1000: 20]
      return [
        .sample(index, "v1", requests: 100 * baseline, durations: durations.times(baseline)),
        .sample(index, "v2", requests: 100 * canary, durations: durations.times(canary)),
      ]
    }
    var evidence = RolloutEvidence.sample((0..<90).flatMap(observations), intervals: 90)
    evidence.durationBounds = ["v1": Durations.bounds, "v2": Durations.bounds]
    evidence.rollout = .sample(steps: [
      span(1, ["v1": 90, "v2": 10], from: -600, until: 900),
      span(2, ["v1": 50, "v2": 50], from: 900, until: 1350),
    ])
    let check = PolicyCheck(
      name: "p90", demand: .limit(.latency(quantile: 0.9, milliseconds: 500)))
    let found = try Judge.result(evidence, .demanding(check))
    #expect(found.verdict == .hold)
    #expect(found.explanation.hasPrefix("both v2 and v1 exceed 500 ms at p90"))
  }

  @Test func `where both exceed it, it is the environment`() throws {
    let found = try result(100, canary: Durations.slowTail, baseline: Durations.slowTail)
    #expect(found.verdict == .hold)
    #expect(
      found.explanation
        == "both v2 and v1 exceed 100 ms at p95: this is the environment, not the canary")
  }
}
