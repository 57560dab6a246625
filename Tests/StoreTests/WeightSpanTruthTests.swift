import Rollouts
import Store
import TestSupport
import Testing

/// What is said about any moment was so.
@Suite struct WeightSpanTruthTests {
  /// The true history: each change a generation.
  private struct Change {
    let made: Double
    let weight: Int
  }

  @Test(arguments: Array(UInt64(1)...40))
  func `spans never overlap, and within each its weights were in force`(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let store = try SampleStore()
    let isDated = Bool.random(using: &generator)
    var made = 0.0
    let changes = (0..<6).map { _ in
      made += Double(Int.random(in: 200...40_000, using: &generator)) / 1000
      return Change(made: made, weight: Int.random(in: 0...2, using: &generator) * 10)
    }
    func truth(at seconds: Double) -> Int { changes.count { $0.made <= seconds } - 1 }
    let looks = (0..<25).map { _ in
      Double(Int.random(in: Int(changes[0].made * 1000)...150_000, using: &generator)) / 1000
    }
    let readings = looks.shuffled(using: &generator).map { seconds in
      let change = changes[truth(at: seconds)]
      return (
        seconds,
        state(
          canary: change.weight, changedAt: isDated ? at(change.made.rounded(.down)) : nil,
          generation: truth(at: seconds) + 1)
      )
    }
    try store.database.write(to: "record the weights") { writer in
      for (seconds, state) in readings {
        _ = try writer.record(
          state, of: store.targetID, observedAt: at(seconds), toolVersion: "test")
      }
    }
    let spans = try store.spans()
    #expect(spans.map(\.state.generation) == Set(looks.map { truth(at: $0) + 1 }).sorted())
    for (span, next) in zip(spans, spans.dropFirst()) {
      #expect(span.validUntil <= next.validFrom)
    }
    for span in spans {
      #expect(span.validFrom <= span.validUntil)
      for moment in Set(changes.map { at($0.made) } + [span.validFrom, span.validUntil])
      where span.validFrom <= moment && moment < span.validUntil {
        let seconds = Double((moment - at(0)).wholeMilliseconds) / 1000
        #expect(truth(at: seconds) + 1 == span.state.generation)
      }
    }
    for seconds in looks {
      #expect(
        spans.contains {
          $0.state.generation == truth(at: seconds) + 1 && $0.observedAt <= at(seconds)
            && at(seconds) <= $0.validUntil
        })
    }
  }
}
