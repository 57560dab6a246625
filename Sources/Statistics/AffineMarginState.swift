#if canImport(Glibc)
  import Glibc
#endif

/// The running exponents of the affine-margin process, for one or several kinds of bad event that
/// share their requests (the bounds of a latency histogram).
///
/// The logarithms of the factor depend on the requests alone, so they are computed once per
/// interval and grid point and then used for every kind.
struct AffineMarginState {
  private let grid: RatioGrid
  private let margin: Margin
  private let kindCount: Int
  /// D = log((n_b + θ_k n_c) / (n_b + θ₀ n_c)) of the current interval.
  private var dilutions: [Double]
  /// δ n_c (a − 1) of the current interval.
  private var allowances: [Double]
  /// L_k of every kind; kind after kind.
  private(set) var exponents: [Double]

  init(margin: Margin, direction: Direction, kindCount: Int = 1) {
    grid = RatioGrid.grid(for: direction)
    self.margin = margin
    self.kindCount = kindCount
    dilutions = Array(repeating: 0, count: RatioGrid.count)
    allowances = dilutions
    exponents = Array(repeating: 0, count: RatioGrid.count * kindCount)
  }

  var logWeights: [Double] { grid.logWeights }

  mutating func add(_ stratum: Stratum) {
    guard stratum.isComparable else { return }
    prepare(
      canaryRequests: Double(stratum.canary.requests),
      baselineRequests: Double(stratum.baseline.requests))
    accumulate(
      kind: 0, canaryBadEvents: stratum.canary.badEvents,
      baselineBadEvents: stratum.baseline.badEvents)
  }

  mutating func add(_ counts: LatencyCounts, interval: Int) {
    let canaryRequests = counts.canaryRequests[interval]
    let baselineRequests = counts.baselineRequests[interval]
    guard canaryRequests > 0, baselineRequests > 0 else { return }
    prepare(canaryRequests: Double(canaryRequests), baselineRequests: Double(baselineRequests))
    let first = interval * kindCount
    for kind in 0..<kindCount {
      accumulate(
        kind: kind, canaryBadEvents: counts.canarySlow[first + kind],
        baselineBadEvents: counts.baselineSlow[first + kind])
    }
  }

  private mutating func prepare(canaryRequests: Double, baselineRequests: Double) {
    let tolerated = baselineRequests + margin.ratio * canaryRequests
    let scaledRequests = margin.ratio * canaryRequests
    let allowedEvents = margin.points * canaryRequests
    grid.excesses.withUnsafeBufferPointer { excesses in
      dilutions.withUnsafeMutableBufferPointer { dilutions in
        for index in 0..<RatioGrid.count {
          dilutions[index] = log1p(excesses[index] * scaledRequests / tolerated)
        }
      }
      allowances.withUnsafeMutableBufferPointer { allowances in
        for index in 0..<RatioGrid.count {
          // a − 1 = (r − 1) n_b / (n_b + θ_k n_c), free of cancellation.
          allowances[index] =
            allowedEvents * excesses[index] * baselineRequests
            / (tolerated + excesses[index] * scaledRequests)
        }
      }
    }
  }

  @inline(__always)
  private mutating func accumulate(kind: Int, canaryBadEvents: Int, baselineBadEvents: Int) {
    let canaryEvents = Double(canaryBadEvents)
    let allEvents = canaryEvents + Double(baselineBadEvents)
    grid.logRatios.withUnsafeBufferPointer { logRatios in
      dilutions.withUnsafeBufferPointer { dilutions in
        allowances.withUnsafeBufferPointer { allowances in
          exponents.withUnsafeMutableBufferPointer { exponents in
            let first = kind * RatioGrid.count
            for index in 0..<RatioGrid.count {
              exponents[first + index] +=
                canaryEvents * logRatios[index] - allEvents * dilutions[index] - allowances[index]
            }
          }
        }
      }
    }
  }
}

extension AffineMarginState {
  /// Returns log E of one kind.
  func logEvidence(kind: Int = 0, dispersion: Double) -> Double {
    grid.logWeights.withUnsafeBufferPointer { weights in
      exponents.withUnsafeBufferPointer { exponents in
        guard let weights = weights.baseAddress, let exponents = exponents.baseAddress else {
          return 0
        }
        return LogSpace.sumOfExponentials(
          logWeights: weights, exponents: exponents + kind * RatioGrid.count,
          count: RatioGrid.count, scale: 1 / dispersion)
      }
    }
  }

  /// Returns the log of the mean of E over the kinds; 0 where there is no kind.
  func meanLogEvidence(dispersion: Double) -> Double {
    guard kindCount > 0 else { return 0 }
    let scale = 1 / dispersion
    return grid.logWeights.withUnsafeBufferPointer { weights in
      exponents.withUnsafeBufferPointer { exponents in
        var largest = -Double.infinity
        for kind in 0..<kindCount {
          let first = kind * RatioGrid.count
          for index in 0..<RatioGrid.count {
            largest = max(largest, weights[index] + exponents[first + index] * scale)
          }
        }
        var sum = 0.0
        for kind in 0..<kindCount {
          let first = kind * RatioGrid.count
          for index in 0..<RatioGrid.count {
            let distance = weights[index] + exponents[first + index] * scale - largest
            if distance > LogSpace.negligible { sum += exp(distance) }
          }
        }
        return largest + log(sum / Double(kindCount))
      }
    }
  }

  /// Returns the smallest log E of any kind; 0 where there is no kind.
  func leastLogEvidence(dispersion: Double) -> Double {
    guard kindCount > 0 else { return 0 }
    return (0..<kindCount).reduce(.infinity) {
      min($0, logEvidence(kind: $1, dispersion: dispersion))
    }
  }
}
