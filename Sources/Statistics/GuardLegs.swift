/// What guards evidence beside the process with dispersion 1, at any interval.
struct GuardLegs {
  private let counts: LatencyCounts
  private let comparable: ComparableCounts
  private let setting: DispersionSetting
  private let isStrict: Bool
  private let requests: RequestShares
  private var dispersions: RunningDispersions
  private var latest: (interval: Int, dispersion: Double)?
  private lazy var swapEvidence = SwapProcess.logEvidence(counts, direction: .worse)

  init(
    _ counts: LatencyCounts, comparable: ComparableCounts, setting: DispersionSetting,
    isStrict: Bool
  ) {
    self.counts = counts
    self.comparable = comparable
    self.setting = setting
    self.isStrict = isStrict
    requests = RequestShares(comparable)
    dispersions = RunningDispersions(comparable, requests: requests)
  }

  /// Returns the dispersion in use after an interval; intervals in the order of time.
  mutating func dispersion(interval: Int) -> Double {
    if let latest, latest.interval == interval { return latest.dispersion }
    let dispersion = setting.inUse(
      estimate: dispersions.largestEstimate(intervals: interval + 1), intervals: interval + 1)
    latest = (interval, dispersion)
    return dispersion
  }

  /// Returns what the dispersion in use after some intervals is no less than.
  func leastDispersion(intervals: Int) -> Double {
    setting.inUse(estimate: 1, intervals: intervals)
  }

  /// Returns the dispersion estimated from some first intervals, in no order.
  func estimate(intervals: Int) -> Double {
    Dispersion.estimate(comparable, intervals: intervals, requests: requests)
  }

  /// Returns the dispersion in use with an estimate after some intervals.
  func inUse(estimate: Double, intervals: Int) -> Double {
    setting.inUse(estimate: estimate, intervals: intervals)
  }

  /// Returns the evidence as far as the swap process supports it, if it is to.
  mutating func supported(
    _ evidence: Double, direction: Direction, interval: Int
  ) -> Double {
    guard isStrict, direction == .worse else { return evidence }
    return min(evidence, swapEvidence[interval])
  }
}

extension SwapProcess {
  /// Returns the log of the mean of E over the bounds after each interval.
  fileprivate static func logEvidence(
    _ counts: LatencyCounts, direction: Direction
  ) -> [Double] {
    let evidence = (0..<counts.boundCount).map {
      logEvidence(counts.strata(boundIndex: $0), direction: direction)
    }
    return (0..<counts.intervalCount).map { interval in
      LogSpace.mean(of: evidence.map { $0[interval] })
    }
  }
}
