/// How the requests of each interval were divided, which is the same for every kind of bad event.
struct RequestShares {
  /// n_c/N of each interval; 0 where nothing is compared.
  private(set) var canary: [Double] = []
  /// n_b/N of each interval; 0 where nothing is compared.
  private(set) var baseline: [Double] = []
  /// Σ n_c/Σ N of the intervals that compare, up to each.
  private(set) var canaryOfAll: [Double?] = []

  init(_ counts: ComparableCounts) {
    var canaryRequests = 0.0
    var requests = 0.0
    for interval in 0..<counts.intervalCount {
      let canary = counts.canaryRequests[interval]
      let all = canary + counts.baselineRequests[interval]
      canaryRequests += canary
      requests += all
      self.canary.append(all > 0 ? canary / all : 0)
      self.baseline.append(all > 0 ? counts.baselineRequests[interval] / all : 0)
      canaryOfAll.append(requests > 0 ? canaryRequests / requests : nil)
    }
  }

  /// Returns the Mantel–Haenszel ratio of some first intervals.
  ///
  /// - Parameters:
  ///   - canaryEvents: Σ x_c n_b/N.
  ///   - baselineEvents: Σ x_b n_c/N.
  ///   - intervals: How many intervals, at least one.
  /// - Returns: The ratio, above 0; `nil` where nothing is compared.
  func ratio(canaryEvents: Double, baselineEvents: Double, intervals: Int) -> Double? {
    canaryOfAll[intervals - 1].map { share in
      (canaryEvents + 0.5 * (1 - share)) / (baselineEvents + 0.5 * share)
    }
  }
}
