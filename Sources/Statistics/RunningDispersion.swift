/// The dispersion estimate of one kind of bad event after any interval, at a cost that grows with
/// the number of intervals and not with its square.
///
/// Each estimate has a ratio θ of its own, and every residual depends on it. But the three sums
/// behind an estimate are smooth functions of log θ, with no singularity nearer to the real line
/// than π. They are kept at the Chebyshev nodes of a window of half width 0.25 around the present
/// log θ and interpolated, which is exact to rounding: with twelve nodes the error falls as 25^−12.
/// When log θ leaves the window, the sums are made anew around it. Since θ is a quotient of sums over
/// all intervals, a step of that size takes bad events or requests in proportion to those so far, and
/// the number of such steps grows with the logarithm of their count.
struct RunningDispersion {
  private let counts: LatencyCounts
  private let kind: Int
  private var ratioSums = MantelHaenszel.RatioSums()
  private var summedIntervals = 0
  /// Follows θ from interval to interval, whatever is asked for, so that the window, and with it
  /// every bit of an estimate, depends on the counts alone.
  private var window: DispersionWindow?

  init(_ counts: LatencyCounts, kind: Int) {
    self.counts = counts
    self.kind = kind
  }

  /// Returns what `Dispersion.estimate` returns of the first intervals, to rounding.
  ///
  /// - Parameter intervals: How many, no fewer than asked for before.
  /// - Returns: At least 1 and finite.
  mutating func estimate(intervals: Int) -> Double {
    precondition(intervals >= summedIntervals, "estimates are asked for in the order of time")
    while summedIntervals < intervals {
      ratioSums.add(counts.stratum(interval: summedIntervals, boundIndex: kind))
      summedIntervals += 1
      if let ratio = ratioSums.ratio, window?.contains(ratio) != true {
        window = DispersionWindow(around: ratio)
      }
    }
    guard let ratio = ratioSums.ratio else { return 1 }
    window?.advance(counts, kind: kind, intervals: intervals)
    return window?.estimate(ratio: ratio) ?? 1
  }
}

/// The largest dispersion of several kinds of bad event after any interval.
struct RunningDispersions {
  private var kinds: [RunningDispersion]

  init(_ counts: LatencyCounts) {
    kinds = (0..<counts.boundCount).map { RunningDispersion(counts, kind: $0) }
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
