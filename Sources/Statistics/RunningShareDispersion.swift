/// The dispersion estimate of two versions' shares of the traffic, interval by interval.
///
/// As `TrafficShareProcess.dispersion`: residuals and variances depend on the interval alone, so that
/// sums suffice.
struct RunningShareDispersion {
  private var single = Sums()
  private var blocks = Sums()
  private var blockResidual = 0.0
  private var blockVariance = 0.0
  private var intervals = 0

  mutating func add(_ stratum: ShareStratum) {
    single.add(residual: stratum.residual, variance: stratum.variance)
    blockResidual += stratum.residual
    blockVariance += stratum.variance
    intervals += 1
    guard intervals.isMultiple(of: 5) else { return }
    blocks.add(residual: blockResidual, variance: blockVariance)
    (blockResidual, blockVariance) = (0, 0)
  }

  var estimate: Double { max(1, single.dispersion, blocks.dispersion) }

  private struct Sums {
    private var previous: (residual: Double, variance: Double)?
    private var squaredDifferences = 0.0
    private var variance = 0.0
    private var squaredVariances = 0.0

    mutating func add(residual: Double, variance: Double) {
      if let previous {
        let difference = residual - previous.residual
        let pair = variance + previous.variance
        squaredDifferences += difference * difference
        self.variance += pair
        squaredVariances += pair * pair
      }
      previous = (residual, variance)
    }

    var dispersion: Double {
      Dispersion.ofDifferences(
        squaredDifferences: squaredDifferences, variance: variance,
        squaredVariances: squaredVariances)
    }
  }
}

extension ShareStratum {
  private var requests: Double { Double(canaryRequests) + Double(baselineRequests) }

  /// The canary's requests beyond those that its weight gives it.
  fileprivate var residual: Double { Double(canaryRequests) - requests * canaryWeight }

  /// The variance of these, were the requests routed independently.
  fileprivate var variance: Double { requests * canaryWeight * (1 - canaryWeight) }
}
