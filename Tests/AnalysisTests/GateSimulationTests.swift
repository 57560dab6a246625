import Analysis
import Foundation
import Rollouts
import Simulation
import Testing

/// The gate as users have it, on simulated rollouts: what `make simulation` does at length.
@Suite struct GateSimulationTests {
  private static let bound = Policy.standard.falseBlockBound

  private static func traffic(intervals: Int) -> Traffic {
    Traffic(
      baselineRate: 0.01, canaryShares: [0.1, 0.5], intervalsPerStep: intervals / 2,
      requestsPerSecond: 5)
  }

  @Test(
    arguments: [Noise.independent, .sharedIncidents], [SimulatedRollout.Quality.equal, .tolerated])
  func `a canary within the margin is not blocked more often in a day than stated`(
    noise: Noise, quality: SimulatedRollout.Quality
  ) {
    let (trials, intervals) = (80, 288)
    let blocked = (0..<UInt64(trials)).filter { seed in
      GateTrial(
        SimulatedRollout(
          Self.traffic(intervals: intervals), quality, noise: noise, intervals: intervals,
          intervalSeconds: 300, seed: seed)
      ).isBlocked
    }.count
    let error = (Self.bound * (1 - Self.bound) / Double(trials)).squareRoot()
    #expect(Double(blocked) / Double(trials) <= Self.bound + 3 * error)
  }

  @Test(arguments: UInt64(0)..<8)
  func `the last look blocks exactly if any look does, and all after the first that does`(
    seed: UInt64
  ) {
    // So much noise that every other rollout is blocked.
    let rollout = SimulatedRollout(
      Traffic(
        baselineRate: 0.05, canaryShares: [0.1, 0.5], intervalsPerStep: 16, requestsPerSecond: 50),
      .tolerated, noise: .autoregressive(correlation: 0.98, deviation: 0.5), intervals: 32,
      seed: seed)
    let isBlocked = (1...rollout.intervalCount).map {
      rollout.judgement(afterIntervals: $0).verdict == .block
    }
    let first = isBlocked.firstIndex(of: true) ?? isBlocked.count
    #expect(isBlocked[first...].allSatisfy { $0 })
    #expect(GateTrial(rollout).isBlocked == (first < isBlocked.count))
  }
}
