/// The test of two versions' shares of the traffic against their configured weights.
///
/// Null hypothesis: each request goes to the canary with odds within a relative tolerance of those
/// configured, o = w/(1 − w). With N = n_c + n_b:
///
///     up: o₀ = o (1 + tolerance), o_k = o₀ (1 + λ_k);  down: o₀ = o/(1 + tolerance), o_k = o₀/(1 + λ_k)
///     λ_k = 2^(−8 + k/4), k = 0…40, weight 1/41
///     L_k += n_c log(o_k/o₀) − N log((1 + o_k)/(1 + o₀))
///     log E = log((E_up + E_down)/2),  E = Σ_k exp(L_k/dispersion)/41
///
/// Intervals in which a version holds no weight or all of it are left out. A mismatch means that the
/// data is invalid; it is never a reason to block.
///
/// Proven with dispersion 1 for requests routed independently. Sticky sessions and consistent
/// hashing break that: use a tolerance and the estimated dispersion. Together they are an empirical
/// guard: in a simulation of sessions of 20 requests false alarms fell from 0.96 to 0.01, where 0.001
/// were allowed.
///
/// Source: Lindon & Malek (NeurIPS 2022), the sequential test of a sample ratio mismatch, with a
/// mixture over odds in place of the Dirichlet prior.
public enum TrafficShareProcess {
  /// Returns log E after each interval.
  ///
  /// - Parameters:
  ///   - strata: The intervals in the order of time; the weight may change from one to the next.
  ///   - oddsTolerance: The tolerated relative deviation of the odds, at least 0.
  ///   - dispersion: What the exponents are divided by, at least 1.
  /// - Returns: log E in nats, one value an interval, finite.
  public static func logEvidence(
    _ strata: [ShareStratum], oddsTolerance: Double = 0.05, dispersion: Double = 1
  ) -> [Double] {
    logEvidence(
      strata, oddsTolerance: oddsTolerance,
      dispersions: Array(repeating: dispersion, count: strata.count))
  }

  /// Returns log E after each interval, by a dispersion that was known by then.
  ///
  /// - Parameters:
  ///   - strata: The intervals in the order of time; the weight may change from one to the next.
  ///   - oddsTolerance: The tolerated relative deviation of the odds, at least 0.
  ///   - dispersions: What the exponents are divided by after each interval, each at least 1.
  /// - Returns: log E in nats, one value an interval, finite.
  public static func logEvidence(
    _ strata: [ShareStratum], oddsTolerance: Double = 0.05, dispersions: [Double]
  ) -> [Double] {
    precondition(dispersions.allSatisfy { $0 >= 1 }, "a dispersion is at least 1")
    precondition(dispersions.count == strata.count, "each interval has a dispersion")
    var state = TrafficShareState(oddsTolerance: oddsTolerance)
    return zip(strata, dispersions).map { stratum, dispersion in
      state.add(stratum)
      return state.logEvidence(dispersion: dispersion)
    }
  }

  /// Returns the intervals after which log E was larger than after all before them.
  ///
  /// The last has the largest of all, and the first at which log E reached anything is among them. Most
  /// intervals are none of these, and cost little.
  ///
  /// - Parameters:
  ///   - strata: The intervals in the order of time; the weight may change from one to the next.
  ///   - oddsTolerance: The tolerated relative deviation of the odds, at least 0.
  ///   - dispersions: What the exponents are divided by after each interval, each at least 1.
  /// - Returns: Places and log E in nats, both ascending; none if there is no interval.
  public static func records(
    _ strata: [ShareStratum], oddsTolerance: Double = 0.05, dispersions: [Double]
  ) -> [(interval: Int, logEvidence: Double)] {
    precondition(dispersions.allSatisfy { $0 >= 1 }, "a dispersion is at least 1")
    precondition(dispersions.count == strata.count, "each interval has a dispersion")
    var state = TrafficShareState(oddsTolerance: oddsTolerance)
    var largest = -Double.infinity
    var records: [(interval: Int, logEvidence: Double)] = []
    for interval in strata.indices {
      state.add(strata[interval])
      // The stakes sum to 1.
      let limit = state.largestExponent / dispersions[interval]
      guard limit + 1e-9 * max(1, abs(limit)) > largest else { continue }
      let evidence = state.logEvidence(dispersion: dispersions[interval])
      guard evidence > largest else { continue }
      largest = evidence
      records.append((interval, evidence))
    }
    return records
  }

  /// Returns how much more the canary's requests scatter around its weight than requests routed
  /// independently would, from differences between neighbouring intervals and blocks of five.
  ///
  /// The residual is n_c − N w, its variance N w (1 − w); otherwise as `Dispersion.estimate`.
  ///
  /// - Parameter strata: The intervals in the order of time.
  /// - Returns: At least 1 and finite; 1 where there is nothing to estimate from.
  public static func dispersion(_ strata: [ShareStratum]) -> Double {
    runningDispersions(strata).last ?? 1
  }

  /// Returns the dispersion as estimated after each interval, at a cost that grows with their number.
  ///
  /// - Parameter strata: The intervals in the order of time.
  /// - Returns: One estimate an interval, each at least 1 and finite.
  public static func runningDispersions(_ strata: [ShareStratum]) -> [Double] {
    var running = RunningShareDispersion()
    return strata.map { stratum in
      running.add(stratum)
      return running.estimate
    }
  }
}
