#if canImport(Glibc)
  import Glibc
#endif

/// The exponents L_k of one direction after the first two intervals and then after every sixteenth,
/// for every kind of bad event.
///
/// Between two checkpoints exponents are added up in any order, which makes a day of intervals cheap;
/// whoever needs them at an interval between walks there from the last one.
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

  init(_ counts: LatencyCounts, margin: Margin, direction: Direction) {
    self.counts = counts
    self.direction = direction
    self.margin = margin
    let first = min(GuardedEvidence.fewestIntervals, counts.intervalCount)
    let rest = stride(from: first, to: counts.intervalCount, by: GridRows.capacity).map {
      $0..<min($0 + GridRows.capacity, counts.intervalCount)
    }
    blocks = (first > 0 ? [0..<first] : []) + rest
    rows = GridRows(margin: margin, direction: direction)
    exponents = Array(
      repeating: 0, count: (blocks.count + 1) * counts.boundCount * RatioGrid.count)
    for block in blocks.indices { addUp(block: block) }
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

  private mutating func addUp(block: Int) {
    fillRows(block: block)
    let intervals = blocks[block]
    var allowance = Array(repeating: 0.0, count: RatioGrid.count)
    for row in 0..<intervals.count {
      let first = row * RatioGrid.count
      for index in 0..<RatioGrid.count { allowance[index] += rows.allowances[first + index] }
    }
    for kind in 0..<counts.boundCount {
      addUp(
        kind: kind, intervals: intervals, allowance: allowance,
        from: offset(checkpoint: block, kind: kind),
        to: offset(checkpoint: block + 1, kind: kind))
    }
  }

  private mutating func addUp(
    kind: Int, intervals: Range<Int>, allowance: [Double], from: Int, to: Int
  ) {
    let counts = counts
    let logRatios = grid.logRatios
    let dilutions = rows.dilutions
    exponents.withUnsafeMutableBufferPointer { exponents in
      dilutions.withUnsafeBufferPointer { dilutions in
        guard let base = exponents.baseAddress, let dilutions = dilutions.baseAddress else {
          return
        }
        let before = base + from
        let after = base + to
        for index in 0..<RatioGrid.count { after[index] = before[index] - allowance[index] }
        var canaryEvents = 0.0
        for row in stride(from: 0, to: intervals.count, by: 4) {
          var events = (0.0, 0.0, 0.0, 0.0)
          let interval = intervals.lowerBound + row
          let rest = intervals.count - row
          func counted(_ step: Int) -> Double {
            guard step < rest else { return 0 }
            let (canary, all) = counts.comparableEvents(interval: interval + step, kind: kind)
            canaryEvents += canary
            return all
          }
          events = (counted(0), counted(1), counted(2), counted(3))
          let first = dilutions + row * RatioGrid.count
          let second = first + RatioGrid.count
          let third = second + RatioGrid.count
          let fourth = third + RatioGrid.count
          for index in 0..<RatioGrid.count {
            after[index] -=
              (events.0 * first[index] + events.1 * second[index])
              + (events.2 * third[index] + events.3 * fourth[index])
          }
        }
        for index in 0..<RatioGrid.count { after[index] += canaryEvents * logRatios[index] }
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
