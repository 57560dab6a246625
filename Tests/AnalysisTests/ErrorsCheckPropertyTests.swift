import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

/// What holds whatever the counts are.
@Suite struct ErrorsCheckPropertyTests {
  @Test func `a block is that of any look, a promotion that of the newest`() throws {
    var generator = SplitMix64(seed: 7)
    var seen: Set<Verdict> = []
    for run in 0..<24 {
      let rate = [0.01, 0.02, 0.08][run % 3]
      let counts = (0..<40).map { _ in
        Counts.random(
          canary: (100, run % 4 == 0 ? 0.001 : rate), baseline: (400, 0.02), using: &generator)
      }
      let evidence = RolloutEvidence.sample(counts)
      let looks = try (1...counts.count).map {
        try Judge.result(evidence.prefix($0), .demanding(.errors))
      }
      let last = try #require(looks.last)
      seen.insert(last.verdict)
      #expect(last.evidenceToBlock == looks.compactMap(\.evidenceToBlock).max())
      let verdicts = looks.map(\.verdict)
      #expect(verdicts.contains(.block) == (last.verdict == .block))
      // Once blocked, blocked at every later look.
      #expect(verdicts.drop { $0 != .block }.allSatisfy { $0 == .block })
      for look in looks where look.verdict == .promote {
        #expect(
          try #require(look.evidenceToPromote) >= #require(look.requiredEvidenceToPromote))
        #expect(try #require(look.estimate.estimate) <= #require(look.limit))
      }
    }
    #expect(seen == [.block, .promote, .hold])
  }

  @Test func `equal versions are hardly ever blocked`() throws {
    var generator = SplitMix64(seed: 8)
    let (runs, bound) = (200, 0.05)
    // The null hypothesis at its edge: no margin at all, and no guard.
    let policy = Policy.demanding(.errors(ratio: 1, points: 0)).with { $0.retries = 0 }
    let blocks = try (0..<runs).count { _ in
      let counts = (0..<200).map { _ in
        Counts.random(canary: (20, 0.03), baseline: (180, 0.03), using: &generator)
      }
      return try Judge.result(.sample(counts), policy).verdict == .block
    }
    #expect(blocks <= .mostSuccesses(of: runs, rate: bound, unlikelierThan: 1e-6))
    // A check that never blocked would pass the above: this one does block, now and then.
    #expect(blocks > 0)
  }

  @Test func `a version with four times the errors is nearly always blocked`() throws {
    var generator = SplitMix64(seed: 9)
    let blocks = try (0..<20).count { _ in
      let counts = (0..<200).map { _ in
        Counts.random(canary: (20, 0.12), baseline: (180, 0.03), using: &generator)
      }
      return try Judge.result(.sample(counts), .demanding(.errors)).verdict == .block
    }
    #expect(blocks == 20)
  }

}
