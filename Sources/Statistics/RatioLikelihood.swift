#if canImport(Glibc)
  import Glibc
#endif

/// The log likelihood of a ratio of rates, given the bad events of both versions in every interval.
struct RatioLikelihood {
  private var canaryEvents = 0.0
  private var events: [Double] = []
  private var canaryShares: [Double] = []
  private var baselineShares: [Double] = []

  init(_ strata: [Stratum]) {
    for stratum in strata where stratum.isComparable {
      let stratumEvents = stratum.canary.badEvents + stratum.baseline.badEvents
      guard stratumEvents > 0 else { continue }
      let requests = Double(stratum.canary.requests + stratum.baseline.requests)
      canaryEvents += Double(stratum.canary.badEvents)
      events.append(Double(stratumEvents))
      canaryShares.append(Double(stratum.canary.requests) / requests)
      baselineShares.append(Double(stratum.baseline.requests) / requests)
    }
  }

  /// Whether there are no bad events to learn from.
  var isEmpty: Bool { events.isEmpty }

  /// Returns L and its derivative by log₂ θ, L being 0 at θ = 1.
  func value(logTwoRatio: Double) -> (value: Double, slope: Double) {
    let ratio = exp2(logTwoRatio)
    var value = 0.0
    var expected = 0.0
    for index in events.indices {
      let weighted = ratio * canaryShares[index]
      let total = baselineShares[index] + weighted
      value += events[index] * log(total)
      expected += events[index] * (weighted / total)
    }
    let logTwo = log(2.0)
    return (canaryEvents * logTwoRatio * logTwo - value, (canaryEvents - expected) * logTwo)
  }

  /// Returns the log₂ θ at which L is largest within ± `widest`.
  func peak(widest: Double) -> Double {
    var low = -widest
    var high = widest
    guard slope(logTwoRatio: low) > 0 else { return low }
    guard slope(logTwoRatio: high) < 0 else { return high }
    while high - low > 1e-12 * max(1, abs(low)) {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if slope(logTwoRatio: middle) > 0 { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  private func slope(logTwoRatio: Double) -> Double {
    let ratio = exp2(logTwoRatio)
    var expected = 0.0
    for index in events.indices {
      let weighted = ratio * canaryShares[index]
      expected += events[index] * (weighted / (baselineShares[index] + weighted))
    }
    return canaryEvents - expected
  }
}
