/// The walk of one direction.
///
/// Evidence is computed only where it can be larger than what is known to be reached: that of a few
/// promising intervals rules out most blocks by the exponents at their beginning, and most intervals
/// of the others by their largest exponents.
struct DirectedWalk {
  private(set) var checkpoints: ExponentCheckpoints
  /// What evidence has to be above to matter.
  private var threshold = -Double.infinity
  private let gains: GainLimits
  private let kindCount: Int
  private var trajectory: BlockTrajectory
  /// The kind that ruled out the last block, which is likely to rule out the next.
  private var decisiveKind = 0
  /// What log E with dispersion 1 does not exceed at each interval of the block that was entered.
  private var limits: [Double] = []
  private var leastDispersion = 1.0

  private var direction: Direction { checkpoints.direction }

  init(_ counts: ComparableCounts, margin: Margin, direction: Direction) {
    checkpoints = ExponentCheckpoints(counts, margin: margin, direction: direction)
    gains = GainLimits(counts, margin: margin, direction: direction)
    kindCount = counts.kindCount
    trajectory = BlockTrajectory(kindCount: kindCount)
  }

  /// Takes in a block of intervals, each after the one before it.
  mutating func add(block: Int, _ moments: BlockMoments) {
    checkpoints.addUp(block: block, moments)
  }

  /// Returns the largest guarded evidence of any interval.
  mutating func largest(legs: inout GuardLegs, lastEstimate: Double) -> Double {
    raiseThreshold(legs: &legs, lastEstimate: lastEstimate)
    for (block, intervals) in checkpoints.blocks.enumerated() where enter(block: block, legs: legs)
    {
      for (row, interval) in intervals.enumerated() {
        if let evidence = evidence(row: row, interval: interval, legs: &legs) {
          threshold = evidence
        }
      }
    }
    return threshold
  }

  /// Returns whether guarded evidence is as much as required after any interval.
  mutating func reaches(_ required: Double, legs: inout GuardLegs) -> Bool {
    threshold = required.nextDown
    for (block, intervals) in checkpoints.blocks.enumerated() where enter(block: block, legs: legs)
    {
      for (row, interval) in intervals.enumerated()
      where evidence(row: row, interval: interval, legs: &legs) != nil {
        return true
      }
    }
    return false
  }

  /// Raises the threshold to just below the evidence at the end of the first block, at that of all
  /// intervals, and where the stakes are largest.
  private mutating func raiseThreshold(legs: inout GuardLegs, lastEstimate: Double) {
    let last = checkpoints.blocks.count
    let largestStakes = (1...last).map { checkpoint in
      let stakes = (0..<kindCount).map {
        checkpoints.largest(checkpoint: checkpoint, kind: $0).stake
      }
      return (direction == .worse ? stakes.max() : stakes.min()) ?? -.infinity
    }
    let peak = largestStakes.indices.max { largestStakes[$0] < largestStakes[$1] } ?? 0
    for checkpoint in Set([1, last, peak + 1]) {
      let intervals = checkpoints.blocks[checkpoint - 1].upperBound
      let estimate =
        checkpoint == last ? lastEstimate : legs.estimate(intervals: intervals)
      let dispersion = legs.inUse(estimate: estimate, intervals: intervals)
      let evidence = legs.supported(
        min(
          checkpoints.logEvidence(checkpoint: checkpoint, dispersion: 1),
          checkpoints.logEvidence(checkpoint: checkpoint, dispersion: dispersion)),
        direction: direction, interval: intervals - 1)
      // What comes by another way may differ by rounding.
      threshold = max(threshold, evidence - 1e-9 * max(1, abs(evidence)))
    }
  }

  /// Returns what both processes support after the last interval, to rounding.
  func lastEvidence(dispersion: Double) -> Double {
    let last = checkpoints.blocks.count
    return min(
      checkpoints.logEvidence(checkpoint: last, dispersion: 1),
      checkpoints.logEvidence(checkpoint: last, dispersion: dispersion))
  }

  /// Prepares to look at the intervals of a block; returns whether any evidence there can be above
  /// the threshold.
  mutating func enter(block: Int, legs: GuardLegs) -> Bool {
    leastDispersion = legs.leastDispersion(intervals: checkpoints.blocks[block].upperBound)
    guard canExceed(threshold, block: block, dispersion: leastDispersion) else { return false }
    checkpoints.fillRows(block: block)
    limits = walk(block: block, above: threshold, dispersion: leastDispersion)
    return true
  }

