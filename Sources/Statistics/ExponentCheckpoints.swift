#if canImport(Glibc)
  import Glibc
#endif

/// The exponents L_k of one direction at the end of each block of intervals, for every kind of bad
/// event.
///
/// They come from the moments of the blocks, which makes a day of intervals cheap; whoever needs them
/// at an interval between walks there from the last checkpoint.
struct ExponentCheckpoints {
  let counts: LatencyCounts
  let direction: Direction
  let margin: Margin
  /// The intervals of each block; block b lies between the checkpoints b and b + 1.
  let blocks: [Range<Int>]
  private(set) var exponents: [Double]
  private(set) var rows: GridRows
  private var filledBlock: Int?

  var grid: RatioGrid { rows.grid }

  init(_ counts: LatencyCounts, moments: SplitMoments, margin: Margin, direction: Direction) {
    self.counts = counts
    self.direction = direction
    self.margin = margin
    blocks = moments.blocks
    rows = GridRows(margin: margin, direction: direction, count: SplitMoments.blockLength)
    exponents = Array(
      repeating: 0, count: (blocks.count + 1) * counts.boundCount * RatioGrid.count)
    var rowsOfCells: [Int: GridRows] = [:]
    for cell in Set(moments.cells) {
      rowsOfCells[cell] = GridRows(margin: margin, direction: direction, cell: cell)
    }
    for block in blocks.indices { addUp(block: block, moments, rowsOfCells) }
  }

  /// Where the exponents of a kind begin at a checkpoint.
  func offset(checkpoint: Int, kind: Int) -> Int {
    (checkpoint * counts.boundCount + kind) * RatioGrid.count
  }

  /// Makes the rows those of a block.
  mutating func fillRows(block: Int) {
    guard filledBlock != block else { return }
    rows.fill(counts, intervals: blocks[block])
    filledBlock = block
  }

  private mutating func addUp(
    block: Int, _ moments: SplitMoments, _ rowsOfCells: [Int: GridRows]
  ) {
    let logRatios = grid.logRatios
    let parts = moments.partsOfBlock[block].compactMap { part in
      rowsOfCells[moments.cells[part]].map { (part: part, rows: $0) }
    }
    var allowance = Array(repeating: 0.0, count: RatioGrid.count)
    for (part, rows) in parts {
      Self.subtract(
        rows.allowances, moments.sums, first: moments.firstOfRequests(part: part),
        from: &allowance, at: 0)
    }
    for kind in 0..<counts.boundCount {
      let before = offset(checkpoint: block, kind: kind)
      let after = offset(checkpoint: block + 1, kind: kind)
      let canaryEvents = moments.canaryEvents(block: block, kind: kind)
      for index in 0..<RatioGrid.count {
        exponents[after + index] =
          exponents[before + index] + (canaryEvents * logRatios[index] + allowance[index])
      }
      for (part, rows) in parts {
        Self.subtract(
          rows.dilutions, moments.sums, first: moments.firstOfEvents(part: part, kind: kind),
          from: &exponents, at: after)
      }
    }
  }

  /// Subtracts the rows of a cell, each times the sum at its node.
  private static func subtract(
    _ rows: [Double], _ sums: [Double], first: Int, from target: inout [Double], at start: Int
  ) {
    rows.withUnsafeBufferPointer { rows in
      sums.withUnsafeBufferPointer { sums in
        target.withUnsafeMutableBufferPointer { target in
          guard let rows = rows.baseAddress, let sums = sums.baseAddress,
            let target = target.baseAddress
          else { return }
          GridRows.subtract(
            rows, factors: sums + first, count: SplitInterpolation.nodeCount,
            from: target + start)
        }
      }
    }
  }
}

extension ExponentCheckpoints {
  /// Returns the largest exponent of a kind at a checkpoint, and the largest with the stake added,
  /// which log E with dispersion 1 is no less than.
  func largest(checkpoint: Int, kind: Int) -> (exponent: Double, stake: Double) {
    let first = offset(checkpoint: checkpoint, kind: kind)
    var exponent = -Double.infinity
    var stake = -Double.infinity
    exponents.withUnsafeBufferPointer { exponents in
      grid.logWeights.withUnsafeBufferPointer { weights in
        for index in 0..<RatioGrid.count {
          let value = exponents[first + index]
          exponent = value > exponent ? value : exponent
          stake = value + weights[index] > stake ? value + weights[index] : stake
        }
      }
    }
    return (exponent, stake)
  }

  /// Returns what no exponent of a kind gains within a block.
  ///
  /// With q₀ the tolerated share of bad events, q₀ a + (1 − q₀) b = 1, so that x log a + y log b is at
  /// most m KL(x/m‖q₀), m = x + y, and this at most (x − m q₀)²/(m q₀ (1 − q₀)). To block, x = x_c. To
  /// promote, −δ n_c (a − 1) ≤ −δ n_c log a, so that x = x_c − δ n_c, where that is not negative.
  func largestGain(block: Int, kind: Int) -> Double {
    var gain = 0.0
    for interval in blocks[block] {
      let canary = Double(counts.canaryRequests[interval])
      let baseline = Double(counts.baselineRequests[interval])
      guard canary > 0, baseline > 0 else { continue }
      let (canaryEvents, all) = counts.comparableEvents(interval: interval, kind: kind)
      let baselineEvents = all - canaryEvents
      let share = margin.ratio * canary / (margin.ratio * canary + baseline)
      let allowed = direction == .better ? margin.points * canary : 0
      let events = canaryEvents - allowed
      guard events >= 0 else {
        gain += allowed - baselineEvents * log1p(-share)
        continue
      }
      let total = events + baselineEvents
      let excess = events - total * share
      guard total > 0, direction == .worse ? excess > 0 : excess < 0 else { continue }
      gain += excess * excess / (total * share * (1 - share))
    }
    return gain
  }
}
