#if canImport(Glibc)
  import Glibc
#endif

/// The running exponents of the process of `TrafficShareProcess`.
struct TrafficShareState {
  private static let pointCount = 41
  private static let logWeights = Array(
    repeating: -log(2 * Double(pointCount)), count: 2 * pointCount)

  private let oddsTolerance: Double
  private var exponents = Array(repeating: 0.0, count: 2 * pointCount)
  private var bet: Bet

  init(oddsTolerance: Double) {
    precondition(oddsTolerance >= 0 && oddsTolerance.isFinite, "a tolerance is at least 0")
    self.oddsTolerance = oddsTolerance
    bet = Bet(canaryWeight: 0.5, oddsTolerance: oddsTolerance)
  }

  mutating func add(_ stratum: ShareStratum) {
    guard stratum.canaryWeight > 0, stratum.canaryWeight < 1 else { return }
    if stratum.canaryWeight != bet.canaryWeight {
      bet = Bet(canaryWeight: stratum.canaryWeight, oddsTolerance: oddsTolerance)
    }
    let canaryRequests = Double(stratum.canaryRequests)
    let requests = canaryRequests + Double(stratum.baselineRequests)
    bet.logOddsRatios.withUnsafeBufferPointer { ratios in
      bet.requestCosts.withUnsafeBufferPointer { costs in
        exponents.withUnsafeMutableBufferPointer { exponents in
          for index in exponents.indices {
            exponents[index] += canaryRequests * ratios[index] - requests * costs[index]
          }
        }
      }
    }
  }

  /// The largest exponent before it is divided by the dispersion.
  var largestExponent: Double {
    exponents.withUnsafeBufferPointer { exponents in
      var largest = -Double.infinity
      for exponent in exponents { largest = exponent > largest ? exponent : largest }
      return largest
    }
  }

  /// log E in nats.
  func logEvidence(dispersion: Double) -> Double {
    LogSpace.sumOfExponentials(
      logWeights: Self.logWeights, exponents: exponents, scale: 1 / dispersion)
  }

  /// What is bet at one weight: all points upwards, then all points downwards.
  private struct Bet {
    let canaryWeight: Double
    /// log(o_k/o₀).
    let logOddsRatios: [Double]
    /// log((1 + o_k)/(1 + o₀)) = log(1 + q₀ (o_k/o₀ − 1)), where q₀ is the share at o₀.
    let requestCosts: [Double]

    init(canaryWeight: Double, oddsTolerance: Double) {
      self.canaryWeight = canaryWeight
      let odds = canaryWeight / (1 - canaryWeight)
      let upperOdds = odds * (1 + oddsTolerance)
      let lowerOdds = odds / (1 + oddsTolerance)
      let rises = (0..<pointCount).map { exp2(-8 + Double($0) / 4) }
      logOddsRatios = rises.map { log1p($0) } + rises.map { -log1p($0) }
      requestCosts =
        rises.map { log1p(upperOdds / (1 + upperOdds) * $0) }
        + rises.map { log1p(-lowerOdds / (1 + lowerOdds) * ($0 / (1 + $0))) }
    }
  }
}
