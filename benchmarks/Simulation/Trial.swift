#if canImport(Glibc)
  import Glibc
#endif
import Statistics

/// What looks at the same counts and may block.
public enum Procedure: String, Sendable, Hashable, CaseIterable {
  /// The process with dispersion 1 alone.
  case plain = "e"
  /// The gate that knows nothing of the dependence.
  case gate
  /// The same with the swap process.
  case strict
  /// The gate with a dispersion calibrated on four hours of equal versions.
  case calibrated = "gate_cal"
}

/// One simulated rollout.
public struct Trial: Sendable {
  private static let required = log(1 / 0.05)
  private static let historyIntervals = 480

  /// How many intervals it took until each procedure blocked; those that did not are missing.
  public let blockedAfter: [Procedure: Int]

  /// Simulates a rollout without a margin.
  ///
  /// - Parameters:
  ///   - traffic: What the versions are.
  ///   - noise: What disturbs their rates.
  ///   - intervals: How long it is.
  ///   - procedures: Who looks.
  ///   - seed: Another rollout each.
  public init(
    _ traffic: Traffic, noise: Noise, intervals: Int, procedures: [Procedure], seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    let strata = traffic.strata(noise, intervals: intervals, using: &generator)
    var blockedAfter: [Procedure: Int] = [:]
    for procedure in procedures {
      let evidence =
        switch procedure {
        case .plain: AffineMarginProcess.logEvidence(strata, margin: .none, direction: .worse)
        case .gate: Self.guarded(strata, .estimated)
        case .strict: Self.guarded(strata, .estimated, strict: true)
        case .calibrated:
          Self.guarded(strata, .declared(Self.calibration(traffic, noise, using: &generator)))
        }
      if let interval = evidence.firstIndex(where: { $0 >= Self.required }) {
        blockedAfter[procedure] = interval + 1
      }
    }
    self.blockedAfter = blockedAfter
  }

  private static func guarded(
    _ strata: [Stratum], _ dispersion: DispersionSetting, strict: Bool = false
  ) -> [Double] {
    GuardedEvidence.running(strata, margin: .none, dispersion: dispersion, strict: strict).toBlock
  }

  private static func calibration(
    _ traffic: Traffic, _ noise: Noise, using generator: inout SplitMix64
  ) -> Double {
    var equal = traffic
    equal.ratio = 1
    return Dispersion.history(
      equal.strata(noise, intervals: historyIntervals, using: &generator))
  }
}

/// What became of many rollouts under one procedure.
public struct Share: Sendable, Hashable {
  /// How many were blocked.
  public let blocked: Int
  /// How many there were.
  public let trials: Int
  /// The median time to block in minutes, where those that were not blocked took longest; `nil` if
  /// they are half or more.
  public let medianMinutes: Double?

  /// Sums up rollouts.
  ///
  /// - Parameters:
  ///   - trials: The rollouts.
  ///   - procedure: Whose verdicts count.
  public init(_ trials: [Trial], _ procedure: Procedure) {
    let times = trials.compactMap { $0.blockedAfter[procedure] }.sorted()
    blocked = times.count
    self.trials = trials.count
    let middle = trials.count / 2
    medianMinutes =
      middle < times.count ? Double(times[middle]) * Traffic.intervalSeconds / 60 : nil
  }

  /// The share that was blocked, 0…1.
  public var fraction: Double { Double(blocked) / Double(trials) }
}
