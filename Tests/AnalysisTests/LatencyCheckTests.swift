import Rollouts
import TestSupport
import Testing

@testable import Analysis

@Suite struct LatencyCheckTests {
  private let usual = Durations.usual

  @Test func `a slower tail is blocked, with the bound at which it shows most`() throws {
    let found = try Judge.result(
      .latency(canary: Durations.slowTail, baseline: usual.times(9), intervals: 40),
      .demanding(.latency()))
    #expect(found.verdict == .block)
    #expect([found.name, found.metric] == ["latency", "slowRequestRate"])
    // The first two intervals chose the bounds.
    #expect(
      found.explanation == """
        shown to be worse: longer than 500 ms took 2 % of 3,800 requests to v2, 0 % of 34,200 \
        requests to v1; tolerated is 0.2 %
        """)
    #expect(found.estimate.estimate == 0.02)
    #expect(found.limit == 0.002)
  }

  @Test func `equal latency is promoted once there is data enough`() throws {
    func verdict(_ intervals: Int) throws -> Verdict {
      try Judge.result(
        .latency(canary: usual.times(2), baseline: usual.times(18), intervals: intervals),
        .demanding(.latency())
      ).verdict
    }
    #expect(try verdict(10) == .hold)
    #expect(try verdict(300) == .promote)
  }

  @Test func `slower than the baseline ever is shows at the bound that it never exceeds`() throws {
    // One request in a hundred takes longer than 500 ms, which none of the baseline's does.
    let stalling: [Double: Int] = [10: 30, 25: 30, 50: 20, 100: 13, 250: 6, 1000: 1]
    let found = try Judge.result(
      .latency(canary: stalling, baseline: usual.times(9), intervals: 200),
      .demanding(.latency()))
    #expect(found.verdict == .block)
    #expect(found.explanation.contains("longer than 500 ms took 1 % of"))
  }

  @Test func `requests that were never answered took longer than any bound`() throws {
    let answered = RolloutEvidence.latency(
      canary: usual.times(2), baseline: usual.times(18), intervals: 60)
    // Ten of 210 requests to the canary ended without a response, and without a duration.
    var evidence = answered
    evidence.observations = answered.observations.map { observation in
      guard observation.version == "v2" else { return observation }
      return Observation(
        interval: observation.interval, version: "v2", reporter: .source,
        responses: ["200": 200, "0": 10], durations: observation.durations)
    }
    let found = try Judge.result(evidence, .demanding(.latency(.milliseconds(1000))))
    #expect(found.verdict == .block)
    #expect(found.explanation.contains("longer than 1,000 ms took 4.76 % of 12,600 requests to v2"))
    let fast = try Judge.result(answered, .demanding(.latency(.milliseconds(1000))))
    #expect(fast.verdict != .block)
  }

  @Test func `an interval whose durations of one version were left out is no evidence`() throws {
    let policy = Policy.demanding(.latency(.milliseconds(1000)))
    let counted = RolloutEvidence.latency(
      canary: usual.times(2), baseline: usual.times(18), intervals: 60)
    func evidence(
      from place: Int, _ change: (Observation) -> Observation?
    ) -> RolloutEvidence {
      var evidence = counted
      evidence.observations = counted.observations.compactMap { observation in
        observation.interval < interval(place) ? observation : change(observation)
      }
      return evidence
    }
    let withoutBoth = try Judge.result(evidence(from: 40) { _ in nil }, policy)
    for version in ["v1", "v2"] {
      // A tenth of its requests failed, and of none the duration is known.
      let found = try Judge.result(
        evidence(from: 40) { observation in
          guard observation.version == version else { return observation }
          return .sample(
            (0..<60).first { interval($0) == observation.interval } ?? 0, version,
            requests: observation.requests, errors: observation.requests / 10)
        }, policy)
      #expect(found.evidenceToBlock == withoutBoth.evidenceToBlock)
      #expect(found.evidenceToPromote == withoutBoth.evidenceToPromote)
      #expect(found.estimate == withoutBoth.estimate)
      #expect(found.baselineFigure == withoutBoth.baselineFigure)
    }
    let limit = PolicyCheck(
      name: "p95", demand: .limit(.latency(quantile: 0.95, milliseconds: 1000)))
    let limited = try Judge.result(
      evidence(from: 40) { observation in
        guard observation.version == "v2" else { return observation }
        return .sample(
          (0..<60).first { interval($0) == observation.interval } ?? 0, "v2",
          requests: observation.requests, errors: observation.requests / 5)
      }, .demanding(limit))
    #expect(limited.verdict == .promote)
  }

  @Test func `errors whose durations were counted are not counted twice`() {
    let failed = Observation.sample(
      0, "v2", requests: 100, errors: 40, durations: Durations.usual)
    let counts = JudgedCounts(.sample([failed], intervals: 1), policy: .standard)
    #expect(
      counts.slow(of: "v2", bounds: [250, 500])
        == SlowCounts(boundCount: 2, requests: [100], slow: [1, 0]))
  }

  @Test func `the intervals that chose the bounds are no evidence`() throws {
    let evidence = RolloutEvidence.latency(
      canary: usual, baseline: usual.times(5), intervals: 30)
    var other = evidence
    // Two intervals have 1,000 requests to the baseline.
    other.observations = evidence.observations.map {
      guard $0.version == "v2", $0.interval.end <= interval(1).end else { return $0 }
      return .sample(
        $0.interval == interval(0) ? 0 : 1, "v2", requests: 100, durations: [1000: 100])
    }
    let policy = Policy.demanding(.latency())
    #expect(try Judge.result(other, policy) == Judge.result(evidence, policy))
  }

  @Test func `where nothing can be compared the canary is held with the reason`() throws {
    var evidence = RolloutEvidence.latency(canary: usual, baseline: usual, intervals: 60)
    evidence.durationBounds = [:]
    let found = try Judge.result(evidence, .demanding(.latency()))
    #expect(found.verdict == .hold && found.evidenceToBlock == nil)
    #expect(
      found.explanation == "no durations are counted with the same bucket bounds for v2 and v1")
  }

  @Test func `the standard policy leaves latency out where no durations are counted`() {
    let counts = Array(repeating: Counts(canary: (1000, 2), baseline: (9000, 90)), count: 20)
    let judged = Judge.judgement(.sample(counts), .standard)
    #expect(judged.verdict == .promote)
    #expect(judged.checks.map(\.name) == ["errors", "limit", "traffic-split"])
    #expect(
      judged.notes.contains(
        "latency is not judged: no durations are counted for v2 and v1 by the same bounds"))
  }

  @Test func `intervals that bounds are chosen from are none that a verdict rests on`() throws {
    let slow: [Double: Int] = [10: 30, 25: 30, 1000: 40]
    func result(_ intervals: Int, earlier: Histogram) throws -> CheckResult {
      var evidence = RolloutEvidence.latency(
        canary: slow, baseline: Durations.usual, intervals: intervals)
      evidence.earlierDurations = earlier
      return try Judge.result(evidence, .demanding(.latency()))
    }
    // Ten intervals of 100 requests of the baseline are the thousand that bounds are chosen from.
    let first = try result(12, earlier: Histogram())
    let known = try result(2, earlier: Histogram(Durations.usual.times(10)))
    #expect(first.dispersion == known.dispersion)
    #expect((first.dispersion ?? 0) >= 11)
    #expect(first.evidenceToBlock == known.evidenceToBlock)
  }

  @Test func `however often it is asked, the evidence to block is that of all looks together`()
    throws
  {
    var generator = SplitMix64(seed: 11)
    let policy = Policy.demanding(.latency())
    for slow in [0.01, 0.03] {
      let observations = (0..<40).flatMap { index in
        [("v1", 400, 0.01), ("v2", 100, slow)].map { version, requests, rate in
          let tail = Int.binomial(requests, rate, using: &generator)
          return Observation.sample(
            index, version, requests: requests, durations: [50: requests - tail, 500: tail])
        }
      }
      var evidence = RolloutEvidence.sample(observations, intervals: 40)
      evidence.durationBounds = ["v1": Durations.bounds, "v2": Durations.bounds]
      let looks = try (1...40).map { try Judge.result(evidence.prefix($0), policy) }
      let last = try #require(looks.last)
      #expect(last.evidenceToBlock == looks.compactMap(\.evidenceToBlock).max())
    }
  }
}
