import Analysis
import Rollouts
import Testing

@Suite struct HindsightTests {
  private static func at(_ hours: Double) -> Timestamp {
    Timestamp(millisecondsSince1970: 1_795_507_200_000 + Int64(hours * 3_600_000))
  }

  /// Weight states: the hour, and the weights of v1, v2 and v3.
  private func spans(_ states: [(hour: Double, weights: [Int])]) -> [WeightSpan] {
    states.enumerated().map { index, state in
      let entries = zip(["v1", "v2", "v3"], state.weights).map {
        VersionWeight(
          version: $0, weight: $1, destination: Destination(host: "app", subset: $0))
      }
      let next = index + 1 < states.count ? states[index + 1].hour : state.hour + 100
      return WeightSpan(
        id: Int64(index + 1), state: WeightState(weights: Weights(entries), route: ""),
        observedAt: Self.at(state.hour), validFrom: Self.at(state.hour),
        validUntil: Self.at(next), isSuperseded: index + 1 < states.count, gapBefore: false)
    }
  }

  private func decision(
    _ verdict: Verdict, at hour: Double, decidedAt: Double? = nil, rollout: Int64 = 2,
    overrideEntry: Int64? = nil
  ) -> RecordedDecision {
    RecordedDecision(
      decision: Decision(
        id: Int64((decidedAt ?? hour) * 100), at: Self.at(hour),
        decidedAt: decidedAt.map(Self.at), verdict: verdict, reason: "so"),
      entry: nil, rolloutID: rollout, overrideEntry: overrideEntry)
  }

  private func outcome(
    _ states: [(hour: Double, weights: [Int])], _ decisions: [RecordedDecision], now: Double = 90
  ) throws -> RolloutOutcome {
    let spans = spans(states)
    let rollout = try #require(Rollout.all(in: spans, baseline: nil).first)
    return Hindsight(rollout, decisions: decisions, spans: spans, now: Self.at(now)).outcome
  }

  static let promoted: [(hour: Double, weights: [Int])] = [
    (0, [100, 0, 0]), (1, [90, 10, 0]), (2, [0, 100, 0]),
  ]
  static let takenBack: [(hour: Double, weights: [Int])] = [
    (0, [100, 0, 0]), (1, [90, 10, 0]), (2, [100, 0, 0]),
  ]

  @Test func `a promotion is kept when the baseline stayed away for a day`() throws {
    let promote = [decision(.promote, at: 1.5)]
    #expect(try outcome(Self.promoted, promote, now: 26) == .promotedAndKept)
    #expect(try outcome(Self.promoted, promote, now: 25.9) == .open)
  }

  @Test func `a baseline that is back within a day is a rollback, at once or step by step`() throws
  {
    let promote = [decision(.promote, at: 1.5)]
    for weights in [[100, 0, 0], [10, 90, 0]] {
      #expect(
        try outcome(Self.promoted + [(26, weights)], promote) == .promotedAndRolledBack)
      #expect(try outcome(Self.promoted + [(26.1, weights)], promote) == .promotedAndKept)
    }
    #expect(try outcome(Self.promoted + [(3, [0, 90, 10])], promote) == .promotedAndKept)
  }

  @Test(
    arguments: [
      (Verdict.promote, nil, RolloutOutcome.promotedAndKept, .promotedAndAbandoned),
      (.block, nil, .blockedAndPromoted, .blockedAndAbandoned),
      (.block, 7, .blockedAndOverridden, .blockedAndAbandoned),
      (.hold, nil, .undecidedAndPromoted, .undecidedAndAbandoned),
      (.unknown, 7, .undecidedAndOverridden, .undecidedAndAbandoned),
    ] as [(Verdict, Int64?, RolloutOutcome, RolloutOutcome)])
  func `the last answer and the end decide`(
    verdict: Verdict, overrideEntry: Int64?, promoted: RolloutOutcome, takenBack: RolloutOutcome
  ) throws {
    let decisions = [
      decision(.hold, at: 1.2), decision(verdict, at: 1.8, overrideEntry: overrideEntry),
      decision(.block, at: 1.9, rollout: 9), decision(.block, at: 2.5),
    ]
    #expect(try outcome(Self.promoted, decisions) == promoted)
    #expect(try outcome(Self.takenBack, decisions) == takenBack)
  }

  @Test func `an answer about the time before the end counts only if it was given by then`() throws
  {
    let block = decision(.block, at: 1.5, decidedAt: 1.5)
    let later = decision(.promote, at: 1.9, decidedAt: 2.5)
    #expect(try outcome(Self.promoted, [block, later]) == .blockedAndPromoted)
    let inTime = decision(.promote, at: 1.2, decidedAt: 1.9)
    #expect(try outcome(Self.promoted, [block, inTime]) == .promotedAndKept)
    let undated = decision(.promote, at: 1.9)
    #expect(try outcome(Self.promoted, [block, undated]) == .promotedAndKept)
  }

  @Test func `a gate that was not asked gave no answer`() throws {
    #expect(try outcome(Self.promoted, []) == .undecidedAndPromoted)
    #expect(try outcome(Self.takenBack, []) == .undecidedAndAbandoned)
  }

  @Test func `a running rollout is open whatever the gate said`() throws {
    #expect(
      try outcome([(0, [100, 0, 0]), (1, [90, 10, 0])], [decision(.block, at: 1.5)]) == .open)
  }
}
