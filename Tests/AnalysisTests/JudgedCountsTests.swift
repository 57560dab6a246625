import Analysis
import Rollouts
import Testing

@Suite struct JudgedCountsTests {
  private func judged(
    _ steps: [WeightSpan], warmUp: Duration?, canaryWarmUp: Duration = .zero,
    intervals: Range<Int> = 0..<12
  ) -> [Interval] {
    let evidence = RolloutEvidence(
      rollout: Rollout(
        id: 1, startedAt: steps[0].beganAt, endedAt: nil, baseline: "v1", canaries: ["v2"],
        state: .running, steps: steps),
      reporter: .source, intervals: intervals.map(interval), observations: [])
    return JudgedCounts(evidence, policy: Policy(warmUp: warmUp, canaryWarmUp: canaryWarmUp))
      .intervals
  }

  @Test func `the interval that contains a change belongs to no step`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: 0, until: 65),
      span(2, ["v1": 50, "v2": 50], from: 66, until: 120),
    ]
    #expect(judged(steps, warmUp: .zero) == ([0, 1, 2, 3] + [5, 6, 7]).map(interval))
  }

  @Test func `the warm-up leaves out what begins too soon after a change`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: -60, until: 65),
      span(2, ["v1": 50, "v2": 50], from: 66, until: 150),
    ]
    #expect(judged(steps, warmUp: .seconds(9)) == ([0, 1, 2, 3] + [5, 6, 7, 8, 9]).map(interval))
    #expect(judged(steps, warmUp: .seconds(10)) == ([0, 1, 2, 3] + [6, 7, 8, 9]).map(interval))
    #expect(judged(steps, warmUp: .seconds(40)) == ([0, 1, 2, 3] + [8, 9]).map(interval))
    #expect(judged(steps, warmUp: .seconds(1500)) == [])
  }

  @Test func `where the policy does not say, the warm-up is one interval`() {
    let step = span(1, ["v1": 50, "v2": 50], from: 60, until: 150)
    #expect(judged([step], warmUp: nil) == [5, 6, 7, 8, 9].map(interval))
    #expect(judged([step], warmUp: nil) == judged([step], warmUp: .seconds(15)))
  }

  @Test func `where a canary first receives weight, a longer warm-up may be left out`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: -30, until: 60),
      span(2, ["v1": 50, "v2": 50], from: 60, until: 120),
    ]
    #expect(
      judged(steps, warmUp: nil, canaryWarmUp: .seconds(60))
        == ([2, 3] + [5, 6, 7]).map(interval))
    #expect(
      judged(steps, warmUp: nil, canaryWarmUp: .seconds(5)) == judged(steps, warmUp: nil))
  }

  @Test func `a canary that joins later has a warm-up of its own`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: -600, until: 60),
      span(2, ["v1": 80, "v2": 10, "v3": 10], from: 60, until: 180),
    ]
    let evidence = RolloutEvidence(
      rollout: Rollout(
        id: 1, startedAt: at(-600), endedAt: nil, baseline: "v1", canaries: ["v2", "v3"],
        state: .running, steps: steps),
      reporter: .source, intervals: (0..<12).map(interval), observations: [])
    #expect(
      JudgedCounts(evidence, policy: .standard).intervals
        == ([0, 1, 2, 3] + [8, 9, 10, 11]).map(interval))
  }

  @Test func `a change at the very end of an interval belongs to it`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: -60, until: 60),
      span(2, ["v1": 50, "v2": 50], from: 60, until: 120),
    ]
    #expect(judged(steps, warmUp: .seconds(15)) == ([0, 1, 2, 3] + [5, 6, 7]).map(interval))
  }

  @Test func `intervals between what is known belong to no step`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: 0, until: 40),
      span(2, ["v1": 50, "v2": 50], from: 80, until: 130),
    ]
    #expect(judged(steps, warmUp: .zero) == ([0, 1] + [6, 7]).map(interval))
  }

  @Test func `intervals after the last look at the weights are not judged yet`() {
    #expect(
      judged([span(1, ["v1": 90, "v2": 10], from: 0, until: 44.999)], warmUp: .zero)
        == [0, 1].map(interval))
  }

  @Test func `before the rollout and without intervals nothing is judged`() {
    let step = span(1, ["v1": 90, "v2": 10], from: 180, until: 240)
    #expect(judged([step], warmUp: .zero) == [])
    #expect(judged([step], warmUp: .zero, intervals: 0..<0) == [])
  }

  @Test func `each judged interval has the counts of both, zeros where there were none`() {
    let evidence = RolloutEvidence.sample(
      [
        Counts(canary: (10, 1), baseline: (90, 2)), Counts(canary: (0, 0), baseline: (80, 0)),
        Counts(canary: (5, 5), baseline: (0, 0)),
      ],
      others: [.sample(0, "v3", requests: 1000, errors: 1000)])
    let counts = JudgedCounts(evidence, policy: .standard)
    #expect(counts.intervals == [0, 1, 2].map(interval))
    #expect(counts.window == TimeWindow(from: at(0), to: at(45)))
    let found = counts.errorCounts(of: "v2")
    #expect(found.map(\.baselineRequests) == [90, 80, 0])
    #expect(found.map(\.baselineErrors) == [2, 0, 0])
    #expect(found.map(\.canaryRequests) == [10, 0, 5])
    #expect(found.map(\.canaryErrors) == [1, 0, 5])
  }

  @Test func `the policy says what counts as an error`() {
    let observation = Observation(
      interval: interval(0), version: "v2", reporter: .source,
      responses: [
        "200": 1, "302": 2, "404": 4, "429": 8, "500": 16, "0": 32,
        ResponseStatus(code: "200", grpcStatus: "8"): 64,
        ResponseStatus(code: "200", grpcStatus: "14"): 128,
        ResponseStatus(code: "200", grpcStatus: "0"): 256,
      ], durations: Histogram())
    let evidence = RolloutEvidence.sample([observation], intervals: 1)
    func errors(_ responses: ErrorResponses) -> [Int] {
      JudgedCounts(evidence, policy: Policy(errorResponses: responses)).errorCounts(of: "v2")
        .map(\.canaryErrors)
    }
    #expect(errors(.standard) == [16 + 32 + 128])
    #expect(errors(ErrorResponses(classes: [.serverError])) == [16 + 128])
    #expect(errors(ErrorResponses(classes: [.clientError])) == [4 + 8 + 64])
    #expect(errors(ErrorResponses(classes: [], codes: ["429"])) == [8])
    // A code says nothing of gRPC, whose answers all have 200.
    #expect(errors(ErrorResponses(classes: [], codes: ["200"])) == [1])
    #expect(errors(ErrorResponses(classes: [], grpcStatuses: ["8", "5"])) == [64])
    #expect(errors(ErrorResponses(classes: [])) == [0])
  }
}
