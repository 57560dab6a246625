/// The dispersion estimate of one kind of bad event after any interval, at a cost that grows with
/// the number of intervals and not with its square.
///
/// Each estimate has a ratio θ of its own, and every residual depends on it. But the three sums
/// behind an estimate are smooth functions of log θ, with no singularity nearer to the real line
/// than π. They are kept at the Chebyshev nodes of a window of half width 0.1 around the present
/// log θ and interpolated, which is exact to rounding: with eight nodes the error is about 60^−8.
/// When log θ leaves the window, the sums are made anew around it. Since θ is a quotient of sums over
/// all intervals, a step of that size takes bad events or requests in proportion to those so far, and
/// the number of such steps grows with the logarithm of their count.
struct RunningDispersion {
  private let counts: LatencyCounts
  private let shares: RequestShares
  private let kind: Int
  /// Σ x_c n_b/N and Σ x_b n_c/N.
  private var canaryEvents = 0.0
  private var baselineEvents = 0.0
  private var summedIntervals = 0
  /// Follows θ from interval to interval, whatever is asked for, so that the window, and with it
  /// every bit of an estimate, depends on the counts alone.
  private var window: DispersionWindow?

  init(_ counts: LatencyCounts, kind: Int, shares: RequestShares) {
    self.counts = counts
    self.shares = shares
    self.kind = kind
  }

  /// Returns what `Dispersion.estimate` returns of the first intervals, to rounding.
  ///
  /// - Parameter intervals: How many, no fewer than asked for before.
  /// - Returns: At least 1 and finite.
  mutating func estimate(intervals: Int) -> Double {
    precondition(intervals >= summedIntervals, "estimates are asked for in the order of time")
    while summedIntervals < intervals {
      let index = summedIntervals * counts.boundCount + kind
      canaryEvents += Double(counts.canarySlow[index]) * shares.baseline[summedIntervals]
      baselineEvents += Double(counts.baselineSlow[index]) * shares.canary[summedIntervals]
      summedIntervals += 1
      if let ratio, window?.contains(ratio) != true {
        window = DispersionWindow(around: ratio)
      }
    }
    guard let ratio else { return 1 }
    window?.advance(counts, kind: kind, intervals: intervals)
    return window?.estimate(ratio: ratio) ?? 1
  }

  /// The Mantel–Haenszel ratio of the intervals so far.
  private var ratio: Double? {
    guard summedIntervals > 0, let share = shares.canaryOfAll[summedIntervals - 1] else {
      return nil
    }
    return (canaryEvents + 0.5 * (1 - share)) / (baselineEvents + 0.5 * share)
  }
}

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
}

/// The largest dispersion of several kinds of bad event after any interval.
struct RunningDispersions {
  private var kinds: [RunningDispersion]

  init(_ counts: LatencyCounts) {
    let shares = RequestShares(counts)
    kinds = (0..<counts.boundCount).map { RunningDispersion(counts, kind: $0, shares: shares) }
  }

  /// Returns what `Dispersion.estimate` returns of the first intervals, to rounding.
  ///
  /// - Parameter intervals: How many, no fewer than asked for before.
  /// - Returns: At least 1 and finite.
  mutating func largestEstimate(intervals: Int) -> Double {
    var largest = 1.0
    for kind in kinds.indices { largest = max(largest, kinds[kind].estimate(intervals: intervals)) }
    return largest
  }
}
