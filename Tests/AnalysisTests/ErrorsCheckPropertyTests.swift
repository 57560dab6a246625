import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

/// What holds whatever the counts are.
@Suite struct ErrorsCheckPropertyTests {
  @Test func `however often it is asked, the answer is that of all looks together`() throws {
    var generator = SplitMix64(seed: 7)
    var seen: Set<Verdict> = []
    for run in 0..<24 {
      let rate = [0.01, 0.02, 0.08][run % 3]
      let counts = (0..<40).map { _ in
        Counts.random(
          canary: (100, run % 4 == 0 ? 0.001 : rate), baseline: (400, 0.02), using: &generator)
      }
      let policy = Policy.margin(ratio: 1.25, points: 0.001)
      let looks = (0...counts.count).map { length in
        ErrorsCheck().result(
          for: "v2", evidence: .sample(Array(counts.prefix(length))), policy: policy,
          falseBlockBound: 0.05)
      }
      let last = try #require(looks.last)
      seen.insert(last.verdict)
      #expect(last.evidenceToBlock == looks.compactMap(\.evidenceToBlock).max())
      #expect(last.evidenceToPromote == looks.compactMap(\.evidenceToPromote).max())
      let verdicts = looks.map(\.verdict)
      let together: Verdict =
        if verdicts.contains(.block) {
          .block
        } else if verdicts.contains(.promote) {
          .promote
        } else {
          .hold
        }
      #expect(last.verdict == together)
      // Once blocked, blocked at every later look.
      #expect(verdicts.drop { $0 != .block }.allSatisfy { $0 == .block })
    }
    #expect(seen == [.block, .promote, .hold])
  }

  @Test func `equal versions are hardly ever blocked`() throws {
    var generator = SplitMix64(seed: 8)
    let (runs, bound) = (200, 0.05)
    // The null hypothesis at its edge: no margin at all.
    let blocks = (0..<runs).count { _ in
      let counts = (0..<200).map { _ in
        Counts.random(canary: (20, 0.03), baseline: (180, 0.03), using: &generator)
      }
      return ErrorsCheck().result(
        for: "v2", evidence: .sample(counts), policy: .margin(ratio: 1, points: 0),
        falseBlockBound: bound
      ).verdict == .block
    }
    #expect(blocks <= Self.mostBlocks(of: runs, bound: bound, unlikelierThan: 1e-6))
    // A check that never blocked would pass the above: this one does block, now and then.
    #expect(blocks > 0)
  }

  @Test func `a version with four times the errors is nearly always blocked`() {
    var generator = SplitMix64(seed: 9)
    let blocks = (0..<20).count { _ in
      let counts = (0..<200).map { _ in
        Counts.random(canary: (20, 0.12), baseline: (180, 0.03), using: &generator)
      }
      return ErrorsCheck().result(
        for: "v2", evidence: .sample(counts), policy: .standard, falseBlockBound: 0.05
      ).verdict == .block
    }
    #expect(blocks == 20)
  }

  /// The largest number of blocks that a gate within its bound exceeds with a smaller probability
  /// only, by the binomial distribution.
  private static func mostBlocks(
    of runs: Int, bound: Double, unlikelierThan probability: Double
  ) -> Int {
    var term = pow(1 - bound, Double(runs))
    var upTo = term
    var blocks = 0
    while 1 - upTo > probability {
      blocks += 1
      term *= Double(runs - blocks + 1) / Double(blocks) * bound / (1 - bound)
      upTo += term
    }
    return blocks
  }
}

extension Counts {
  /// Independent requests, each failing with the probability.
  static func random(
    canary: (requests: Int, rate: Double), baseline: (requests: Int, rate: Double),
    using generator: inout SplitMix64
  ) -> Counts {
    Counts(
      canary: (canary.requests, errors(canary.requests, canary.rate, using: &generator)),
      baseline: (baseline.requests, errors(baseline.requests, baseline.rate, using: &generator)))
  }

  /// A binomial number, by inversion.
  private static func errors(
    _ requests: Int, _ rate: Double, using generator: inout SplitMix64
  ) -> Int {
    var rest = Double.random(in: 0..<1, using: &generator)
    var term = pow(1 - rate, Double(requests))
    var count = 0
    while rest >= term, count < requests {
      rest -= term
      count += 1
      term *= Double(requests - count + 1) / Double(count) * rate / (1 - rate)
    }
    return count
  }
}
