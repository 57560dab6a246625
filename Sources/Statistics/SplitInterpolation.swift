#if canImport(Glibc)
  import Glibc
#endif

/// Interpolation over how the requests are split between two versions.
///
/// Bad events aside, the factor of an interval is a function of u = log(n_c/n_b), with no singularity
/// nearer to the real line than π. Within a cell of half width ¼ its values at twelve Chebyshev nodes
/// determine it to rounding: the error is about (8 π)^−12. Intervals of one cell therefore need no
/// logarithms of their own: Σ x f(u) is Σ_j f(u_j) Σ x ℓ_j(u), ℓ_j the share of node j at u.
enum SplitInterpolation {
  static let nodeCount = 12
  private static let cellsPerUnit = 2.0
  private static let nodes = (0..<nodeCount).map {
    cos(Double.pi * (Double($0) + 0.5) / Double(nodeCount))
  }
  /// 1/Π (node − other node).
  private static let weights = nodes.map { node in
    1 / nodes.reduce(1) { $1 == node ? $0 : $0 * (node - $1) }
  }

  /// Finds the cell of an interval and, from a place on, the share of each of its nodes.
  static func locate(
    canaryRequests: Double, baselineRequests: Double, shares: inout [Double], at first: Int
  ) -> Int {
    let place = log(canaryRequests / baselineRequests) * cellsPerUnit
    let cell = place.rounded(.down)
    let x = 2 * (place - cell) - 1
    let nodes = nodes
    let weights = weights
    var before = 1.0
    for node in 0..<nodeCount {
      shares[first + node] = weights[node] * before
      before *= x - nodes[node]
    }
    var after = 1.0
    for node in (0..<nodeCount).reversed() {
      shares[first + node] *= after
      after *= x - nodes[node]
    }
    return Int(cell)
  }

  /// Returns n_c/n_b at a node of a cell.
  static func ratio(cell: Int, node: Int) -> Double {
    exp((Double(cell) + 0.5 * (1 + nodes[node])) / cellsPerUnit)
  }
}
