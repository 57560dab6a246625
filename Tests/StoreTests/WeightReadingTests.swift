import Rollouts
import Store
import TestSupport
import Testing

/// What readings of a VirtualService become: states, and the time in which each was in force.
@Suite struct WeightReadingTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  @Test func `a reading is kept with who wrote the weights, and read back`() throws {
    let written = state(
      canary: 10, changedAt: at(-30), generation: 7, resourceVersion: "4711")
    try store.look(written, at: 0)
    let spans = try store.spans()
    #expect(spans.map(\.state) == [written])
    #expect(spans.map(\.weights.versions) == [["v1", "v2"]])
  }

  @Test func `a reading without a writer, a time or a generation is kept as such`() throws {
    let alone = WeightState(
      weights: Weights([
        VersionWeight(
          version: "app", weight: 0, destination: Destination(host: "app", subset: nil))
      ]), route: "primary")
    try store.look(alone, at: 0)
    #expect(try store.spans().map(\.state) == [alone])
  }

  @Test func `the same state seen again is one state, known until it was seen last`() throws {
    try store.look(state(canary: 10, generation: 1), at: 5)
    try store.look(state(canary: 10, generation: 1), at: 20)
    try store.look(state(canary: 10, generation: 1, resourceVersion: "99"), at: 35)
    let spans = try store.spans()
    #expect(spans.count == 1)
    #expect(spans[0].observedAt == at(5))
    #expect(spans[0].validFrom == at(5))
    #expect(spans[0].validUntil == at(35))
    #expect(!spans[0].isSuperseded)
  }

  @Test(arguments: [(1, false), (7, true), (nil, true)] as [(Int?, Bool)])
  func `before the first state nothing is known, but for an object that is new`(
    generation: Int?, gapBefore: Bool
  ) throws {
    try store.look(state(canary: 0, generation: generation), at: 5)
    #expect(try store.spans().map(\.gapBefore) == [gapBefore])
  }

  @Test func `a dated change with the next generation is the only one between two looks`() throws {
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 5)
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 20)
    try store.look(state(canary: 10, changedAt: at(30), generation: 2), at: 35)
    try store.look(state(canary: 10, changedAt: at(30), generation: 2), at: 50)
    let spans = try store.spans()
    #expect(spans.map(\.validFrom) == [at(1), at(31)])
    #expect(spans.map(\.validUntil) == [at(30), at(50)])
    #expect(spans.map(\.isSuperseded) == [true, false])
    #expect(spans.map(\.gapBefore) == [false, false])
  }

  @Test func `a change may be seen in the second in which it was made`() throws {
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 20)
    try store.look(state(canary: 10, changedAt: at(30), generation: 2), at: 30.4)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(30), at(30.4)])
    #expect(spans[1].validFrom == at(30.4))
  }

  @Test func `the old weights may be seen in the second in which they are changed`() throws {
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 30.6)
    try store.look(state(canary: 10, changedAt: at(30), generation: 2), at: 45)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(30.6), at(45)])
    #expect(spans[1].validFrom == at(31))
    #expect(!spans[1].gapBefore)
  }

  @Test func `after a jump of the generation it is unknown what was between`() throws {
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 20)
    try store.look(state(canary: 10, changedAt: at(30), generation: 3), at: 35)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(20), at(35)])
    #expect(spans[1].validFrom == at(31))
    #expect(spans.map(\.gapBefore) == [false, true])
  }

  @Test func `an undated change came somewhere between the looks`() throws {
    try store.look(state(canary: 0, uid: nil), at: 5)
    try store.look(state(canary: 0, uid: nil), at: 20)
    try store.look(state(canary: 10, uid: nil), at: 35)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(20), at(35)])
    #expect(spans.map(\.validFrom) == [at(5), at(35)])
    #expect(spans.map(\.gapBefore) == [true, true])
  }

  @Test func `a change after its own reading has no date: the clocks differ`() throws {
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 20)
    try store.look(state(canary: 10, changedAt: at(40), generation: 2), at: 35)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(20), at(35)])
    #expect(spans[1].validFrom == at(35))
    #expect(spans[1].gapBefore)
  }

  @Test func `a change before the last look at the old weights begins with that look`() throws {
    try store.look(state(canary: 0, changedAt: at(0), generation: 1), at: 33)
    try store.look(state(canary: 10, changedAt: at(30), generation: 2), at: 45)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(33), at(45)])
    #expect(spans[1].validFrom == at(33))
  }

  @Test func `a new generation with the same weights is a state without a gap`() throws {
    try store.look(state(canary: 10, changedAt: at(0), generation: 4), at: 20)
    try store.look(state(canary: 10, changedAt: at(0), generation: 5), at: 35)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(20), at(35)])
    #expect(spans.map(\.validFrom) == [at(1), at(20)])
    #expect(!spans[1].gapBefore)
  }

  @Test func `an object that was made anew does not follow the old one`() throws {
    try store.look(state(canary: 10, changedAt: at(0), uid: "old", generation: 1), at: 20)
    try store.look(state(canary: 10, changedAt: at(30), uid: "new", generation: 2), at: 35)
    let spans = try store.spans()
    #expect(spans.map(\.validUntil) == [at(20), at(35)])
    #expect(spans[1].gapBefore)
  }

  @Test func `weights that come back are another state`() throws {
    for (weight, seconds) in [(0, 5.0), (10, 20), (0, 35)] {
      try store.look(state(canary: weight, uid: nil), at: seconds)
    }
    let shares = try store.spans().map { $0.weights.share(of: "v2") }
    #expect(shares == [0, 0.1, 0])
  }

  @Test func `two states that were read at the same moment keep their order`() throws {
    try store.look(state(canary: 0, generation: 1), at: 5)
    try store.look(state(canary: 10, generation: 2), at: 5)
    try store.look(state(canary: 50, generation: 3), at: 5)
    #expect(try store.spans().map { $0.weights.share(of: "v2") } == [0, 0.1, 0.5])
  }
}