  /// Returns the guarded evidence at an interval of the block that was entered, if it is above the
  /// threshold.
  func evidence(row: Int, interval: Int, legs: inout GuardLegs) -> Double? {
    guard interval + 1 >= GuardedEvidence.fewestIntervals,
      isAbove(threshold, limits[row], dispersion: leastDispersion)
    else { return nil }
    let plain = logEvidence(row: row, dispersion: 1)
    guard isAbove(threshold, plain, dispersion: leastDispersion) else { return nil }
    let dispersion = legs.dispersion(interval: interval)
    guard isAbove(threshold, plain, dispersion: dispersion) else { return nil }
    let tempered = dispersion > 1 ? logEvidence(row: row, dispersion: dispersion) : plain
    let evidence = legs.supported(
      min(plain, tempered), direction: direction, interval: interval)
    return evidence > threshold ? evidence : nil
  }

  /// Returns log E over all kinds at one interval: the mean to block, the least to promote, or what is
  /// not above the threshold.
  private func logEvidence(row: Int, dispersion: Double) -> Double {
    func ofKind(_ kind: Int) -> Double {
      trajectory.logEvidence(row: row, kind: kind, grid: checkpoints.grid, dispersion: dispersion)
    }
    guard direction == .better else { return LogSpace.mean(of: (0..<kindCount).map(ofKind)) }
    var least = Double.infinity
    for kind in kindsByPromise {
      least = min(least, ofKind(kind))
      guard least > threshold else { break }
    }
    return least
  }

  /// All kinds, beginning with the one that ruled out the last block.
  private var kindsByPromise: LazyMapSequence<Range<Int>, Int> {
    let (first, count) = (decisiveKind, kindCount)
    return (0..<count).lazy.map { (first + $0) % count }
  }

  /// Returns whether guarded evidence can be above a threshold where log E with dispersion 1 is at
  /// most a limit: as a function of 1/dispersion it is convex, and 0 at 0.
  private func isAbove(_ threshold: Double, _ limit: Double, dispersion: Double) -> Bool {
    min(limit, max(0, limit) / dispersion) + GuardedEvidence.rounding * max(1, abs(limit))
      > threshold
  }

  /// Returns whether any evidence within a block can be above a threshold.
  private mutating func canExceed(
    _ threshold: Double, block: Int, dispersion: Double
  ) -> Bool {
    func limit(_ kind: Int) -> Double {
      checkpoints.largest(checkpoint: block, kind: kind).exponent
        + gains.largestGain(intervals: checkpoints.blocks[block], kind: kind)
    }
    guard direction == .better else {
      let rough = (0..<kindCount).map { checkpoints.largestToBlock(block: block, kind: $0) }
      guard isAbove(threshold, LogSpace.mean(of: rough), dispersion: dispersion) else {
        return false
      }
      return isAbove(
        threshold, LogSpace.mean(of: (0..<kindCount).map(limit)), dispersion: dispersion)
    }
    for kind in kindsByPromise
    where !isAbove(threshold, limit(kind), dispersion: dispersion) {
      decisiveKind = kind
      return false
    }
    return true
  }

  /// Walks through a block; returns what log E does not exceed at each interval, since the stakes sum
  /// to 1.
  private mutating func walk(block: Int, above threshold: Double, dispersion: Double) -> [Double] {
    let rows = 0..<checkpoints.blocks[block].count
    guard direction == .better else {
      for kind in 0..<kindCount { trajectory.walk(checkpoints, block: block, kind: kind) }
      return rows.map { row in
        LogSpace.mean(of: (0..<kindCount).map { trajectory.largest(kind: $0, row: row) })
      }
    }
    var limits = rows.map { _ in Double.infinity }
    for kind in kindsByPromise {
      trajectory.walk(checkpoints, block: block, kind: kind)
      for row in rows { limits[row] = min(limits[row], trajectory.largest(kind: kind, row: row)) }
      if !limits.contains(where: { isAbove(threshold, $0, dispersion: dispersion) }) {
        decisiveKind = kind
        break
      }
    }
    return limits
  }
}

extension ExponentCheckpoints {
  /// Returns log E over all kinds at a checkpoint: the mean to block, the least to promote.
  func logEvidence(checkpoint: Int, dispersion: Double) -> Double {
    let parts = (0..<counts.kindCount).map {
      logEvidence(checkpoint: checkpoint, kind: $0, dispersion: dispersion)
    }
    return direction == .worse ? LogSpace.mean(of: parts) : parts.min() ?? 0
  }

  /// Returns log E of one kind at a checkpoint.
  func logEvidence(checkpoint: Int, kind: Int, dispersion: Double) -> Double {
    exponents.withUnsafeBufferPointer { exponents in
      grid.logWeights.withUnsafeBufferPointer { weights in
        guard let exponents = exponents.baseAddress, let weights = weights.baseAddress else {
          return 0
        }
        return LogSpace.sumOfExponentials(
          logWeights: weights, exponents: exponents + offset(checkpoint: checkpoint, kind: kind),
          count: RatioGrid.count, scale: 1 / dispersion)
      }
    }
  }
}
