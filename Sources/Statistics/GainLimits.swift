#if canImport(Glibc)
  import Glibc
#endif

/// What no exponent gains within some intervals, in one direction.
///
/// There are two limits to the gain of an interval, of which the smaller counts. With q₀ the tolerated share of bad events, q₀ a + (1 − q₀) b = 1, so that x log a + y log b is at
/// most m KL(x/m‖q₀), m = x + y, and this at most (x − m q₀)²/(m q₀ (1 − q₀)). To block, x = x_c. To
/// promote, −δ n_c (a − 1) ≤ −δ n_c log a, so that x = x_c − δ n_c, where that is not negative. Few
/// bad events gain less: to promote, x_c log a ≤ 0, log b ≤ −log(1 − q₀) and −δ n_c (a − 1) ≤ δ n_c.
struct GainLimits {
  private let counts: ComparableCounts
  private let direction: Direction
  /// q₀ of each interval.
  private var shares: [Double]
  /// 1/(q₀ (1 − q₀)) of each interval.
  private var weights: [Double]
  /// δ n_c of each interval to promote, else 0.
  private var allowed: [Double]
  /// −log(1 − q₀) of each interval to promote, else 0.
  private var largestGains: [Double]

  init(_ counts: ComparableCounts, margin: Margin, direction: Direction) {
    self.counts = counts
    self.direction = direction
    shares = Array(repeating: 0, count: counts.intervalCount)
    weights = shares
    allowed = shares
    largestGains = shares
    for interval in 0..<counts.intervalCount where counts.canaryRequests[interval] > 0 {
      let scaled = margin.ratio * counts.canaryRequests[interval]
      let baseline = counts.baselineRequests[interval]
      shares[interval] = scaled / (scaled + baseline)
      weights[interval] = (scaled + baseline) / scaled * ((scaled + baseline) / baseline)
      if direction == .better {
        allowed[interval] = margin.points * counts.canaryRequests[interval]
        largestGains[interval] = -log1p(-shares[interval])
      }
    }
  }

  /// Returns what no exponent of a kind gains from the first of some intervals to any of them.
  func largestGain(intervals: Range<Int>, kind: Int) -> Double {
    let first = kind * counts.intervalCount
    let sign: Double = direction == .worse ? 1 : -1
    var gain = 0.0
    for interval in intervals {
      let allowed = allowed[interval]
      let canaryEvents = counts.canaryEvents[first + interval]
      let events = canaryEvents - allowed
      var limit = Double.infinity
      if direction == .better {
        let baselineEvents = counts.events[first + interval] - canaryEvents
        limit = allowed + baselineEvents * largestGains[interval]
      }
      if events >= 0 {
        let total = counts.events[first + interval] - allowed
        let excess = max(0, sign * (events - total * shares[interval]))
        limit = min(limit, excess > 0 ? excess * excess * weights[interval] / total : 0)
      }
      gain += limit
    }
    return gain
  }
}
