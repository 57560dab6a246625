#if canImport(Glibc)
  import Glibc
#endif

/// The exponents of one direction at every interval of one block, kind after kind.
struct BlockTrajectory {
  private let kindCount: Int
  private var exponents: [Double]
  /// The largest exponent of a kind at each interval of the block.
  private(set) var largest = Array(repeating: 0.0, count: SplitMoments.blockLength)

  init(kindCount: Int) {
    self.kindCount = kindCount
    exponents = Array(repeating: 0, count: kindCount * SplitMoments.blockLength * RatioGrid.count)
  }

  private func offset(kind: Int, row: Int) -> Int {
    (kind * SplitMoments.blockLength + row) * RatioGrid.count
  }

  /// Walks through a block with one kind.
  mutating func walk(_ checkpoints: ExponentCheckpoints, block: Int, kind: Int) {
    let start = checkpoints.offset(checkpoint: block, kind: kind)
    let first = offset(kind: kind, row: 0)
    exponents.withUnsafeMutableBufferPointer { exponents in
      checkpoints.exponents.withUnsafeBufferPointer { starts in
        guard let target = exponents.baseAddress, let starts = starts.baseAddress else { return }
        var before = starts + start
        for (row, interval) in checkpoints.blocks[block].enumerated() {
          let after = target + first + row * RatioGrid.count
          let (canary, all) = checkpoints.counts.comparableEvents(interval: interval, kind: kind)
          largest[row] = checkpoints.rows.step(
            row: row, from: before, to: after, canaryEvents: canary, events: all)
          before = UnsafePointer(after)
        }
      }
    }
  }

  /// Returns log E over all kinds at one interval: the mean to block, the least to promote.
  func logEvidence(row: Int, direction: Direction, grid: RatioGrid, dispersion: Double) -> Double {
    exponents.withUnsafeBufferPointer { exponents in
      grid.logWeights.withUnsafeBufferPointer { weights in
        guard let exponents = exponents.baseAddress, let weights = weights.baseAddress else {
          return 0
        }
        let parts = (0..<kindCount).lazy.map { kind in
          LogSpace.sumOfExponentials(
            logWeights: weights, exponents: exponents + offset(kind: kind, row: row),
            count: RatioGrid.count, scale: 1 / dispersion)
        }
        guard direction == .worse else { return parts.reduce(.infinity) { min($0, $1) } }
        return LogSpace.mean(of: parts)
      }
    }
  }
}
