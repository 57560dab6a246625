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

  mutating func largest() -> GuardedEvidence {
    let estimate = legs.estimate(intervals: counts.intervalCount)
    let dispersion = legs.inUse(estimate: estimate, intervals: max(1, counts.intervalCount))
    guard counts.intervalCount >= GuardedEvidence.fewestIntervals, counts.hasComparableInterval
    else {
      return GuardedEvidence(
        largestToBlock: nil, largestToPromote: nil, presentToPromote: nil, dispersion: dispersion,
        estimatedDispersion: estimate, intervals: counts.intervalCount)
    }
    worse.raiseThreshold(legs: &legs, lastEstimate: estimate)
    better.raiseThreshold(legs: &legs, lastEstimate: estimate)
    visit(
      toBlock: { worse, _, evidence in worse.threshold = evidence },
      toPromote: { better, _, evidence in better.threshold = evidence })
    return GuardedEvidence(
      largestToBlock: worse.threshold, largestToPromote: better.threshold,
      presentToPromote: better.lastEvidence(dispersion: dispersion), dispersion: dispersion,
      estimatedDispersion: estimate, intervals: counts.intervalCount)
  }

  mutating func running() -> GuardedEvidence.Running {
    let never = Array(repeating: -Double.infinity, count: counts.intervalCount)
    let zeros = never.map { _ in 0.0 }
    guard counts.kindCount > 0 else {
      return GuardedEvidence.Running(toBlock: zeros, toPromote: zeros)
    }
    let start = zeros.prefix(1) + never.dropFirst()
    var running = GuardedEvidence.Running(toBlock: Array(start), toPromote: Array(start))
    visit(
      toBlock: { _, interval, evidence in running.toBlock[interval] = evidence },
      toPromote: { _, interval, evidence in running.toPromote[interval] = evidence })
    return running
  }

  /// Calls with the guarded evidence of every interval at which it is above the threshold.
  private mutating func visit(
    toBlock: (inout DirectedWalk, Int, Double) -> Void,
    toPromote: (inout DirectedWalk, Int, Double) -> Void
  ) {
    for (block, intervals) in worse.checkpoints.blocks.enumerated() {
      let mayBlock = worse.enter(block: block, legs: legs)
      let mayPromote = better.enter(block: block, legs: legs)
      guard mayBlock || mayPromote else { continue }
      for (row, interval) in intervals.enumerated() {
        if mayBlock, let evidence = worse.evidence(row: row, interval: interval, legs: &legs) {
          toBlock(&worse, interval, evidence)
        }
        if mayPromote, let evidence = better.evidence(row: row, interval: interval, legs: &legs) {
          toPromote(&better, interval, evidence)
        }
      }
    }
  }
}
