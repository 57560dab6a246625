#if canImport(Glibc)
  import Glibc
#endif

/// The walk through the intervals of two versions that guarded evidence is made of.
struct GuardedWalk {
  private let counts: LatencyCounts
  private let setting: DispersionSetting
  private let isStrict: Bool
  private var worse: AffineMarginState
  private var better: AffineMarginState
  private var dispersions: RunningDispersions
  private lazy var swapEvidence = SwapProcess.logEvidence(counts, direction: .worse)

  init(_ counts: LatencyCounts, margin: Margin, dispersion: DispersionSetting, strict: Bool) {
    dispersion.requireValid()
    self.counts = counts
    setting = dispersion
    isStrict = strict
    worse = AffineMarginState(margin: margin, direction: .worse, kindCount: counts.boundCount)
    better = AffineMarginState(margin: margin, direction: .better, kindCount: counts.boundCount)
    dispersions = RunningDispersions(counts)
  }

  mutating func largest() -> GuardedEvidence {
    var toBlock = -Double.infinity
    var toPromote = -Double.infinity
    for interval in 0..<counts.intervalCount {
      worse.add(counts, interval: interval)
      better.add(counts, interval: interval)
      let intervals = interval + 1
      guard intervals >= GuardedEvidence.fewestIntervals else { continue }
      if let evidence = guarded(.worse, intervals: intervals, above: toBlock) {
        toBlock = evidence
      }
      if let evidence = guarded(.better, intervals: intervals, above: toPromote) {
        toPromote = evidence
      }
    }
    let estimate = dispersions.largestEstimate(intervals: counts.intervalCount)
    let isComparable =
      counts.intervalCount >= GuardedEvidence.fewestIntervals && counts.hasComparableInterval
    return GuardedEvidence(
      largestToBlock: isComparable ? toBlock : nil,
      largestToPromote: isComparable ? toPromote : nil,
      dispersion: setting.inUse(estimate: estimate, intervals: max(1, counts.intervalCount)),
      estimatedDispersion: estimate, intervals: counts.intervalCount)
  }

  mutating func running() -> GuardedEvidence.Running {
    var running = GuardedEvidence.Running(toBlock: [], toPromote: [])
    for interval in 0..<counts.intervalCount {
      worse.add(counts, interval: interval)
      better.add(counts, interval: interval)
      let intervals = interval + 1
      let isEnough = intervals >= GuardedEvidence.fewestIntervals
      running.toBlock.append(
        isEnough ? guarded(.worse, intervals: intervals, above: -.infinity) ?? -.infinity : 0)
      running.toPromote.append(
        isEnough ? guarded(.better, intervals: intervals, above: -.infinity) ?? -.infinity : 0)
    }
    return running
  }

  /// Returns the guarded evidence at the present interval if it is above a floor, else `nil`; the
  /// cheapest question first.
  private mutating func guarded(
    _ direction: Direction, intervals: Int, above floor: Double
  ) -> Double? {
    let state = direction == .worse ? worse : better
    // The stakes sum to 1, so that log E is at most the largest exponent; divided by a dispersion,
    // a positive one becomes smaller.
    let limit = state.largestCombinedExponent(direction: direction) + GuardedEvidence.rounding
    guard limit > floor else { return nil }
    let estimate = dispersions.largestEstimate(intervals: intervals)
    let dispersion = setting.inUse(estimate: estimate, intervals: intervals)
    guard max(0, limit) / dispersion > floor else { return nil }
    let tempered = state.combinedLogEvidence(direction: direction, dispersion: dispersion)
    guard tempered > floor else { return nil }
    let plain =
      dispersion == 1 ? tempered : state.combinedLogEvidence(direction: direction, dispersion: 1)
    var evidence = min(plain, tempered)
    guard evidence > floor else { return nil }
    if isStrict, direction == .worse { evidence = min(evidence, swapEvidence[intervals - 1]) }
    return evidence > floor ? evidence : nil
  }
}

extension AffineMarginState {
  /// Returns what `combinedLogEvidence` with dispersion 1 cannot exceed.
  func largestCombinedExponent(direction: Direction) -> Double {
    switch direction {
    case .worse: kinds.reduce(-.infinity) { max($0, largestExponent(kind: $1)) }
    case .better: kinds.reduce(.infinity) { min($0, largestExponent(kind: $1)) }
    }
  }
}

extension LatencyCounts {
  var hasComparableInterval: Bool {
    boundCount > 0
      && (0..<intervalCount).contains { canaryRequests[$0] > 0 && baselineRequests[$0] > 0 }
  }
}

extension SwapProcess {
  /// Returns the log of the mean of E over the bounds after each interval.
  static func logEvidence(_ counts: LatencyCounts, direction: Direction) -> [Double] {
    let evidence = (0..<counts.boundCount).map {
      logEvidence(counts.strata(boundIndex: $0), direction: direction)
    }
    guard evidence.count != 1 else { return evidence[0] }
    let logWeights = Array(repeating: -log(Double(counts.boundCount)), count: evidence.count)
    return (0..<counts.intervalCount).map { interval in
      LogSpace.sumOfExponentials(
        logWeights: logWeights, exponents: evidence.map { $0[interval] })
    }
  }
}
