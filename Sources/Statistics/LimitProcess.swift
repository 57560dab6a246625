#if canImport(Glibc)
  import Glibc
#endif

/// The test of one version's rate of bad events against a fixed limit.
///
/// Null hypothesis: rate ≤ limit (direction `worse`) or rate ≥ limit (direction `better`). With n, x
/// for all requests and bad events so far, p₀ = limit, and r_k, w_k as in `AffineMarginProcess`:
///
///     o₀ = p₀/(1 − p₀),  o_k = r_k o₀
///     log E = log Σ_k w_k exp([x log r_k − n (log(1 + o_k) − log(1 + o₀))] / dispersion)
///
/// There is no baseline beside it: an incident that hits every version counts against this one.
/// When a version holds all traffic, this is the only test that remains.
///
/// Proven with dispersion 1 for independent requests whose rate is on the null's side in every
/// interval; with a declared dispersion for clumps.
///
/// Source: Howard, Ramdas, McAuliffe & Sekhon (Annals of Statistics 2021), mixtures of likelihood
/// ratios; Ville (1939).
public enum LimitProcess {
  /// Returns log E after each interval.
  ///
  /// - Parameters:
  ///   - tallies: What was counted, in the order of time.
  ///   - limit: The limit of the rate, between 0 and 1.
  ///   - direction: What evidence is for.
  ///   - dispersion: What the exponents are divided by, at least 1.
  /// - Returns: log E in nats, one value an interval, finite.
  public static func logEvidence(
    _ tallies: [Tally], limit: Double, direction: Direction, dispersion: Double = 1
  ) -> [Double] {
    let evidence = LimitEvidence(limit: limit, direction: direction)
    var total = Tally(requests: 0, badEvents: 0)
    return tallies.map { tally in
      total = total + tally
      return evidence.logEvidence(total, dispersion: dispersion)
    }
  }

  /// Returns log E of total counts, which is all that it depends on.
  ///
  /// - Parameters:
  ///   - total: What was counted in all intervals together.
  ///   - limit: The limit of the rate, between 0 and 1.
  ///   - direction: What evidence is for.
  ///   - dispersion: What the exponents are divided by, at least 1.
  /// - Returns: log E in nats, finite.
  public static func logEvidence(
    total: Tally, limit: Double, direction: Direction, dispersion: Double = 1
  ) -> Double {
    LimitEvidence(limit: limit, direction: direction).logEvidence(total, dispersion: dispersion)
  }
}

/// One direction of the limit process.
struct LimitEvidence {
  private let grid: RatioGrid
  /// log((1 + o_k)/(1 + o₀)) = log(1 + p₀ (r_k − 1)), free of cancellation.
  private let requestCosts: [Double]

  init(limit: Double, direction: Direction) {
    precondition(limit > 0 && limit < 1, "the limit of a rate is between 0 and 1")
    grid = RatioGrid.grid(for: direction)
    requestCosts = grid.excesses.map { log1p(limit * $0) }
  }

  func logEvidence(_ total: Tally, dispersion: Double) -> Double {
    precondition(dispersion >= 1, "a dispersion is at least 1")
    return withExponents(total) { exponents in
      grid.logWeights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return 0 }
        return LogSpace.sumOfExponentials(
          logWeights: weights, exponents: exponents, count: RatioGrid.count, scale: 1 / dispersion)
      }
    }
  }

  /// Returns what log E cannot exceed, because the stakes sum to 1.
  func largestExponent(_ total: Tally) -> Double {
    withExponents(total) { RatioGrid.largest($0) }
  }

  private func withExponents(
    _ total: Tally, _ body: (UnsafePointer<Double>) -> Double
  ) -> Double {
    let events = Double(total.badEvents)
    let requests = Double(total.requests)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: RatioGrid.count) { exponents in
      grid.logRatios.withUnsafeBufferPointer { logRatios in
        requestCosts.withUnsafeBufferPointer { costs in
          guard let exponents = exponents.baseAddress else { return 0 }
          for index in 0..<RatioGrid.count {
            exponents[index] = events * logRatios[index] - requests * costs[index]
          }
          return body(exponents)
        }
      }
    }
  }
}
