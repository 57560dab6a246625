import Analysis
import Rollouts
import Testing

@Suite struct RolloutDerivationTests {
  private let before = span(1, ["v1": 100, "v2": 0], from: 0, until: 60)
  private let tenth = span(2, ["v1": 90, "v2": 10], from: 60, until: 120)
  private let half = span(3, ["v1": 50, "v2": 50], from: 120, until: 180)

  @Test func `without a split there is no rollout`() {
    #expect(Rollout.all(in: [], baseline: nil) == [])
    #expect(Rollout.all(in: [before], baseline: nil) == [])
    let again = span(2, ["v1": 100], from: 60, until: 120)
    #expect(Rollout.all(in: [before, again], baseline: nil) == [])
  }

  @Test func `a rollout opens when a second version receives weight, and runs`() {
    #expect(
      Rollout.all(in: [before, tenth, half], baseline: nil) == [
        Rollout(
          id: 2, startedAt: at(60), endedAt: nil, baseline: "v1", canaries: ["v2"],
          state: .running, steps: [tenth, half])
      ])
  }

  @Test func `it is promoted when the canary holds everything`() {
    let after = span(4, ["v1": 0, "v2": 100], from: 180, until: 240)
    #expect(
      Rollout.all(in: [before, tenth, half, after], baseline: nil) == [
        Rollout(
          id: 2, startedAt: at(60), endedAt: at(180), baseline: "v1", canaries: ["v2"],
          state: .promoted, steps: [tenth, half])
      ])
  }

  @Test func `it is rolled back when the baseline holds everything again`() {
    let after = span(4, ["v1": 100, "v2": 0], from: 180, until: 240)
    let rollouts = Rollout.all(in: [before, tenth, half, after], baseline: nil)
    #expect(rollouts.map(\.state) == [.rolledBack])
    #expect(rollouts.map(\.endedAt) == [at(180)])
  }

  @Test func `after a rollback the next split is another rollout`() {
    let back = span(3, ["v1": 100, "v2": 0], from: 120, until: 180)
    let again = span(4, ["v1": 80, "v2": 20], from: 180, until: 240)
    let rollouts = Rollout.all(in: [before, tenth, back, again], baseline: nil)
    #expect(rollouts.map(\.id) == [2, 4])
    #expect(rollouts.map(\.state) == [.rolledBack, .running])
    #expect(rollouts.map(\.steps) == [[tenth], [again]])
  }

  @Test(arguments: [(240, 180), (86_579, 180), (86_580, nil)] as [(Double, Double?)])
  func `a rollback counts as shortly before for a day`(begins: Double, rolledBackAt: Double?) {
    let back = span(3, ["v1": 100, "v2": 0], from: 180, until: begins)
    let again = span(4, ["v1": 80, "v2": 20], from: begins, until: begins + 60)
    let rollouts = Rollout.all(in: [before, tenth, back, again], baseline: nil)
    #expect(rollouts.rollback(shortlyBefore: rollouts[1]) == rolledBackAt.map(at))
    #expect(rollouts.rollback(shortlyBefore: rollouts[0]) == nil)
  }

  @Test func `neither a rollback of another canary nor a promotion is one of this canary`() {
    let back = span(3, ["v1": 100, "v2": 0], from: 120, until: 180)
    let other = span(4, ["v1": 80, "v3": 20], from: 180, until: 240)
    let promoted = span(5, ["v3": 100], from: 240, until: 300)
    let next = span(6, ["v3": 80, "v2": 20], from: 300, until: 360)
    let rollouts = Rollout.all(in: [before, tenth, back, other, promoted, next], baseline: nil)
    #expect(rollouts.map { rollouts.rollback(shortlyBefore: $0) } == [nil, nil, at(120)])
  }

  @Test func `after a promotion the promoted version is the next baseline`() {
    let after = span(3, ["v2": 100], from: 120, until: 180)
    let next = span(4, ["v2": 90, "v3": 10], from: 180, until: 240)
    let rollouts = Rollout.all(in: [before, tenth, after, next], baseline: nil)
    #expect(rollouts.map(\.baseline) == ["v1", "v2"])
    #expect(rollouts.map(\.canaries) == [["v2"], ["v3"]])
  }

  @Test func `a change of all traffic at once is a rollout without a step`() {
    let after = span(2, ["v2": 100], from: 60, until: 120, changedAt: 59, observedAt: 70)
    #expect(
      Rollout.all(in: [before, after], baseline: nil) == [
        Rollout(
          id: 2, startedAt: at(59), endedAt: at(59), baseline: "v1", canaries: ["v2"],
          state: .promoted, steps: [])
      ])
  }

  @Test func `a change of all traffic at once to the policy's baseline is a rollback`() {
    let canary = span(1, ["v2": 100], from: 0, until: 60)
    let after = span(2, ["v1": 100], from: 60, until: 120)
    #expect(
      Rollout.all(in: [canary, after], baseline: "v1") == [
        Rollout(
          id: 2, startedAt: at(60), endedAt: at(60), baseline: "v1", canaries: ["v2"],
          state: .rolledBack, steps: [])
      ])
  }

  @Test func `two canaries are compared with one baseline`() {
    let three = span(2, ["v1": 80, "v2": 10, "v3": 10], from: 60, until: 120)
    let rollouts = Rollout.all(in: [before, three], baseline: nil)
    #expect(rollouts.map(\.canaries) == [["v2", "v3"]])
    #expect(rollouts.map(\.baseline) == ["v1"])
  }

  @Test func `a canary that comes later joins the rollout`() {
    let three = span(3, ["v1": 80, "v3": 10, "v2": 10], from: 120, until: 180)
    let rollouts = Rollout.all(in: [before, tenth, three], baseline: nil)
    #expect(rollouts.map(\.canaries) == [["v2", "v3"]])
    #expect(rollouts.map(\.id) == [2])
  }

  @Test func `the policy names the baseline, whoever held the traffic`() {
    let rollouts = Rollout.all(in: [before, tenth, half], baseline: "v2")
    #expect(rollouts.map(\.baseline) == ["v2"])
    #expect(rollouts.map(\.canaries) == [["v1"]])
    let after = span(4, ["v2": 100], from: 180, until: 240)
    #expect(
      Rollout.all(in: [before, tenth, after], baseline: "v2").map(\.state) == [.rolledBack])
  }

  @Test func `where the history begins with a split, most of the weight is the baseline`() {
    #expect(Rollout.all(in: [tenth], baseline: nil).map(\.baseline) == ["v1"])
    let mostly = span(1, ["v1": 10, "v2": 90], from: 0, until: 60)
    #expect(Rollout.all(in: [mostly], baseline: nil).map(\.baseline) == ["v2"])
    #expect(Rollout.all(in: [half], baseline: nil).map(\.baseline) == ["v1"])
  }

  @Test func `who held all of the traffic before is the baseline, however small its part now`() {
    let mostly = span(2, ["v1": 10, "v2": 90], from: 60, until: 120)
    #expect(Rollout.all(in: [before, mostly], baseline: nil).map(\.baseline) == ["v1"])
  }

  @Test func `a change that is dated before its reading began then`() {
    #expect(span(1, [:], from: 60, until: 90, changedAt: 58, observedAt: 70).beganAt == at(58))
    #expect(span(1, [:], from: 60, until: 90, observedAt: 60).beganAt == at(60))
    #expect(span(1, [:], from: 60, until: 90, changedAt: 99, observedAt: 60).beganAt == at(60))
  }
}
