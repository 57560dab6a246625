import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

@Suite struct ErrorsCheckTests {
  private func result(
    _ counts: [Counts], _ policy: Policy = .standard, falseBlockBound: Double = 0.05
  ) -> CheckResult {
    ErrorsCheck().result(
      for: "v2", evidence: .sample(counts), policy: policy, falseBlockBound: falseBlockBound)
  }

  private let good = Counts(canary: (1000, 1), baseline: (9000, 90))
  private let bad = Counts(canary: (1000, 60), baseline: (9000, 90))
  private let equal = Counts(canary: (100, 1), baseline: (900, 9))

  @Test(
    arguments: [
      "aa_1pct_90_10", "regress_5x_99_1", "better_canary_50_50", "low_traffic",
      "baseline_no_errors", "canary_no_errors", "gaps", "high_traffic",
    ],
    [
      Policy.ErrorMargin(ratio: 1, points: 0), Policy.ErrorMargin(ratio: 1.25, points: 0.001),
      Policy.ErrorMargin(ratio: 1, points: 0.005),
    ])
  func `the evidence is what another implementation found`(
    series: String, margin: Policy.ErrorMargin
  ) throws {
    let golden = try GoldenFile.read()
    let counts = try #require(golden.data[series]?.counts)
    let worse = try #require(golden.logEvidence(series, "worse", margin))
    let better = try #require(golden.logEvidence(series, "better", margin))
    for length in [2, counts.count / 2, counts.count] {
      let found = result(
        Array(counts.prefix(length)), .margin(ratio: margin.ratio, points: margin.points))
      for (evidence, values) in [
        (found.evidenceToBlock, worse), (found.evidenceToPromote, better),
      ] {
        let expected = try #require(values.prefix(length).dropFirst().max())
        let difference = try #require(evidence) - expected
        #expect(abs(difference) <= 1e-9 * max(1, abs(expected)))
      }
    }
  }

