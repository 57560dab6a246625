/// The exponents L_k of one direction at the end of each block of intervals, for every kind of bad
/// event.
///
/// They come from the moments of the blocks, one block after the other, which makes a day of intervals cheap; whoever needs them
/// at an interval between walks there from the last checkpoint.
struct ExponentCheckpoints {
  /// How many intervals a block has, but for the first, which has as few as a verdict may rest on.
  static let blockLength = 64

  let counts: ComparableCounts
  let direction: Direction
  /// The intervals of each block; block b lies between the checkpoints b and b + 1.
  let blocks: [Range<Int>]
  private(set) var exponents: [Double]
  private(set) var rows: GridRows
  private var filledBlock: Int?
  /// The rows of the nodes of each cell.
  private var rowsOfCells: [Int: GridRows] = [:]
  private let margin: Margin

  var grid: RatioGrid { rows.grid }

  init(_ counts: ComparableCounts, margin: Margin, direction: Direction) {
    self.counts = counts
    self.direction = direction
    self.margin = margin
    blocks = Self.blocks(intervalCount: counts.intervalCount)
    rows = GridRows(margin: margin, direction: direction, count: Self.blockLength)
    exponents = Array(
      repeating: 0, count: (blocks.count + 1) * counts.kindCount * RatioGrid.count)
  }

  static func blocks(intervalCount: Int) -> [Range<Int>] {
    let first = min(GuardedEvidence.fewestIntervals, intervalCount)
    let rest = stride(from: first, to: intervalCount, by: blockLength).map {
      $0..<min($0 + blockLength, intervalCount)
    }
    return (first > 0 ? [0..<first] : []) + rest
  }

  /// Where the exponents of a kind begin at a checkpoint.
  func offset(checkpoint: Int, kind: Int) -> Int {
    (checkpoint * counts.kindCount + kind) * RatioGrid.count
  }

  /// Makes the rows those of a block.
  mutating func fillRows(block: Int) {
    guard filledBlock != block else { return }
    rows.fill(counts, intervals: blocks[block])
    filledBlock = block
  }

  /// Computes the checkpoint at the end of a block from that at its beginning.
  mutating func addUp(block: Int, _ moments: BlockMoments) {
    let logRatios = grid.logRatios
    let rowsOfParts = moments.cells.map { rows(ofCell: $0) }
    var allowance = Array(repeating: 0.0, count: RatioGrid.count)
    for (part, rows) in rowsOfParts.enumerated() {
      Self.subtract(
        rows.allowances, moments.sums, places: [(moments.firstOfRequests(part: part), 0)],
        from: &allowance)
    }
    let events = (0..<counts.kindCount).map { canaryEvents(block: block, kind: $0) }
    let before = offset(checkpoint: block, kind: 0)
    let after = offset(checkpoint: block + 1, kind: 0)
    exponents.withUnsafeMutableBufferPointer { exponents in
      for (kind, canaryEvents) in events.enumerated() {
        let first = kind * RatioGrid.count
        for index in 0..<RatioGrid.count {
          exponents[after + first + index] =
            exponents[before + first + index]
            + (canaryEvents * logRatios[index] + allowance[index])
        }
      }
    }
    for (part, rows) in rowsOfParts.enumerated() {
      let places = (0..<counts.kindCount).map { kind in
        (
          moments.firstOfEvents(part: part, kind: kind),
          offset(checkpoint: block + 1, kind: kind)
        )
      }
      Self.subtract(rows.dilutions, moments.sums, places: places, from: &exponents)
    }
  }

  private mutating func rows(ofCell cell: Int) -> GridRows {
    if let rows = rowsOfCells[cell] { return rows }
    let rows = GridRows(margin: margin, direction: direction, cell: cell)
    rowsOfCells[cell] = rows
    return rows
  }

  private func canaryEvents(block: Int, kind: Int) -> Double {
    let first = kind * counts.intervalCount
    return blocks[block].reduce(0) { $0 + counts.canaryEvents[first + $1] }
  }

  /// Subtracts the rows of a cell, each times the sum at its node: from each of some places in the
  /// target, with the sums that begin at a place of theirs.
  private static func subtract(
    _ rows: [Double], _ sums: [Double], places: [(first: Int, start: Int)],
    from target: inout [Double]
  ) {
    rows.withUnsafeBufferPointer { rows in
      sums.withUnsafeBufferPointer { sums in
        target.withUnsafeMutableBufferPointer { target in
          guard let rows = rows.baseAddress, let sums = sums.baseAddress,
            let target = target.baseAddress
          else { return }
          for (first, start) in places {
            GridRows.subtract(
              rows, factors: sums + first, count: SplitInterpolation.nodeCount,
              from: target + start)
          }
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

  /// Returns what no exponent of a kind to block exceeds within a block: none gains more than log r
  /// for each bad event of the canary.
  func largestToBlock(block: Int, kind: Int) -> Double {
    let first = offset(checkpoint: block, kind: kind)
    let canaryEvents = canaryEvents(block: block, kind: kind)
    var limit = -Double.infinity
    exponents.withUnsafeBufferPointer { exponents in
      grid.logRatios.withUnsafeBufferPointer { logRatios in
        for index in 0..<RatioGrid.count {
          let value = exponents[first + index] + canaryEvents * logRatios[index]
          limit = value > limit ? value : limit
        }
      }
    }
    return limit
  }
}
