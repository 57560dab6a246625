/// How the requests of each interval were divided, which is the same for every kind of bad event.
struct RequestShares {
  /// n_c/N of each interval; 0 where nothing is compared.
  private(set) var canary: [Double] = []
  /// n_b/N of each interval; 0 where nothing is compared.
  private(set) var baseline: [Double] = []
  /// Σ n_c/Σ N of the intervals that compare, up to each.
  private(set) var canaryOfAll: [Double?] = []

  init(_ counts: LatencyCounts) {
    var canaryRequests = 0.0
    var requests = 0.0
    for interval in 0..<counts.intervalCount {
      let canary = Double(counts.canaryRequests[interval])
      let baseline = Double(counts.baselineRequests[interval])
      let isComparable = canary > 0 && baseline > 0
      if isComparable {
        canaryRequests += canary
        requests += canary + baseline
      }
      self.canary.append(isComparable ? canary / (canary + baseline) : 0)
      self.baseline.append(isComparable ? baseline / (canary + baseline) : 0)
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

extension Dispersion {
  /// Returns the largest dispersion of any kind in some first intervals.
  static func estimate(
    _ counts: LatencyCounts, intervals: Int, requests: RequestShares
  ) -> Double {
    guard intervals > 0 else { return 1 }
    return (0..<counts.boundCount).reduce(1) { largest, kind in
      var canaryEvents = 0.0
      var baselineEvents = 0.0
      for interval in 0..<intervals {
        let index = interval * counts.boundCount + kind
        canaryEvents += Double(counts.canarySlow[index]) * requests.baseline[interval]
        baselineEvents += Double(counts.baselineSlow[index]) * requests.canary[interval]
      }
      guard
        let ratio = requests.ratio(
          canaryEvents: canaryEvents, baselineEvents: baselineEvents, intervals: intervals)
      else { return largest }
      var residuals = Residuals.zeros(count: intervals)
      for interval in 0..<intervals where requests.baseline[interval] > 0 {
        let weighted = ratio * requests.canary[interval]
        let share = weighted / (weighted + requests.baseline[interval])
        let index = interval * counts.boundCount + kind
        let canary = Double(counts.canarySlow[index])
        let events = canary + Double(counts.baselineSlow[index])
        residuals.residuals[interval] = canary - events * share
        residuals.variances[interval] = events * share * (1 - share)
      }
      return max(largest, estimate(residuals))
    }
  }
}
