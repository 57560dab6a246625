/// The walk of one direction.
///
/// Evidence is computed only where it can be larger than what is known to be reached: that of a few
/// promising intervals rules out most blocks by the exponents at their beginning, and most intervals
/// of the others by their largest exponent.
struct DirectedWalk {
  private(set) var checkpoints: ExponentCheckpoints
  /// What evidence has to be above to matter.
  var threshold = -Double.infinity
  private let kindCount: Int
  private var trajectory: BlockTrajectory
  /// The kind that ruled out the last block, which is likely to rule out the next.
  private var decisiveKind = 0
  /// What the exponents at each interval of the block that was entered do not exceed.
  private var limits: [Double] = []
  private var leastDispersion = 1.0

  private var direction: Direction { checkpoints.direction }

  init(_ counts: LatencyCounts, moments: SplitMoments, margin: Margin, direction: Direction) {
    checkpoints = ExponentCheckpoints(
      counts, moments: moments, margin: margin, direction: direction)
    kindCount = counts.boundCount
    trajectory = BlockTrajectory(kindCount: kindCount)
  }

  /// Raises the threshold to just below the evidence at the end of the first block, at that of all
  /// intervals, and where the stakes are largest.
  mutating func raiseThreshold(legs: inout GuardLegs, lastEstimate: Double) {
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
    let dispersion = legs.dispersion(interval: interval)
    guard isAbove(threshold, limits[row], dispersion: dispersion) else { return nil }
    var evidence = logEvidence(row: row, dispersion: dispersion)
    // Where the tempered evidence is positive, that with dispersion 1 is larger.
    if evidence > threshold, dispersion > 1, evidence < 0 {
      evidence = min(evidence, logEvidence(row: row, dispersion: 1))
    }
    guard evidence > threshold else { return nil }
    evidence = legs.supported(evidence, direction: direction, interval: interval)
    return evidence > threshold ? evidence : nil
  }

  private func logEvidence(row: Int, dispersion: Double) -> Double {
    trajectory.logEvidence(
      row: row, direction: direction, grid: checkpoints.grid, dispersion: dispersion)
  }

  /// Returns whether evidence whose exponents are at most a limit can be above a threshold: the stakes
  /// sum to 1, and a positive exponent divided by a dispersion becomes smaller.
  private func isAbove(_ threshold: Double, _ limit: Double, dispersion: Double) -> Bool {
    min(limit, max(0, limit) / dispersion) + GuardedEvidence.rounding > threshold
  }

  /// Returns whether any evidence within a block can be above a threshold.
  private mutating func canExceed(
    _ threshold: Double, block: Int, dispersion: Double
  ) -> Bool {
    for step in 0..<kindCount {
      let kind = (decisiveKind + step) % kindCount
      let limit =
        checkpoints.largest(checkpoint: block, kind: kind).exponent
        + checkpoints.largestGain(block: block, kind: kind)
      let exceeds = isAbove(threshold, limit, dispersion: dispersion)
      // One kind is enough to block, and one is enough not to promote.
      guard exceeds == (direction == .better) else {
        decisiveKind = kind
        return exceeds
      }
    }
    return direction == .better
  }

  /// Walks through a block; returns the limit of the exponents that counts at each interval.
  private mutating func walk(block: Int, above threshold: Double, dispersion: Double) -> [Double] {
    let count = checkpoints.blocks[block].count
    var limits = Array(
      repeating: direction == .worse ? -Double.infinity : .infinity, count: count)
    for step in 0..<kindCount {
      let kind = (decisiveKind + step) % kindCount
      trajectory.walk(checkpoints, block: block, kind: kind)
      for row in 0..<count {
        let largest = trajectory.largest[row]
        limits[row] =
          direction == .worse ? max(limits[row], largest) : min(limits[row], largest)
      }
      if direction == .better,
        !limits.contains(where: { isAbove(threshold, $0, dispersion: dispersion) })
      {
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
    let parts = (0..<counts.boundCount).map {
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
