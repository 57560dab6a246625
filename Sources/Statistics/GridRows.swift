/// What factors have in common for all kinds of bad event: the logarithms that depend on the requests
/// alone, a row of grid points for each of some intervals.
struct GridRows {
  let grid: RatioGrid
  private let margin: Margin
  /// D of `AffineMarginProcess`.
  private(set) var dilutions: [Double]
  /// δ n_c (a − 1).
  private(set) var allowances: [Double]

  /// Creates rows of zeros.
  init(margin: Margin, direction: Direction, count: Int) {
    grid = RatioGrid.grid(for: direction)
    self.margin = margin
    dilutions = Array(repeating: 0, count: count * RatioGrid.count)
    allowances = dilutions
  }

  /// Creates a row for every node of a cell, for one request of the baseline.
  init(margin: Margin, direction: Direction, cell: Int) {
    self.init(margin: margin, direction: direction, count: SplitInterpolation.nodeCount)
    for node in 0..<SplitInterpolation.nodeCount {
      fill(
        row: node, canaryRequests: SplitInterpolation.ratio(cell: cell, node: node),
        baselineRequests: 1)
    }
  }

  mutating func fill(_ counts: ComparableCounts, intervals: Range<Int>) {
    for (row, interval) in intervals.enumerated() {
      fill(
        row: row, canaryRequests: counts.canaryRequests[interval],
        baselineRequests: counts.baselineRequests[interval])
    }
  }

  private mutating func fill(row: Int, canaryRequests: Double, baselineRequests: Double) {
    let scaledRequests = margin.ratio * canaryRequests
    let tolerated = baselineRequests + scaledRequests
    // An interval that compares nothing has a row of zeros.
    let isComparable: Double = canaryRequests > 0 && baselineRequests > 0 ? 1 : 0
    let excessShare = isComparable == 0 ? 0 : scaledRequests / tolerated
    let allowed =
      isComparable == 0 ? 0 : margin.points * canaryRequests * (baselineRequests / tolerated)
    let first = row * RatioGrid.count
    grid.excesses.withUnsafeBufferPointer { excesses in
      dilutions.withUnsafeMutableBufferPointer { dilutions in
        allowances.withUnsafeMutableBufferPointer { allowances in
          guard let rowDilutions = dilutions.baseAddress.map({ $0 + first }),
            let rowAllowances = allowances.baseAddress.map({ $0 + first })
          else { return }
          for index in 0..<RatioGrid.count {
            rowDilutions[index] = excesses[index] * excessShare
          }
          NaturalLogarithm.replaceByLogarithmOfOnePlus(
            rowDilutions, reciprocals: rowAllowances, count: RatioGrid.count)
          // a − 1 = (r − 1) n_b / (n_b + θ_k n_c), free of cancellation.
          for index in 0..<RatioGrid.count {
            rowAllowances[index] *= allowed * excesses[index]
          }
        }
      }
    }
  }
}

extension GridRows {
  /// Adds the factors of one interval to the exponents of one kind; returns the largest of them.
  @inline(__always)
  func step(
    row: Int, from before: UnsafePointer<Double>, to after: UnsafeMutablePointer<Double>,
    canaryEvents: Double, events: Double
  ) -> Double {
    let first = row * RatioGrid.count
    return grid.logRatios.withUnsafeBufferPointer { logRatios in
      dilutions.withUnsafeBufferPointer { dilutions in
        allowances.withUnsafeBufferPointer { allowances in
          guard let logRatios = logRatios.baseAddress,
            let dilutions = dilutions.baseAddress.map({ $0 + first }),
            let allowances = allowances.baseAddress.map({ $0 + first })
          else { return -.infinity }
          for index in 0..<RatioGrid.count {
            after[index] =
              before[index]
              + (canaryEvents * logRatios[index] - events * dilutions[index] - allowances[index])
          }
          return RatioGrid.largest(after)
        }
      }
    }
  }

  /// Subtracts rows, each times a factor of its own, from a row.
  @inline(__always)
  static func subtract(
    _ rows: UnsafePointer<Double>, factors: UnsafePointer<Double>, count: Int,
    from target: UnsafeMutablePointer<Double>
  ) {
    for row in stride(from: 0, to: count, by: 4) {
      let first = rows + row * RatioGrid.count
      let second = first + RatioGrid.count
      let third = second + RatioGrid.count
      let fourth = third + RatioGrid.count
      let factor = (factors[row], factors[row + 1], factors[row + 2], factors[row + 3])
      for index in 0..<RatioGrid.count {
        target[index] -=
          (factor.0 * first[index] + factor.1 * second[index])
          + (factor.2 * third[index] + factor.3 * fourth[index])
      }
    }
  }
}
