#if canImport(Glibc)
  import Glibc
#endif

/// The sums behind the dispersion estimate as functions of log θ, at the Chebyshev nodes of a window.
struct DispersionWindow {
  typealias Nodes = SIMD8<Double>

  private static let halfWidth = 0.1
  /// Nodes of the second kind on −1…1, which include the ends; descending.
  private static let nodes = Nodes(
    (0..<Nodes.scalarCount).map { cos(Double.pi * Double($0) / Double(Nodes.scalarCount - 1)) })

  /// The place of the window among those of all kinds: its center is exp(0.1 place).
  let place: Int
  private let bounds: ClosedRange<Double>
  private var intervals = 0
  private var hadEvents = false
  private var single = DifferenceSums()
  private var blocks = DifferenceSums()
  private var blockResidual = Nodes.zero
  private var blockVariance = Nodes.zero

  init(around ratio: Double) {
    let place = (log(ratio) / Self.halfWidth).rounded()
    self.place = Int(place)
    bounds = exp(Self.halfWidth * (place - 1))...exp(Self.halfWidth * (place + 1))
  }

  /// θ at the nodes of the window at a place.
  static func ratios(place: Int) -> Nodes {
    var ratios = Nodes.zero
    for node in 0..<Nodes.scalarCount {
      ratios[node] = exp(halfWidth * (Double(place) + nodes[node]))
    }
    return ratios
  }

  func contains(_ ratio: Double) -> Bool { bounds.contains(ratio) }

  /// Takes in what lies between the intervals so far and a number of them, given the canary's expected
  /// share of the bad events of each.
  mutating func advance(
    _ counts: ComparableCounts, kind: Int, intervals target: Int, shares: [Nodes]
  ) {
    let first = kind * counts.intervalCount
    counts.canaryEvents.withUnsafeBufferPointer { canaryEvents in
      counts.events.withUnsafeBufferPointer { allEvents in
        shares.withUnsafeBufferPointer { shares in
          while intervals < target {
            add(
              canaryEvents: canaryEvents[first + intervals], events: allEvents[first + intervals],
              share: shares[intervals])
          }
        }
      }
    }
  }

  @inline(__always)
  private mutating func add(canaryEvents: Double, events: Double, share: Nodes) {
    // Without bad events here and just before there is nothing to add.
    if events > 0 || hadEvents {
      let residual = canaryEvents - events * share
      let variance = events * (share * (1 - share))
      single.add(residual: residual, variance: variance, isFirst: intervals == 0)
      blockResidual += residual
      blockVariance += variance
      hadEvents = events > 0
    }
    intervals += 1
    if intervals.isMultiple(of: Dispersion.blockLength) {
      blocks.add(
        residual: blockResidual, variance: blockVariance,
        isFirst: intervals == Dispersion.blockLength)
      blockResidual = .zero
      blockVariance = .zero
    }
  }

  /// Returns max(1, φ₁, φ₅) at a ratio within the window.
  func estimate(ratio: Double) -> Double {
    let shares = Self.interpolate(at: log(ratio) / Self.halfWidth - Double(place))
    return max(
      1, intervals >= 2 ? single.dispersion(shares) : 1,
      intervals >= 2 * Dispersion.blockLength ? blocks.dispersion(shares) : 1)
  }

  /// The signs and halves of the barycentric formula at these nodes.
  private static let weights = Nodes(0.5, -1, 1, -1, 1, -1, 1, -0.5)

  /// Returns the share of each node in the value of the interpolating polynomial at a point, by the
  /// barycentric formula.
  ///
  /// Source: Berrut & Trefethen, Barycentric Lagrange Interpolation (SIAM Review 2004).
  private static func interpolate(at point: Double) -> Nodes {
    let distances = point - nodes
    let isNode = distances .== .zero
    guard !any(isNode) else { return Nodes.zero.replacing(with: 1, where: isNode) }
    let shares = weights / distances
    return shares / shares.sum()
  }
}

/// Sums over the differences between neighbouring intervals or blocks, at every node.
private struct DifferenceSums {
  typealias Nodes = DispersionWindow.Nodes

  private var previousResidual = Nodes.zero
  private var previousVariance = Nodes.zero
  private var squares = Nodes.zero
  private var pairs = Nodes.zero
  private var squaredPairs = Nodes.zero

  @inline(__always)
  mutating func add(residual: Nodes, variance: Nodes, isFirst: Bool) {
    if !isFirst {
      let difference = residual - previousResidual
      let pair = variance + previousVariance
      squares += difference * difference
      pairs += pair
      squaredPairs += pair * pair
    }
    previousResidual = residual
    previousVariance = variance
  }

  func dispersion(_ shares: Nodes) -> Double {
    Dispersion.ofDifferences(
      squaredDifferences: (shares * squares).sum(), variance: (shares * pairs).sum(),
      squaredVariances: (shares * squaredPairs).sum())
  }
}
