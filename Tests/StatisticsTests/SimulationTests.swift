import Foundation
import Simulation
import Statistics
import Testing

/// What `make simulation` does at length, in few runs with bounds that fail by chance once in a
/// million runs.
struct SimulationTests {
  private static let chance = 1e-6

  /// Returns the largest count of blocked rollouts that a share of false blocks explains.
  private static func largestCredibleCount(of trials: Int, share: Double) -> Int {
    var above = 1.0
    for count in 0...trials {
      above -= binomial(count, of: trials, rate: share)
      if above < chance { return count }
    }
    return trials
  }

  @Test(arguments: [Noise.independent, .sharedIncidents])
  func `equal versions looked at for a day are not blocked more often than stated`(noise: Noise) {
    let traffic = Traffic(baselineRate: 0.01, canaryShare: 0.1, requestsPerSecond: 50)
    let trials = 80
    let required = log(1 / 0.05)
    var blockedByProvenLeg = 0
    var blockedByGate = 0
    for seed in 0..<UInt64(trials) {
      var generator = Simulation.SplitMix64(seed: seed)
      let strata = traffic.strata(noise, intervals: 2_880, using: &generator)
      let provenLeg = AffineMarginProcess.logEvidence(strata, margin: .none, direction: .worse)
      if provenLeg.contains(where: { $0 >= required }) { blockedByProvenLeg += 1 }
      let gate = GuardedEvidence.evaluate(
        strata, margin: .none, dispersion: .estimated, strict: false)
      if let largest = gate.largestToBlock, largest >= required { blockedByGate += 1 }
    }
    #expect(blockedByProvenLeg <= Self.largestCredibleCount(of: trials, share: 0.05))
    #expect(blockedByGate <= blockedByProvenLeg)
  }

  @Test func `a canary twice as bad is found within minutes`() throws {
    let traffic = Traffic(
      baselineRate: 0.01, ratio: 2, canaryShare: 0.1, requestsPerSecond: 50)
    let trials = (0..<60).map {
      Trial(
        traffic, noise: .independent, intervals: 40, procedures: [.plain, .gate], seed: $0)
    }
    // The reference simulation found 4 and 5 minutes.
    #expect((3...5).contains(try #require(Share(trials, .plain).medianMinutes)))
    #expect((4...6.5).contains(try #require(Share(trials, .gate).medianMinutes)))
  }
}
