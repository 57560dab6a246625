import Rollouts
import Store
import TestSupport
import Testing

/// Readings that are added later than they were made.
@Suite struct OlderReadingTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  private func refusal(_ state: WeightState, at seconds: Double) -> StoreError? {
    #expect(throws: StoreError.self) { try store.look(state, at: seconds) }
  }

  private func contradiction(at time: String) -> StoreError {
    .contradiction(
      "cannot add the weights of \(time): other weights were read both before and after that time "
        + "without a change between; check --observed-at")
  }

  @Test func `an older state takes its place in the history`() throws {
    try store.look(state(canary: 50, uid: nil), at: 65)
    try store.look(state(canary: 0, uid: nil), at: 5)
    try store.look(state(canary: 10, uid: nil), at: 35)
    let spans = try store.spans()
    #expect(spans.map { $0.weights.share(of: "v2") } == [0, 0.1, 0.5])
    #expect(spans.map(\.validUntil) == [at(5), at(35), at(65)])
    #expect(spans.map(\.isSuperseded) == [true, true, false])
  }

  @Test func `an older look at a known state extends it in both directions`() throws {
    try store.look(state(canary: 0, uid: nil), at: 5)
    try store.look(state(canary: 10, uid: nil), at: 65)
    try store.look(state(canary: 0, uid: nil), at: 20)
    try store.look(state(canary: 10, uid: nil), at: 50)
    let spans = try store.spans()
    #expect(spans.map(\.validFrom) == [at(5), at(50)])
    #expect(spans.map(\.validUntil) == [at(20), at(65)])
  }

  @Test func `a look before everything known extends the first state`() throws {
    try store.look(state(canary: 10, uid: nil), at: 65)
    try store.look(state(canary: 10, uid: nil), at: 5)
    #expect(try store.spans().map(\.observedAt) == [at(5)])
  }

  @Test func `other weights between two looks at one state are refused`() throws {
    try store.look(state(canary: 0, generation: 1), at: 5)
    try store.look(state(canary: 0, generation: 1), at: 35)
    #expect(
      refusal(state(canary: 10, generation: 2), at: 20)
        == contradiction(at: "2026-11-24T08:00:20Z"))
    #expect(try store.spans().count == 1)
  }

  @Test func `the next weights cannot have been seen before the old ones were seen last`() throws {
    try store.look(state(canary: 0, generation: 1), at: 5)
    try store.look(state(canary: 0, generation: 1), at: 35)
    try store.look(state(canary: 10, generation: 2), at: 50)
    #expect(
      refusal(state(canary: 10, generation: 2), at: 20)
        == contradiction(at: "2026-11-24T08:00:20Z"))
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(35), at(50)])
    #expect(spans[1].validFrom == at(50))
  }

  @Test func `a reading that another overtook shows what was in force when it was asked for`()
    throws
  {
    try store.look(state(canary: 0, generation: 1), at: 5)
    // Asked for at 20 s; while the answer was on its way, a watch told of the change.
    try store.look(state(canary: 10, generation: 2), at: 21)
    try store.look(state(canary: 0, generation: 1), at: 22, askedAt: 20)
    try store.look(state(canary: 10, generation: 2), at: 35, askedAt: 34)
    let spans = try store.spans()
    #expect(spans.map { $0.weights.share(of: "v2") } == [0, 0.1])
    #expect(spans.map(\.observedAt) == [at(5), at(21)])
    #expect(try store.spans().first.map(\.validUntil) == at(20))
  }

  @Test func `a reading is dated by its end unless it shows the state before`() throws {
    try store.look(state(canary: 0, generation: 1), at: 5)
    try store.look(state(canary: 10, generation: 2), at: 21)
    try store.look(state(canary: 20, generation: 3), at: 22, askedAt: 20)
    #expect(try store.spans().map(\.observedAt) == [at(5), at(21), at(22)])
  }
}
