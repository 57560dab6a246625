import Analysis
import Rollouts
import TestSupport
import Testing

@Suite struct StrictTests {
  private func judged(_ intervals: Int, strict: Bool) -> Judgement {
    let bad = Counts(canary: (1000, 100), baseline: (9000, 90))
    return Judge.judgement(
      .sample(Array(repeating: bad, count: intervals)),
      Policy(isStrict: strict, retries: 0, checks: [.errors]))
  }

  @Test func `a strict gate needs at least five intervals, however bad they are`() {
    #expect(judged(4, strict: false).verdict == .block)
    #expect(judged(4, strict: true).verdict == .hold)
    #expect(judged(20, strict: true).verdict == .block)
  }

  @Test func `one bad interval does not block in a strict gate`() throws {
    let calm = Counts(canary: (1000, 10), baseline: (9000, 90))
    let burst = Counts(canary: (1000, 600), baseline: (9000, 90))
    let counts = Array(repeating: calm, count: 40) + [burst] + Array(repeating: calm, count: 40)
    let found = try Judge.result(.sample(counts), Policy(isStrict: true, checks: [.errors]))
    #expect(found.verdict != .block)
    #expect(try #require(found.evidenceToBlock) < 1)
  }

  @Test func `it never has more evidence to block, and the same to promote`() throws {
    var generator = SplitMix64(seed: 31)
    for rate in [0.005, 0.02, 0.06] {
      let counts = (0..<60).map { _ in
        Counts.random(canary: (100, rate), baseline: (900, 0.02), using: &generator)
      }
      let found = try [false, true].map { strict in
        try Judge.result(.sample(counts), Policy(isStrict: strict, checks: [.errors]))
      }
      #expect(try #require(found[1].evidenceToBlock) <= #require(found[0].evidenceToBlock))
      #expect(found[1].evidenceToPromote == found[0].evidenceToPromote)
    }
  }
}
