#if canImport(Glibc)
  import Glibc
#endif

/// The sums behind the dispersion estimate as functions of log θ, at the Chebyshev nodes of a window.
struct DispersionWindow {
  private static let nodeCount = 12
  private static let halfWidth = 0.25
  private static let blockLength = 5
  /// Nodes of the second kind on −1…1, which include the ends.
  private static let nodes = (0..<nodeCount).map {
    cos(Double.pi * Double($0) / Double(nodeCount - 1))
  }

  private let center: Double
  private let ratios: [Double]
  private var intervals = 0
  private var single = BlockSums(nodeCount: nodeCount)
  private var blocks = BlockSums(nodeCount: nodeCount)

  init(around ratio: Double) {
    center = ratio
    ratios = Self.nodes.map { ratio * exp(Self.halfWidth * $0) }
  }

  func contains(_ ratio: Double) -> Bool {
    // The nodes descend from the upper end to the lower.
    ratio <= ratios[0] && ratio >= ratios[Self.nodeCount - 1]
  }

  /// Takes in what lies between the intervals so far and a number of them.
  mutating func advance(_ counts: LatencyCounts, kind: Int, intervals target: Int) {
    while intervals < target {
      let canary = counts.canaryRequests[intervals]
      let baseline = counts.baselineRequests[intervals]
      let index = intervals * counts.boundCount + kind
      let canaryEvents = counts.canarySlow[index]
      let events = canaryEvents + counts.baselineSlow[index]
      if canary > 0, baseline > 0, events > 0 {
        add(
          canaryRequests: Double(canary), baselineRequests: Double(baseline),
          canaryEvents: Double(canaryEvents), events: Double(events))
      }
      intervals += 1
      single.endBlock()
      if intervals.isMultiple(of: Self.blockLength) { blocks.endBlock() }
    }
  }

  private mutating func add(
    canaryRequests: Double, baselineRequests: Double, canaryEvents: Double, events: Double
  ) {
    for node in 0..<Self.nodeCount {
      let weighted = ratios[node] * canaryRequests
      let share = weighted / (weighted + baselineRequests)
      let residual = canaryEvents - events * share
      let variance = events * share * (1 - share)
      single.add(residual: residual, variance: variance, node: node)
      blocks.add(residual: residual, variance: variance, node: node)
    }
  }

  /// Returns max(1, φ₁, φ₅) at a ratio within the window.
  func estimate(ratio: Double) -> Double {
    let shares = Self.interpolation(at: log(ratio / center) / Self.halfWidth)
    return max(1, single.dispersion(shares), blocks.dispersion(shares))
  }

  /// Returns the share of each node in the value of the interpolating polynomial at a place, by the
  /// barycentric formula.
  ///
  /// Source: Berrut & Trefethen, Barycentric Lagrange Interpolation (SIAM Review 2004).
  private static func interpolation(at place: Double) -> [Double] {
    var shares = Array(repeating: 0.0, count: nodeCount)
    if let node = nodes.firstIndex(of: place) {
      shares[node] = 1
      return shares
    }
    var total = 0.0
    for node in 0..<nodeCount {
      let sign: Double = node.isMultiple(of: 2) ? 1 : -1
      let weight: Double = node == 0 || node == nodeCount - 1 ? 0.5 : 1
      shares[node] = sign * weight / (place - nodes[node])
      total += shares[node]
    }
    for node in 0..<nodeCount { shares[node] /= total }
    return shares
  }
}

/// Sums over the differences between neighbouring blocks, at every node.
private struct BlockSums {
  private var residuals: [Double]
  private var variances: [Double]
  private var previousResiduals: [Double]
  private var previousVariances: [Double]
  private var squaredDifferences: [Double]
  private var pairVariances: [Double]
  private var squaredPairVariances: [Double]
  private var blockCount = 0
  /// Whether the present or the previous block has bad events; without, there is nothing to add.
  private var hasEvents = false
  private var hadEvents = false

  init(nodeCount: Int) {
    let zeros = Array(repeating: 0.0, count: nodeCount)
    residuals = zeros
    variances = zeros
    previousResiduals = zeros
    previousVariances = zeros
    squaredDifferences = zeros
    pairVariances = zeros
    squaredPairVariances = zeros
  }

  mutating func add(residual: Double, variance: Double, node: Int) {
    residuals[node] += residual
    variances[node] += variance
    hasEvents = true
  }

  mutating func endBlock() {
    if blockCount > 0, hasEvents || hadEvents {
      for node in residuals.indices {
        let difference = residuals[node] - previousResiduals[node]
        let pair = variances[node] + previousVariances[node]
        squaredDifferences[node] += difference * difference
        pairVariances[node] += pair
        squaredPairVariances[node] += pair * pair
      }
    }
    if hasEvents || hadEvents {
      for node in residuals.indices {
        previousResiduals[node] = residuals[node]
        previousVariances[node] = variances[node]
        residuals[node] = 0
        variances[node] = 0
      }
    }
    hadEvents = hasEvents
    hasEvents = false
    blockCount += 1
  }

  func dispersion(_ shares: [Double]) -> Double {
    guard blockCount >= 2 else { return 1 }
    var squares = 0.0
    var variance = 0.0
    var squaredVariance = 0.0
    for node in shares.indices {
      squares += shares[node] * squaredDifferences[node]
      variance += shares[node] * pairVariances[node]
      squaredVariance += shares[node] * squaredPairVariances[node]
    }
    return Dispersion.ofDifferences(
      squaredDifferences: squares, variance: variance, squaredVariances: squaredVariance)
  }
}
