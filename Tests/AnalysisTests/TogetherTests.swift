import Analysis
import Foundation
import Rollouts
import Testing

/// Evidence of several checks, none of which blocks alone.
@Suite struct TogetherTests {
  private let checks: [PolicyCheck] = ["a", "b", "c"].map { name in
    PolicyCheck.errors.with { $0.name = name }
  }

  private func judged(_ policy: Policy, intervals: Int) -> Judgement {
    let counts = Counts(canary: (100, 2), baseline: (900, 9))
    return Judge.judgement(.sample(Array(repeating: counts, count: intervals)), policy)
  }

  private func firstBlock(_ policy: Policy) throws -> (intervals: Int, judgement: Judgement) {
    let found = (2...300).lazy.map { ($0, judged(policy, intervals: $0)) }
    return try #require(found.first { $0.1.verdict == .block })
  }

  @Test func `all checks together block although none does alone`() throws {
    let policy = Policy(retries: 0, checks: checks)
    let (intervals, judgement) = try firstBlock(policy)
    #expect(judgement.checks.map(\.verdict) == [.hold, .hold, .hold])
    let evidence = try #require(judgement.checks[0].evidenceToBlock)
    // Three checks of equal evidence together have as much as one, and need no more than the gate.
    #expect(evidence >= log(1 / 0.045) && evidence < judgement.checks[0].requiredEvidence)
    #expect(
      judgement.reasons == [
        "shown to be worse by all checks together (a, b, c): evidence "
          + "\(evidence.twoDecimals), \(log(1 / 0.045).twoDecimals) decides"
      ])
    #expect(judged(policy, intervals: intervals + 1).verdict == .block)
  }

  @Test func `one check alone blocks as soon as it would by itself`() throws {
    let alone = try firstBlock(Policy(retries: 0, checks: [checks[0]]))
    let together = try firstBlock(Policy(retries: 0, checks: checks))
    #expect(alone.intervals == together.intervals)
    #expect(alone.judgement.checks.map(\.verdict) == [.block])
  }

  @Test func `a check that is held up by the environment does not count`() throws {
    // The limit alone has evidence, and the baseline exceeds it too.
    let counts = Counts(canary: (1000, 100), baseline: (9000, 900))
    let policy = Policy(
      retries: 0, checks: [.errors, .limit(errorRate: 0.05)])
    let judgement = Judge.judgement(.sample(Array(repeating: counts, count: 200)), policy)
    #expect(judgement.verdict == .hold)
  }
}
