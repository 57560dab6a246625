#if canImport(Glibc)
  import Glibc
#endif

/// The sums behind the dispersion estimate as functions of log θ, at the Chebyshev nodes of a window.
struct DispersionWindow {
  static let nodeCount = 8
  private static let halfWidth = 0.1
  private static let blockLength = 5
  /// Nodes of the second kind on −1…1, which include the ends; descending.
  private static let nodes = (0..<nodeCount).map {
    cos(Double.pi * Double($0) / Double(nodeCount - 1))
  }

  private let center: Double
  private let ratios: [Double]
  private var intervals = 0
  private var hadEvents = false
  private var single = DifferenceSums()
  private var blocks = DifferenceSums()
  /// Residuals, then variances, of the present interval and of the present block.
  private var present = Array(repeating: 0.0, count: 2 * nodeCount)
  private var block = Array(repeating: 0.0, count: 2 * nodeCount)

  init(around ratio: Double) {
    center = ratio
    ratios = Self.nodes.map { ratio * exp(Self.halfWidth * $0) }
  }

  func contains(_ ratio: Double) -> Bool {
    ratio <= ratios[0] && ratio >= ratios[Self.nodeCount - 1]
  }

  /// Takes in what lies between the intervals so far and a number of them.
  mutating func advance(_ counts: LatencyCounts, kind: Int, intervals target: Int) {
    while intervals < target {
      let (canaryEvents, events) = counts.comparableEvents(interval: intervals, kind: kind)
      // Without bad events here and just before there is nothing to add.
      if events > 0 || hadEvents {
        setPresent(
          canaryRequests: Double(counts.canaryRequests[intervals]),
          // Without bad events the share does not matter, but has to be a number.
          baselineRequests: max(1, Double(counts.baselineRequests[intervals])),
          canaryEvents: canaryEvents, events: events)
        single.add(present, isFirst: intervals == 0)
        hadEvents = events > 0
      }
      intervals += 1
      if intervals.isMultiple(of: Self.blockLength) {
        blocks.add(block, isFirst: intervals == Self.blockLength)
        for index in block.indices { block[index] = 0 }
      }
    }
  }

  private mutating func setPresent(
    canaryRequests: Double, baselineRequests: Double, canaryEvents: Double, events: Double
  ) {
    ratios.withUnsafeBufferPointer { ratios in
      present.withUnsafeMutableBufferPointer { present in
        block.withUnsafeMutableBufferPointer { block in
          guard let ratios = ratios.baseAddress, let residuals = present.baseAddress,
            let blockResiduals = block.baseAddress
          else { return }
          let variances = residuals + Self.nodeCount
          let blockVariances = blockResiduals + Self.nodeCount
          for node in 0..<Self.nodeCount {
            let weighted = ratios[node] * canaryRequests
            let share = weighted / (weighted + baselineRequests)
            let residual = canaryEvents - events * share
            let variance = events * share * (1 - share)
            residuals[node] = residual
            variances[node] = variance
            blockResiduals[node] += residual
            blockVariances[node] += variance
          }
        }
      }
    }
  }

  /// Returns max(1, φ₁, φ₅) at a ratio within the window.
  func estimate(ratio: Double) -> Double {
    let place = log(ratio / center) / Self.halfWidth
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.nodeCount) { shares in
      Self.interpolate(at: place, into: shares)
      return max(
        1, intervals >= 2 ? single.dispersion(shares) : 1,
        intervals >= 2 * Self.blockLength ? blocks.dispersion(shares) : 1)
    }
  }

  /// Computes the share of each node in the value of the interpolating polynomial at a place, by the
  /// barycentric formula.
  ///
  /// Source: Berrut & Trefethen, Barycentric Lagrange Interpolation (SIAM Review 2004).
  private static func interpolate(
    at place: Double, into shares: UnsafeMutableBufferPointer<Double>
  ) {
    var total = 0.0
    var exact: Int?
    for node in 0..<nodeCount {
      let sign: Double = node.isMultiple(of: 2) ? 1 : -1
      let weight: Double = node == 0 || node == nodeCount - 1 ? 0.5 : 1
      let distance = place - nodes[node]
      if distance == 0 { exact = node }
      shares[node] = sign * weight / distance
      total += shares[node]
    }
    for node in 0..<nodeCount {
      shares[node] = exact.map { $0 == node ? 1 : 0 } ?? shares[node] / total
    }
  }
}

/// Sums over the differences between neighbouring intervals or blocks, at every node.
private struct DifferenceSums {
  private static let count = DispersionWindow.nodeCount

  /// Residuals, then variances, of the one before.
  private var previous = Array(repeating: 0.0, count: 2 * count)
  /// Sums of squared differences, of pairs of variances and of their squares; node after node.
  private var sums = Array(repeating: 0.0, count: 3 * count)

  mutating func add(_ present: [Double], isFirst: Bool) {
    let counted: Double = isFirst ? 0 : 1
    present.withUnsafeBufferPointer { present in
      previous.withUnsafeMutableBufferPointer { previous in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let residuals = present.baseAddress, let previousResiduals = previous.baseAddress,
            let squares = sums.baseAddress
          else { return }
          let variances = residuals + Self.count
          let previousVariances = previousResiduals + Self.count
          let pairs = squares + Self.count
          let squaredPairs = pairs + Self.count
          for node in 0..<Self.count {
            let difference = counted * (residuals[node] - previousResiduals[node])
            let pair = counted * (variances[node] + previousVariances[node])
            squares[node] += difference * difference
            pairs[node] += pair
            squaredPairs[node] += pair * pair
            previousResiduals[node] = residuals[node]
            previousVariances[node] = variances[node]
          }
        }
      }
    }
  }

  func dispersion(_ shares: UnsafeMutableBufferPointer<Double>) -> Double {
    var interpolated = (0.0, 0.0, 0.0)
    sums.withUnsafeBufferPointer { sums in
      for node in 0..<Self.count {
        interpolated.0 += shares[node] * sums[node]
        interpolated.1 += shares[node] * sums[Self.count + node]
        interpolated.2 += shares[node] * sums[2 * Self.count + node]
      }
    }
    return Dispersion.ofDifferences(
      squaredDifferences: interpolated.0, variance: interpolated.1,
      squaredVariances: interpolated.2)
  }
}
