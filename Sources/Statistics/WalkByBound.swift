/// The walk for the largest log E to block of each bound, with dispersion 1.
struct WalkByBound {
  private var checkpoints: ExponentCheckpoints
  private var trajectory: BlockTrajectory
  private let kinds: Range<Int>

  init(_ counts: LatencyCounts, margin: Margin) {
    checkpoints = ExponentCheckpoints(counts, margin: margin, direction: .worse)
    trajectory = BlockTrajectory(kindCount: counts.boundCount)
    kinds = 0..<counts.boundCount
  }

  mutating func largest() -> [Double] {
    var largest = kinds.map { kind in atPromisingCheckpoints(kind: kind) }
    for block in checkpoints.blocks.indices {
      for kind in kinds {
        let limit =
          checkpoints.largest(checkpoint: block, kind: kind).exponent
          + checkpoints.largestGain(block: block, kind: kind)
        if limit + GuardedEvidence.rounding > largest[kind] {
          largest[kind] = max(
            largest[kind], inside(block: block, kind: kind, above: largest[kind]))
        }
      }
    }
    return largest
  }

  private func atPromisingCheckpoints(kind: Int) -> Double {
    let all = 1...checkpoints.blocks.count
    let stakes = all.map { checkpoints.largest(checkpoint: $0, kind: kind).stake }
    let peak = stakes.indices.max { stakes[$0] < stakes[$1] } ?? 0
    return max(
      checkpoints.logEvidence(checkpoint: 1, kind: kind, dispersion: 1),
      checkpoints.logEvidence(checkpoint: peak + 1, kind: kind, dispersion: 1))
  }

  private mutating func inside(block: Int, kind: Int, above floor: Double) -> Double {
    checkpoints.fillRows(block: block)
    trajectory.walk(checkpoints, block: block, kind: kind)
    var largest = floor
    for (row, interval) in checkpoints.blocks[block].enumerated()
    where interval + 1 >= GuardedEvidence.fewestIntervals
      && trajectory.largest[row] + GuardedEvidence.rounding > largest
    {
      largest = max(
        largest, trajectory.logEvidence(row: row, kind: kind, grid: checkpoints.grid))
    }
    return largest
  }
}
