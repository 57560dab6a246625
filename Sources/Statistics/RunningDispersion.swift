/// The dispersion estimate of one kind of bad event after any interval, at a cost that grows with
/// the number of intervals and not with its square.
///
/// Each estimate has a ratio θ of its own, and every residual depends on it. But the three sums
/// behind an estimate are smooth functions of log θ, with no singularity nearer to the real line
/// than π. They are kept at the Chebyshev nodes of a window of half width 0.1 around about the present
/// log θ and interpolated, which is exact to rounding: with eight nodes the error is about 60^−8.
/// When log θ leaves the window, the sums are made anew around it. Since θ is a quotient of sums over
/// all intervals, a step of that size takes bad events or requests in proportion to those so far, and
/// the number of such steps grows with the logarithm of their count.
struct RunningDispersion {
  private let counts: ComparableCounts
  private let kind: Int
  /// Σ x_c n_b/N and Σ x_b n_c/N.
  private var canaryEvents = 0.0
  private var baselineEvents = 0.0
  private var summedIntervals = 0
  /// θ of the intervals so far.
  private var ratio: Double?
  /// Follows θ from interval to interval, whatever is asked for, so that the window, and with it
  /// every bit of an estimate, depends on the counts alone.
  private var window: DispersionWindow?

  init(_ counts: ComparableCounts, kind: Int) {
    self.counts = counts
    self.kind = kind
  }

  /// Returns what `Dispersion.estimate` returns of the first intervals, to rounding.
  ///
  /// - Parameters:
  ///   - intervals: How many, no fewer than asked for before.
  ///   - expected: What is the same for all kinds.
  /// - Returns: At least 1 and finite.
  mutating func estimate(intervals: Int, expected: inout ExpectedShares) -> Double {
    precondition(intervals >= summedIntervals, "estimates are asked for in the order of time")
    follow(intervals: intervals, requests: expected.requests)
    guard let ratio, let place = window?.place else { return 1 }
    window?.advance(
      counts, kind: kind, intervals: intervals,
      shares: expected.shares(place: place, intervals: intervals))
    return window?.estimate(ratio: ratio) ?? 1
  }

  /// Takes in intervals for θ, and moves the window with it.
  private mutating func follow(intervals: Int, requests: RequestShares) {
    let first = kind * counts.intervalCount
    counts.canaryEvents.withUnsafeBufferPointer { canaryEvents in
      counts.events.withUnsafeBufferPointer { events in
        for interval in summedIntervals..<intervals {
          let canary = canaryEvents[first + interval]
          self.canaryEvents += canary * requests.baseline[interval]
          baselineEvents += (events[first + interval] - canary) * requests.canary[interval]
          ratio = requests.ratio(
            canaryEvents: self.canaryEvents, baselineEvents: baselineEvents,
            intervals: interval + 1)
          if let ratio, window?.contains(ratio) != true {
            window = DispersionWindow(around: ratio)
          }
        }
      }
    }
    summedIntervals = intervals
  }
}

/// The canary's expected share of bad events, at the nodes of every window that is in use.
struct ExpectedShares {
  typealias Nodes = DispersionWindow.Nodes

  let requests: RequestShares
  /// Few at a time: kinds whose θ differs by a tenth or less share one.
  private var windows: [(place: Int, shares: [Nodes])] = []

  init(_ requests: RequestShares) { self.requests = requests }

  /// Returns θ n_c/(θ n_c + n_b) at the nodes of a window, for at least the first intervals.
  mutating func shares(place: Int, intervals: Int) -> [Nodes] {
    guard let window = windows.firstIndex(where: { $0.place == place }) else {
      windows.append((place, []))
      return shares(place: place, intervals: intervals)
    }
    if windows[window].shares.count < intervals {
      windows[window].shares.reserveCapacity(requests.canary.count)
      let ratios = DispersionWindow.ratios(place: place)
      for interval in windows[window].shares.count..<intervals {
        let weighted = ratios * requests.canary[interval]
        let baseline = requests.baseline[interval]
        windows[window].shares.append(
          baseline > 0 ? weighted / (weighted + baseline) : .zero)
      }
    }
    return windows[window].shares
  }
}

/// The largest dispersion of several kinds of bad event after any interval.
struct RunningDispersions {
  private var kinds: [RunningDispersion]
  private var expected: ExpectedShares

  init(_ counts: ComparableCounts, requests: RequestShares) {
    expected = ExpectedShares(requests)
    kinds = (0..<counts.kindCount).map { RunningDispersion(counts, kind: $0) }
  }

  /// Returns what `Dispersion.estimate` returns of the first intervals, to rounding.
  ///
  /// - Parameter intervals: How many, no fewer than asked for before.
  /// - Returns: At least 1 and finite.
  mutating func largestEstimate(intervals: Int) -> Double {
    var largest = 1.0
    for kind in kinds.indices {
      largest = max(largest, kinds[kind].estimate(intervals: intervals, expected: &expected))
    }
    return largest
  }
}
