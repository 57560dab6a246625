extension GuardedEvidence {
  /// The guarded evidence at every interval, in nats; 0 up to the first that can be compared, which is
  /// never enough.
  public struct Running: Sendable, Hashable {
    /// That the rate is outside its margin.
    public var toBlock: [Double]
    /// That the rate is inside its margin.
    public var toPromote: [Double]

    /// Creates running evidence from its two directions.
    public init(toBlock: [Double], toPromote: [Double]) {
      self.toBlock = toBlock
      self.toPromote = toPromote
    }
  }

  /// Returns the evidence about a rate at every interval; the largest to block from the second on is
  /// what `evaluate` returns.
  ///
  /// - Parameters:
  ///   - strata: The intervals in the order of time.
  ///   - margin: What is tolerated.
  ///   - dispersion: What is assumed of the dependence between requests.
  ///   - strict: Whether evidence to block counts only as far as the swap process supports it.
  /// - Returns: One value an interval and direction.
  public static func running(
    _ strata: [Stratum], margin: Margin, dispersion: DispersionSetting, strict: Bool
  ) -> Running {
    running(LatencyCounts(strata), margin: margin, dispersion: dispersion, strict: strict)
  }

  /// Returns the evidence about latency at every interval.
  ///
  /// - Parameters:
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - dispersion: What is assumed of the dependence between requests.
  ///   - strict: Whether evidence to block counts only as far as the swap process supports it.
  /// - Returns: One value an interval and direction.
  public static func running(
    _ counts: LatencyCounts, margin: Margin, dispersion: DispersionSetting, strict: Bool = false
  ) -> Running {
    let intervals = counts.comparedIntervals
    var walk = GuardedWalk(
      counts.part(intervals.places), margin: margin, dispersion: dispersion, strict: strict)
    return intervals.spread(walk.running())
  }

  /// Returns the evidence about one version's rate beside a limit at every interval.
  ///
  /// - Parameters:
  ///   - tallies: What was counted, in the order of time.
  ///   - limit: The limit of the rate, between 0 and 1.
  ///   - dispersion: What is assumed of the dependence between requests.
  /// - Returns: One value an interval and direction.
  public static func running(
    _ tallies: [Tally], limit: Double, dispersion: DispersionSetting
  ) -> Running {
    var walk = GuardedLimitWalk(
      tallies.filter { $0.requests > 0 }, limit: limit, dispersion: dispersion)
    return tallies.comparedIntervals.spread(walk.running())
  }
}