  @Test func `a canary that is shown to be worse is blocked, with the figures`() {
    let found = result(Array(repeating: bad, count: 4))
    #expect(found.verdict == .block)
    #expect(found.requiredEvidence == log(20))
    #expect((found.evidenceToBlock ?? 0) >= log(20))
    #expect(found.requestsNeeded == nil)
    #expect(
      found.explanation == """
        shown to be worse: error rate of v2 6 % (240 of 4,000 requests), of v1 1 % \
        (360 of 36,000); tolerated is 1.35 %
        """)
  }

  @Test func `a canary that is shown to be within the margin is promoted`() {
    let found = result(Array(repeating: good, count: 6))
    #expect(found.verdict == .promote)
    #expect((found.evidenceToPromote ?? 0) >= log(20))
    #expect(found.requestsNeeded == nil)
    #expect(
      found.explanation == """
        shown to be no worse than tolerated: error rate of v2 0.1 % (6 of 6,000 requests), of v1 \
        1 % (540 of 54,000); tolerated is 1.35 %
        """)
  }

  @Test func `what is shown neither way is held`() {
    let found = result(Array(repeating: equal, count: 3))
    #expect(found.verdict == .hold)
    #expect(
      found.explanation == """
        not decided yet: error rate of v2 1 % (3 of 300 requests), of v1 1 % (27 of 2,700); \
        tolerated is 1.35 %
        """)
  }

  @Test func `the limit is the margin on the baseline's rate, the estimate the canary's rate`() {
    let found = result(Array(repeating: equal, count: 3), .margin(ratio: 2, points: 0.01))
    #expect(found.limit == 0.03)
    #expect(found.estimate.estimate == 0.01)
    #expect((found.estimate.lower ?? 1) < 0.01 && (found.estimate.upper ?? 0) > 0.01)
    #expect(
      [found.name, found.metric, found.canary, found.baseline] == [
        "errors", "errorRate", "v2", "v1",
      ])
  }

  @Test func `a canary that begins to fail after it was found good is blocked`() {
    let promoted = Array(repeating: good, count: 6)
    #expect(result(promoted).verdict == .promote)
    let failed = result(promoted + Array(repeating: bad, count: 40))
    #expect(failed.verdict == .block)
    #expect((failed.evidenceToPromote ?? 0) >= log(20))
  }

  @Test func `a block stays although the canary recovers`() {
    let blocked = Array(repeating: bad, count: 4)
    #expect(result(blocked + Array(repeating: good, count: 100)).verdict == .block)
  }

  @Test func `one interval decides nothing, however clear`() {
    let clear = Counts(canary: (1500, 60), baseline: (13_500, 135))
    let found = result([clear])
    #expect(found.verdict == .hold)
    #expect(found.evidenceToBlock == nil && found.evidenceToPromote == nil)
    #expect(result([clear, clear]).verdict == .block)
  }

  @Test func `without an interval there is nothing to judge`() {
    let found = result([])
    #expect(found.verdict == .hold)
    #expect(found.evidenceToBlock == nil)
    #expect(found.estimate == .missing("no requests"))
    #expect(found.limit == nil)
    #expect(found.explanation == "v2 has had no request in a judged interval yet")
  }

  @Test func `a canary without requests is held`() {
    let found = result(Array(repeating: Counts(canary: (0, 0), baseline: (90, 9)), count: 50))
    #expect(found.verdict == .hold)
    #expect(abs(found.evidenceToBlock ?? 1) < 1e-9 && abs(found.evidenceToPromote ?? 1) < 1e-9)
    #expect(found.requestsNeeded == nil)
    #expect(found.explanation == "v2 has had no request in a judged interval yet")
  }

  @Test func `without requests to the baseline there is nothing to compare with`() {
    let found = result(Array(repeating: Counts(canary: (90, 90), baseline: (0, 0)), count: 50))
    #expect(found.verdict == .hold)
    #expect(found.limit == nil)
    #expect(
      found.explanation == """
        v1 has had no request in a judged interval yet, so there is nothing to compare v2 with
        """)
  }

  @Test func `versions without any error are promoted in time`() {
    let perfect = Counts(canary: (1000, 0), baseline: (9000, 0))
    #expect(result([perfect, perfect]).verdict == .hold)
    #expect(result(Array(repeating: perfect, count: 20)).verdict == .promote)
  }

  @Test func `a smaller bound on false blocks takes more evidence`() {
    let counts = Array(repeating: bad, count: 2)
    #expect(result(counts).verdict == .block)
    let strict = result(counts, falseBlockBound: 1e-60)
    #expect(strict.verdict == .hold)
    #expect(abs(strict.requiredEvidence - 60 * log(10)) < 1e-9)
  }

  @Test func `about as many requests as are needed are asked for, fewer as data grows`() throws {
    var needed: [Int] = []
    for length in 2...200 {
      let found = result(Array(repeating: equal, count: length))
      guard found.verdict == .hold else { break }
      needed.append(try #require(found.requestsNeeded))
    }
    #expect(needed.count > 20)
    #expect(zip(needed, needed.dropFirst()).allSatisfy { $0 >= $1 })
    // What was asked for at first is neither a tenth nor ten times of what it took.
    let taken = (needed.count + 2) * 1000
    #expect((taken / 10...taken * 10).contains(needed[0]))
  }

  @Test func `hundreds of millions of requests at the edge of the margin do not stop the gate`() {
    // Exactly what is tolerated, so that the evidence falls on both sides without end.
    let edge = Counts(canary: (500_000_000, 6_750_000), baseline: (500_000_000, 5_000_000))
    let found = result(Array(repeating: edge, count: 3))
    #expect(found.verdict == .hold)
    #expect((found.evidenceToBlock ?? 0) < -1000 && (found.evidenceToPromote ?? 0) < -1000)
  }
}
