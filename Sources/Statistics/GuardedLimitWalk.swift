/// The walk through the intervals of one version beside a limit that guarded evidence is made of.
struct GuardedLimitWalk {
  private let tallies: [Tally]
  private let setting: DispersionSetting
  private let worse: LimitEvidence
  private let better: LimitEvidence
  private var total = Tally(requests: 0, badEvents: 0)
  private var dispersion = RunningLimitDispersion()

  init(_ tallies: [Tally], limit: Double, dispersion: DispersionSetting) {
    dispersion.requireValid()
    self.tallies = tallies
    setting = dispersion
    worse = LimitEvidence(limit: limit, direction: .worse)
    better = LimitEvidence(limit: limit, direction: .better)
  }

  mutating func largest() -> GuardedEvidence {
    // What the end alone reaches rules out most intervals before it.
    var end = self
    for tally in tallies { end.add(tally) }
    var toBlock = end.floor(worse)
    var toPromote = end.floor(better)
    for (interval, tally) in tallies.enumerated() {
      add(tally)
      guard interval + 1 >= GuardedEvidence.fewestIntervals else { continue }
      toBlock = max(toBlock, guarded(worse, intervals: interval + 1, above: toBlock))
      toPromote = max(toPromote, guarded(better, intervals: interval + 1, above: toPromote))
    }
    let estimate = dispersion.estimate
    let isComparable = tallies.count >= GuardedEvidence.fewestIntervals && total.requests > 0
    return GuardedEvidence(
      largestToBlock: isComparable ? toBlock : nil,
      largestToPromote: isComparable ? toPromote : nil,
      presentToPromote: isComparable
        ? guarded(better, intervals: tallies.count, above: -.infinity) : nil,
      dispersion: setting.inUse(estimate: estimate, intervals: max(1, tallies.count)),
      estimatedDispersion: estimate, intervals: tallies.count)
  }

  /// Returns what is just below the evidence of all intervals.
  private func floor(_ leg: LimitEvidence) -> Double {
    guard tallies.count >= GuardedEvidence.fewestIntervals else { return -.infinity }
    return guarded(leg, intervals: tallies.count, above: -.infinity).nextDown
  }

  mutating func running() -> GuardedEvidence.Running {
    var running = GuardedEvidence.Running(toBlock: [], toPromote: [])
    for (interval, tally) in tallies.enumerated() {
      add(tally)
      let isEnough = interval + 1 >= GuardedEvidence.fewestIntervals
      running.toBlock.append(
        isEnough ? guarded(worse, intervals: interval + 1, above: -.infinity) : 0)
      running.toPromote.append(
        isEnough ? guarded(better, intervals: interval + 1, above: -.infinity) : 0)
    }
    return running
  }

  private mutating func add(_ tally: Tally) {
    total = total + tally
    dispersion.add(tally)
  }

  /// Returns the guarded evidence at the present interval, or anything below a floor if it is there.
  private func guarded(_ leg: LimitEvidence, intervals: Int, above floor: Double) -> Double {
    let limit = leg.largestExponent(total) + GuardedEvidence.rounding
    guard limit > floor else { return -.infinity }
    let inUse = setting.inUse(estimate: dispersion.estimate, intervals: intervals)
    guard max(0, limit) / inUse > floor else { return -.infinity }
    let tempered = leg.logEvidence(total, dispersion: inUse)
    guard tempered > floor, inUse > 1 else { return tempered }
    return min(tempered, leg.logEvidence(total, dispersion: 1))
  }
}
