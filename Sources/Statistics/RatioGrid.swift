#if canImport(Glibc)
  import Glibc
#endif

/// The multiples of the tolerated rate that a process bets on, and the share of the stake on each.
///
/// Mixing over a grid is what removes the need to know the effect beforehand. To block, small
/// excesses get most of the stake, since large ones are found quickly with little of it; to promote,
/// all get the same.
struct RatioGrid: Sendable {
  static let count = 48

  /// log r for r = 2^(±k/8), k = 1…48.
  let logRatios: [Double]
  /// r − 1.
  let excesses: [Double]
  /// log of the stakes, which sum to 1.
  let logWeights: [Double]

  static func grid(for direction: Direction) -> RatioGrid {
    direction == .worse ? worse : better
  }

  private static let worse = RatioGrid(sign: 1) { step in exp(-Double(step) / 8 * Self.logTwo) }
  private static let better = RatioGrid(sign: -1) { _ in 1 }
  private static let logTwo = log(2.0)

  private init(sign: Double, weight: (Int) -> Double) {
    let steps = Array(1...Self.count)
    logRatios = steps.map { sign * Double($0) / 8 * Self.logTwo }
    excesses = logRatios.map { expm1($0) }
    let total = steps.reduce(0) { $0 + weight($1) }
    logWeights = steps.map { log(weight($0) / total) }
  }
}

extension RatioGrid {
  /// Returns the largest of a value for every ratio, four at a time.
  @inline(__always)
  static func largest(_ values: UnsafePointer<Double>) -> Double {
    var lanes = (values[0], values[1], values[2], values[3])
    for index in stride(from: 4, to: count, by: 4) {
      lanes.0 = values[index] > lanes.0 ? values[index] : lanes.0
      lanes.1 = values[index + 1] > lanes.1 ? values[index + 1] : lanes.1
      lanes.2 = values[index + 2] > lanes.2 ? values[index + 2] : lanes.2
      lanes.3 = values[index + 3] > lanes.3 ? values[index + 3] : lanes.3
    }
    return max(max(lanes.0, lanes.1), max(lanes.2, lanes.3))
  }
}
