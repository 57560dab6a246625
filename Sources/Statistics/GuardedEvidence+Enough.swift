extension GuardedEvidence {
  /// Returns whether the guarded evidence that a rate is outside its margin is as much as required
  /// after any interval: whether `largestToBlock` is, for far less.
  ///
  /// - Parameters:
  ///   - required: The evidence in nats that is enough.
  ///   - strata: The intervals in the order of time.
  ///   - margin: What is tolerated.
  ///   - dispersion: What is assumed of the dependence between requests.
  /// - Returns: False before the second interval, or while nothing could be compared.
  public static func isEnoughToBlock(
    _ required: Double, _ strata: [Stratum], margin: Margin, dispersion: DispersionSetting
  ) -> Bool {
    isEnoughToBlock(required, LatencyCounts(strata), margin: margin, dispersion: dispersion)
  }

  /// Returns whether the guarded evidence about latency is enough to block after any interval.
  ///
  /// - Parameters:
  ///   - required: The evidence in nats that is enough.
  ///   - counts: Slow requests by interval and bound.
  ///   - margin: What is tolerated at each bound.
  ///   - dispersion: What is assumed of the dependence between requests.
  /// - Returns: False before the second interval, or while nothing could be compared.
  public static func isEnoughToBlock(
    _ required: Double, _ counts: LatencyCounts, margin: Margin, dispersion: DispersionSetting
  ) -> Bool {
    GuardedWalk.isEnoughToBlock(
      required, counts.part(counts.comparedIntervals.places), margin: margin,
      dispersion: dispersion)
  }

  /// Returns whether the guarded evidence that one version's rate is above a limit is as much as
  /// required after any interval.
  ///
  /// - Parameters:
  ///   - required: The evidence in nats that is enough.
  ///   - tallies: What was counted, in the order of time.
  ///   - limit: The limit of the rate, between 0 and 1.
  ///   - dispersion: What is assumed of the dependence between requests.
  /// - Returns: False before the second interval with requests.
  public static func isEnoughToBlock(
    _ required: Double, _ tallies: [Tally], limit: Double, dispersion: DispersionSetting
  ) -> Bool {
    GuardedLimitWalk(tallies.filter { $0.requests > 0 }, limit: limit, dispersion: dispersion)
      .isEnough(required, direction: .worse)
  }
}
