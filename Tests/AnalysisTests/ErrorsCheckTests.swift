import Analysis
import Foundation
import Rollouts
import Testing

@Suite struct ErrorsCheckTests {
  private func result(
    _ counts: [Counts], _ policy: Policy = .demanding(.errors)
  ) throws -> CheckResult {
    try Judge.result(.sample(counts), policy)
  }

  private let good = Counts(canary: (1000, 1), baseline: (9000, 90))
  private let bad = Counts(canary: (1000, 60), baseline: (9000, 90))
  private let equal = Counts(canary: (100, 1), baseline: (900, 9))

  @Test func `a canary that is shown to be worse is blocked, with the figures`() throws {
    let found = try result(Array(repeating: bad, count: 5))
    #expect(found.verdict == .block)
    #expect((found.evidenceToBlock ?? 0) >= found.requiredEvidence)
    #expect(found.requestsNeeded == nil && found.secondsNeeded == nil)
    #expect(
      found.explanation == """
        shown to be worse: error rate of v2 6 % (300 of 5,000 requests), of v1 1 % \
        (450 of 45,000); tolerated is 1.35 %
        """)
  }

  @Test func `a canary that is shown to be within the margin is promoted`() throws {
    let found = try result(Array(repeating: good, count: 10))
    #expect(found.verdict == .promote)
    #expect(
      try #require(found.evidenceToPromote) >= #require(found.requiredEvidenceToPromote))
    #expect(found.requestsNeeded == nil)
    #expect(
      found.explanation == """
        shown to be no worse than tolerated: error rate of v2 0.1 % (10 of 10,000 requests), of \
        v1 1 % (900 of 90,000); tolerated is 1.35 %
        """)
  }

  @Test func `what is tolerated follows the baseline at the times of the canary's requests`() throws
  {
    let evidence = RolloutEvidence.twoSteps(
      Array(repeating: Counts(canary: (100, 1), baseline: (900, 9)), count: 240),
      Array(repeating: Counts(canary: (500, 60), baseline: (500, 60)), count: 80))
    let found = try Judge.result(evidence, .demanding(.errors))
    #expect(found.verdict == .promote)
    #expect(
      found.explanation == """
        shown to be no worse than tolerated: error rate of v2 7.88 % (5,040 of 64,000 requests), \
        of v1 2.72 % (6,960 of 256,000, 7.88 % at the times of v2's requests); tolerated is 9.94 %
        """)
  }

  @Test func `what is shown neither way is held`() throws {
    let found = try result(Array(repeating: equal, count: 3))
    #expect(found.verdict == .hold)
    #expect(
      found.explanation == """
        not decided yet: error rate of v2 1 % (3 of 300 requests), of v1 1 % (27 of 2,700); \
        tolerated is 1.35 %
        """)
  }

  @Test func `the limit is the margin on the baseline's rate, the estimate the canary's rate`()
    throws
  {
    let found = try result(
      Array(repeating: equal, count: 3), .demanding(.errors(ratio: 2, points: 0.01)))
    #expect(found.limit == 0.03)
    #expect(found.estimate.estimate == 0.01)
    #expect((found.estimate.lower ?? 1) < 0.01 && (found.estimate.upper ?? 0) > 0.01)
    #expect(
      [found.name, found.metric, found.canary, found.baseline] == [
        "errors", "errorRate", "v2", "v1",
      ])
  }

  @Test func `a canary that begins to fail after it was found good is blocked`() throws {
    let promoted = Array(repeating: good, count: 10)
    #expect(try result(promoted).verdict == .promote)
    let failed = try result(promoted + Array(repeating: bad, count: 40))
    #expect(failed.verdict == .block)
    // What had been shown for it is gone.
    #expect(try #require(failed.evidenceToPromote) < #require(failed.requiredEvidenceToPromote))
  }

  @Test func `one interval blocks nothing, however many without traffic were before it`() throws {
    let idle = Array(repeating: Counts(canary: (0, 0), baseline: (50, 0)), count: 20)
    let failing = Counts(canary: (6, 6), baseline: (54, 0))
    #expect(try result([failing]).verdict == .hold)
    #expect(try result(idle + [failing]).verdict == .hold)
    let (alone, after) = (try result([failing, failing]), try result(idle + [failing, failing]))
    #expect(after.dispersion == alone.dispersion)
    #expect(after.evidenceToBlock == alone.evidenceToBlock)
    // Beside a limit the canary's requests count alone.
    let limit = Policy.demanding(.limit(errorRate: 0.05))
    let none = Array(repeating: Counts(canary: (0, 0), baseline: (54, 0)), count: 20)
    #expect(
      try result(none + [Counts(canary: (60, 60), baseline: (54, 0))], limit).verdict == .hold)
  }

  @Test func `a block stays although the canary recovers`() throws {
    let blocked = Array(repeating: bad, count: 5)
    #expect(try result(blocked + Array(repeating: good, count: 100)).verdict == .block)
  }

  @Test func `one interval decides nothing, however clear`() throws {
    let policy = Policy.demanding(.errors).with { $0.retries = 0 }
    let clear = Counts(canary: (1500, 120), baseline: (13_500, 135))
    let found = try result([clear], policy)
    #expect(found.verdict == .hold)
    #expect(found.evidenceToBlock == nil && found.evidenceToPromote == nil)
    #expect(try result([clear, clear], policy).verdict == .block)
  }

  @Test func `while little is known of the dependence, more evidence is demanded`() throws {
    let clear = Array(repeating: Counts(canary: (1500, 60), baseline: (13_500, 135)), count: 2)
    let guarded = try result(clear)
    let declared = try result(clear, .demanding(.errors).with { $0.retries = 0 })
    #expect(guarded.verdict == .hold && declared.verdict == .block)
    let ramp = try #require(guarded.dispersion)
    #expect(abs(ramp - pow(5, 1.5)) < 1e-9)
    #expect(declared.dispersion == 1)
  }

  @Test func `a canary without requests is held`() throws {
    let found = try result(Array(repeating: Counts(canary: (0, 0), baseline: (90, 9)), count: 50))
    #expect(found.verdict == .hold)
    #expect(found.evidenceToBlock == nil && found.evidenceToPromote == nil)
    #expect(found.requestsNeeded == nil)
    #expect(found.estimate == .missing("no requests"))
    #expect(found.explanation == "v2 has had no requests in a judged interval yet")
  }

  @Test func `without requests to the baseline there is nothing to compare with`() throws {
    let found = try result(
      Array(repeating: Counts(canary: (90, 90), baseline: (0, 0)), count: 50))
    #expect(found.verdict == .hold)
    #expect(found.limit == nil)
    #expect(
      found.explanation == """
        v1 has had no requests in a judged interval yet, so there is nothing to compare v2 with
        """)
  }

  @Test func `versions without any error are promoted in time`() throws {
    let perfect = Counts(canary: (1000, 0), baseline: (9000, 0))
    #expect(try result([perfect, perfect]).verdict == .hold)
    #expect(try result(Array(repeating: perfect, count: 20)).verdict == .promote)
  }

  @Test func `a smaller bound on false blocks takes more evidence`() throws {
    let counts = Array(repeating: bad, count: 5)
    #expect(try result(counts).verdict == .block)
    let careful = try result(counts, .demanding(.errors).with { $0.falseBlockBound = 1e-60 })
    #expect(careful.verdict == .hold)
    #expect(abs(careful.requiredEvidence - (60 * log(10) - log(0.9))) < 1e-9)
  }

  @Test func `about as many requests as are needed are asked for, fewer as data grows`() throws {
    var needed: [Int] = []
    for length in 10...200 {
      let found = try result(Array(repeating: equal, count: length))
      guard found.verdict == .hold else { break }
      needed.append(try #require(found.requestsNeeded))
    }
    #expect(needed.count > 20)
    #expect(zip(needed, needed.dropFirst()).allSatisfy { $0 >= $1 })
    // What was asked for at first is neither a third nor three times of what it took.
    let taken = needed.count * 1000
    #expect((taken / 3...taken * 3).contains(needed[0]))
  }

  @Test func `how long it takes is told by the present rate of requests`() throws {
    let found = try result(Array(repeating: equal, count: 12))
    let requests = try #require(found.requestsNeeded)
    // 1,000 requests of both versions in 15 s.
    #expect(abs(try #require(found.secondsNeeded) - Double(requests) * 15 / 1000) < 1e-6)
  }

  @Test func `hundreds of millions of requests at the edge of the margin do not stop the gate`()
    throws
  {
    // Exactly what is tolerated, so that the evidence falls on both sides without end.
    let edge = Counts(canary: (500_000_000, 6_750_000), baseline: (500_000_000, 5_000_000))
    let found = try result(Array(repeating: edge, count: 3))
    #expect(found.verdict == .hold)
    #expect((found.evidenceToBlock ?? 1) < 0 && (found.evidenceToPromote ?? 1) < 0)
  }
}
