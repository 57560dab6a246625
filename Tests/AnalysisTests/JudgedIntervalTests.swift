import Analysis
import Rollouts
import Testing

@Suite struct JudgedIntervalTests {
  private func judged(
    _ steps: [WeightSpan], warmUp: Int, intervals: Range<Int> = 0..<12
  ) -> [Interval] {
    RolloutEvidence(
      rollout: Rollout(
        id: 1, startedAt: steps[0].beganAt, endedAt: nil, baseline: "v1", canaries: ["v2"],
        state: .running, steps: steps),
      reporter: .source, intervals: intervals.map(interval), observations: []
    ).judgedIntervals(warmUpIntervals: warmUp)
  }

  @Test func `the interval that contains a change belongs to no step`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: 0, until: 65),
      span(2, ["v1": 50, "v2": 50], from: 66, until: 120),
    ]
    #expect(judged(steps, warmUp: 0) == ([0, 1, 2, 3] + [5, 6, 7]).map(interval))
  }

  @Test func `the warm-up leaves out as many intervals after it as the policy says`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: -60, until: 65),
      span(2, ["v1": 50, "v2": 50], from: 66, until: 150),
    ]
    #expect(judged(steps, warmUp: 1) == ([0, 1, 2, 3] + [6, 7, 8, 9]).map(interval))
    #expect(judged(steps, warmUp: 3) == ([0, 1, 2, 3] + [8, 9]).map(interval))
    #expect(judged(steps, warmUp: 100) == [])
  }

  @Test func `a change at the very end of an interval belongs to it`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: -60, until: 60),
      span(2, ["v1": 50, "v2": 50], from: 60, until: 120),
    ]
    #expect(judged(steps, warmUp: 1) == ([0, 1, 2, 3] + [5, 6, 7]).map(interval))
  }

  @Test func `intervals between what is known belong to no step`() {
    let steps = [
      span(1, ["v1": 90, "v2": 10], from: 0, until: 40),
      span(2, ["v1": 50, "v2": 50], from: 80, until: 130),
    ]
    #expect(judged(steps, warmUp: 0) == ([0, 1] + [6, 7]).map(interval))
  }

  @Test func `intervals after the last look at the weights are not judged yet`() {
    #expect(
      judged([span(1, ["v1": 90, "v2": 10], from: 0, until: 44.999)], warmUp: 0)
        == [0, 1].map(interval))
  }

  @Test func `before the rollout and without intervals nothing is judged`() {
    let step = span(1, ["v1": 90, "v2": 10], from: 180, until: 240)
    #expect(judged([step], warmUp: 0) == [])
    #expect(judged([step], warmUp: 0, intervals: 0..<0) == [])
  }

  @Test func `each judged interval has the counts of both, zeros where there were none`() {
    let evidence = RolloutEvidence.sample(
      [
        Counts(canary: (10, 1), baseline: (90, 2)), Counts(canary: (0, 0), baseline: (80, 0)),
        Counts(canary: (5, 5), baseline: (0, 0)),
      ],
      others: [RolloutEvidence.observation(0, "v3", requests: 1000, errors: 1000)])
    let strata = evidence.errorStrata(canary: "v2", policy: .standard)
    #expect(strata.map(\.interval) == [0, 1, 2].map(interval))
    #expect(strata.map(\.baselineRequests) == [90, 80, 0])
    #expect(strata.map(\.baselineErrors) == [2, 0, 0])
    #expect(strata.map(\.canaryRequests) == [10, 0, 5])
    #expect(strata.map(\.canaryErrors) == [1, 0, 5])
  }

  @Test func `the policy says what counts as an error`() {
    let observation = Observation(
      interval: interval(0), version: "v2", reporter: .source,
      responses: ["200": 1, "302": 2, "404": 4, "500": 8, "0": 16], durations: Histogram())
    let evidence = RolloutEvidence.sample(
      [Counts(canary: (0, 0), baseline: (1, 0))], others: [observation])
    func errors(_ classes: Set<ResponseClass>) -> [Int] {
      var policy = Policy.standard
      policy.errorResponses = classes
      return evidence.errorStrata(canary: "v2", policy: policy).map(\.canaryErrors)
    }
    #expect(errors(Policy.standard.errorResponses) == [24])
    #expect(errors([.clientError, .serverError]) == [12])
    #expect(errors([]) == [0])
  }
}
