/// What was counted minus what was expected, and the variance of that, by interval or block.
struct Residuals {
  var residuals: [Double]
  var variances: [Double]

  init(residuals: [Double], variances: [Double]) {
    self.residuals = residuals
    self.variances = variances
  }

  static func zeros(count: Int) -> Residuals {
    let zeros = Array(repeating: 0.0, count: count)
    return Residuals(residuals: zeros, variances: zeros)
  }

  /// The canary's bad events minus its expected share of those of both versions.
  init(_ strata: [Stratum]) {
    self.init(strata[...], ratio: MantelHaenszel.ratio(strata))
  }

  /// The same, given the ratio of the rates.
  init(_ strata: ArraySlice<Stratum>, ratio: Double?) {
    residuals = Array(repeating: 0, count: strata.count)
    variances = residuals
    guard let ratio else { return }
    for (index, stratum) in strata.enumerated() where stratum.isComparable {
      let weighted = ratio * Double(stratum.canary.requests)
      let share = weighted / (weighted + Double(stratum.baseline.requests))
      let events = Double(stratum.canary.badEvents + stratum.baseline.badEvents)
      residuals[index] = Double(stratum.canary.badEvents) - events * share
      variances[index] = events * share * (1 - share)
    }
  }

  /// Returns the sums over consecutive blocks; what does not fill a block is left out.
  func blocks(of length: Int) -> Residuals {
    precondition(length >= 1, "a block has at least one interval")
    guard length > 1 else { return self }
    let count = residuals.count / length
    var blocks = Residuals.zeros(count: count)
    for block in 0..<count {
      var sums = (residual: 0.0, variance: 0.0)
      for index in block * length..<(block + 1) * length {
        sums.residual += residuals[index]
        sums.variance += variances[index]
      }
      blocks.residuals[block] = sums.residual
      blocks.variances[block] = sums.variance
    }
    return blocks
  }

  /// Returns φ_h of `Dispersion.estimate`, or 1 where there is nothing to estimate from.
  func dispersionOfDifferences(blockLength: Int) -> Double {
    let blocks = blocks(of: blockLength)
    guard blocks.residuals.count >= 2 else { return 1 }
    var squaredDifferences = 0.0
    var variance = 0.0
    var squaredVariances = 0.0
    blocks.residuals.withUnsafeBufferPointer { residuals in
      blocks.variances.withUnsafeBufferPointer { variances in
        for index in 1..<residuals.count {
          let difference = residuals[index] - residuals[index - 1]
          let pair = variances[index] + variances[index - 1]
          squaredDifferences += difference * difference
          variance += pair
          squaredVariances += pair * pair
        }
      }
    }
    return Dispersion.ofDifferences(
      squaredDifferences: squaredDifferences, variance: variance,
      squaredVariances: squaredVariances)
  }
}
