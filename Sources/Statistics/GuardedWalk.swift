/// The walk through the intervals of two versions that guarded evidence is made of.
struct GuardedWalk {
  private let counts: ComparableCounts
  private var worse: DirectedWalk
  private var better: DirectedWalk
  private var legs: GuardLegs

  init(_ counts: LatencyCounts, margin: Margin, dispersion: DispersionSetting, strict: Bool) {
    dispersion.requireValid()
    let comparable = ComparableCounts(counts)
    self.counts = comparable
    worse = DirectedWalk(comparable, margin: margin, direction: .worse)
    better = DirectedWalk(comparable, margin: margin, direction: .better)
    legs = GuardLegs(counts, comparable: comparable, setting: dispersion, isStrict: strict)
    for (block, intervals) in worse.checkpoints.blocks.enumerated() {
      let moments = BlockMoments(comparable, intervals: intervals)
      worse.add(block: block, moments)
      better.add(block: block, moments)
    }
  }

  /// Returns whether guarded evidence to block is as much as required after any interval.
  static func isEnoughToBlock(
    _ required: Double, _ counts: LatencyCounts, margin: Margin, dispersion: DispersionSetting
  ) -> Bool {
    dispersion.requireValid()
    let comparable = ComparableCounts(counts)
    guard comparable.isEnough else { return false }
    var worse = DirectedWalk(comparable, margin: margin, direction: .worse)
    for (block, intervals) in worse.checkpoints.blocks.enumerated() {
      worse.add(block: block, BlockMoments(comparable, intervals: intervals))
    }
    var legs = GuardLegs(counts, comparable: comparable, setting: dispersion, isStrict: false)
    return worse.reaches(required, legs: &legs)
  }

  mutating func evidence(requiredToPromote: Double) -> GuardedEvidence {
    let estimate = legs.estimate(intervals: counts.intervalCount)
    let dispersion = legs.inUse(estimate: estimate, intervals: max(1, counts.intervalCount))
    guard counts.isEnough else {
      return GuardedEvidence(
        largestToBlock: nil, presentToPromote: nil, wasEnoughToPromote: false,
        dispersion: dispersion, estimatedDispersion: estimate, intervals: counts.intervalCount)
    }
    let present = better.lastEvidence(dispersion: dispersion)
    // Each direction asks for dispersions in the order of time.
    var legsToPromote = legs
    return GuardedEvidence(
      largestToBlock: worse.largest(legs: &legs, lastEstimate: estimate),
      presentToPromote: present,
      wasEnoughToPromote: present >= requiredToPromote
        || better.reaches(requiredToPromote, legs: &legsToPromote),
      dispersion: dispersion, estimatedDispersion: estimate, intervals: counts.intervalCount)
  }

  mutating func running() -> GuardedEvidence.Running {
    let never = Array(repeating: -Double.infinity, count: counts.intervalCount)
    let zeros = never.map { _ in 0.0 }
    guard counts.kindCount > 0 else {
      return GuardedEvidence.Running(toBlock: zeros, toPromote: zeros)
    }
    let start = zeros.prefix(1) + never.dropFirst()
    var running = GuardedEvidence.Running(toBlock: Array(start), toPromote: Array(start))
    for (block, intervals) in worse.checkpoints.blocks.enumerated() {
      let mayBlock = worse.enter(block: block, legs: legs)
      let mayPromote = better.enter(block: block, legs: legs)
      for (row, interval) in intervals.enumerated() {
        if mayBlock, let evidence = worse.evidence(row: row, interval: interval, legs: &legs) {
          running.toBlock[interval] = evidence
        }
        if mayPromote, let evidence = better.evidence(row: row, interval: interval, legs: &legs) {
          running.toPromote[interval] = evidence
        }
      }
    }
    return running
  }
}

extension ComparableCounts {
  /// Whether a verdict may rest on them.
  fileprivate var isEnough: Bool {
    intervalCount >= GuardedEvidence.fewestIntervals && hasComparableInterval
  }
}
