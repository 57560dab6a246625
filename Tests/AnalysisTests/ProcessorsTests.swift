import Rollouts
import TestSupport
import Testing

@testable import Analysis

@Suite struct ProcessorsTests {
  @Test(arguments: [1, 2, 3, 16]) func `values come in the order of their parts`(_ count: Int) {
    let parts = Array(0..<100)
    #expect(Processors(count: count).map(parts) { "\($0)" } == parts.map { "\($0)" })
    #expect(Processors(count: count).map([Int]()) { $0 } == [])
  }

  @Test(arguments: [2, 3, 16])
  func `a verdict is the same to the last bit on any number of processors`(_ count: Int) {
    let evidence = RolloutEvidence.random(canaries: ["v2", "v3", "v4"], intervals: 200)
    let alone = judgement(evidence, Processors(count: 1))
    let together = judgement(evidence, Processors(count: count))
    #expect(
      alone.checks.map(\.canary) == ["v2", "v3", "v4"].flatMap { [$0, $0, $0, $0] })
    #expect(alone.checks.allSatisfy { $0.evidenceToBlock != nil })
    #expect(together.figures.map(\.bitPattern) == alone.figures.map(\.bitPattern))
    #expect(together == alone)
    #expect(
      histories(evidence, Processors(count: count)) == histories(evidence, Processors(count: 1)))
  }

  private func judgement(_ evidence: RolloutEvidence, _ processors: Processors) -> Judgement {
    Judge(policy: .standard, processors: processors).judgement(
      on: evidence, source: SourceState(newest: evidence.intervals.last),
      asOf: evidence.intervals.last?.end ?? at(0))
  }

  private func histories(
    _ evidence: RolloutEvidence, _ processors: Processors
  ) -> [EvidenceHistory] {
    Judge(policy: .standard, processors: processors).histories(of: evidence)
  }
}

extension Judgement {
  fileprivate var figures: [Double] {
    checks.flatMap { check in
      [
        check.evidenceToBlock, check.evidenceToPromote, check.dispersion, check.secondsNeeded,
        check.estimate.estimate, check.estimate.lower, check.estimate.upper, check.limit,
      ].compactMap { $0 }
    }
  }
}

extension RolloutEvidence {
  /// Canaries that are a little worse and slower than v1, each by chance.
  fileprivate static func random(canaries: [String], intervals: Int) -> RolloutEvidence {
    var generator = SplitMix64(seed: 11)
    let observations = (0..<intervals).flatMap { index in
      (["v1"] + canaries).map { version in
        let slow = Int.binomial(200, version == "v1" ? 0.04 : 0.06, using: &generator)
        return Observation.sample(
          index, version, requests: 200,
          errors: .binomial(200, version == "v1" ? 0.01 : 0.012, using: &generator),
          durations: [50: 150 - slow, 100: 50, 250: slow])
      }
    }
    var evidence = sample(
      observations, intervals: intervals, weights: ["v1": 25, "v2": 25, "v3": 25, "v4": 25])
    evidence.durationBounds = Dictionary(
      uniqueKeysWithValues: (["v1"] + canaries).map { ($0, [50, 100, 250, .infinity]) })
    return evidence
  }
}
