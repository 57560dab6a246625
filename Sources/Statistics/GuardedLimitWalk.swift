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

  mutating func evidence(requiredToPromote: Double) -> GuardedEvidence {
    let beginning = self
    for tally in tallies { add(tally) }
    let estimate = dispersion.estimate
    let inUse = setting.inUse(estimate: estimate, intervals: max(1, tallies.count))
    guard tallies.count >= GuardedEvidence.fewestIntervals else {
      return GuardedEvidence(
        largestToBlock: nil, presentToPromote: nil, wasEnoughToPromote: false, dispersion: inUse,
        estimatedDispersion: estimate, intervals: tallies.count)
    }
    func present(_ leg: LimitEvidence) -> Double {
      guarded(leg, intervals: tallies.count, above: -.infinity)
    }
    return GuardedEvidence(
      // What the end alone reaches rules out most intervals before it.
      largestToBlock: beginning.largestToBlock(above: present(worse).nextDown),
      presentToPromote: present(better),
      wasEnoughToPromote: present(better) >= requiredToPromote
        || beginning.isEnough(requiredToPromote, direction: .better),
      dispersion: inUse, estimatedDispersion: estimate, intervals: tallies.count)
  }

  private func largestToBlock(above floor: Double) -> Double {
    var walk = self
    var largest = floor
    for (interval, tally) in tallies.enumerated() {
      walk.add(tally)
      guard interval + 1 >= GuardedEvidence.fewestIntervals else { continue }
      largest = max(largest, walk.guarded(worse, intervals: interval + 1, above: largest))
    }
    return largest
  }

  /// Returns whether guarded evidence is as much as required after any interval.
  func isEnough(_ required: Double, direction: Direction) -> Bool {
    let leg = direction == .worse ? worse : better
    var walk = self
    for (interval, tally) in tallies.enumerated() {
      walk.add(tally)
      guard interval + 1 >= GuardedEvidence.fewestIntervals else { continue }
      let evidence = walk.guarded(leg, intervals: interval + 1, above: required.nextDown)
      if evidence >= required { return true }
    }
    return false
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
