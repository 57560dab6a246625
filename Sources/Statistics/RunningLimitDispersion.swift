/// The dispersion estimate of one version's bad events, beside no other version.
///
/// As `Dispersion.estimate`, from differences between neighbouring intervals and blocks of five, with
/// residuals x − n p and variances n p (1 − p), p the rate so far. They are polynomials of p, so that
/// sums of products suffice for whatever p becomes.
struct RunningLimitDispersion {
  private var single = Sums()
  private var blocks = Sums()
  private var block = Tally(requests: 0, badEvents: 0)
  private var total = Tally(requests: 0, badEvents: 0)
  private var intervals = 0

  mutating func add(_ tally: Tally) {
    total = total + tally
    single.add(tally)
    block = block + tally
    intervals += 1
    if intervals.isMultiple(of: 5) {
      blocks.add(block)
      block = Tally(requests: 0, badEvents: 0)
    }
  }

  var estimate: Double {
    guard let rate = total.rate else { return 1 }
    return max(1, single.dispersion(rate: rate), blocks.dispersion(rate: rate))
  }

  private struct Sums {
    private var previous: Tally?
    private var squaredEvents = 0.0
    private var products = 0.0
    private var squaredRequests = 0.0
    private var pairs = 0.0
    private var squaredPairs = 0.0

    mutating func add(_ tally: Tally) {
      if let previous {
        let events = Double(tally.badEvents) - Double(previous.badEvents)
        let requests = Double(tally.requests) - Double(previous.requests)
        let pair = Double(tally.requests) + Double(previous.requests)
        squaredEvents += events * events
        products += events * requests
        squaredRequests += requests * requests
        pairs += pair
        squaredPairs += pair * pair
      }
      previous = tally
    }

    func dispersion(rate: Double) -> Double {
      let unit = rate * (1 - rate)
      // Σ (Δx − Δn p)², which rounding may leave below 0.
      let squares = max(0, squaredEvents - 2 * rate * products + rate * rate * squaredRequests)
      return Dispersion.ofDifferences(
        squaredDifferences: squares, variance: unit * pairs,
        squaredVariances: unit * unit * squaredPairs)
    }
  }
}
