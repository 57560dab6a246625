/// The exponents of one direction at every interval of one block, for the kinds that were
/// walked through.
struct BlockTrajectory {
  /// The exponents of each kind, interval after interval; empty before its first walk.
  private var exponents: [[Double]]
  /// The largest exponent of each kind at each interval, kind after kind.
  private var largest: [Double]

  init(kindCount: Int) {
    exponents = Array(repeating: [], count: kindCount)
    largest = Array(repeating: 0, count: kindCount * ExponentCheckpoints.blockLength)
  }

  /// Returns the largest exponent of a kind at one interval.
  func largest(kind: Int, row: Int) -> Double {
    largest[kind * ExponentCheckpoints.blockLength + row]
  }

  /// Walks through a block with one kind.
  mutating func walk(_ checkpoints: ExponentCheckpoints, block: Int, kind: Int) {
    let start = checkpoints.offset(checkpoint: block, kind: kind)
    if exponents[kind].isEmpty {
      exponents[kind] = Array(
        repeating: 0, count: ExponentCheckpoints.blockLength * RatioGrid.count)
    }
    exponents[kind].withUnsafeMutableBufferPointer { exponents in
      checkpoints.exponents.withUnsafeBufferPointer { starts in
        guard let target = exponents.baseAddress, let starts = starts.baseAddress else { return }
        var before = starts + start
        for (row, interval) in checkpoints.blocks[block].enumerated() {
          let after = target + row * RatioGrid.count
          let index = kind * checkpoints.counts.intervalCount + interval
          largest[kind * ExponentCheckpoints.blockLength + row] = checkpoints.rows.step(
            row: row, from: before, to: after, canaryEvents: checkpoints.counts.canaryEvents[index],
            events: checkpoints.counts.events[index])
          before = UnsafePointer(after)
        }
      }
    }
  }

  /// Returns log E of one kind at one interval.
  func logEvidence(row: Int, kind: Int, grid: RatioGrid, dispersion: Double) -> Double {
    exponents[kind].withUnsafeBufferPointer { exponents in
      grid.logWeights.withUnsafeBufferPointer { weights in
        guard let exponents = exponents.baseAddress, let weights = weights.baseAddress else {
          return 0
        }
        return LogSpace.sumOfExponentials(
          logWeights: weights, exponents: exponents + row * RatioGrid.count,
          count: RatioGrid.count, scale: 1 / dispersion)
      }
    }
  }
}
