#if canImport(Glibc)
  import Glibc
#endif

/// How much a request can tell at best, and so how many any valid test needs at least.
///
/// Source: Wald (1945) and Lorden (1971): a test of level alpha that ends with certainty needs at
/// least log(1/alpha)/I requests on average; the same number bounds the mean delay after a change,
/// to first order. In simulations looked at every 30 s, the affine-margin process took 1.3 to 1.8
/// times as long on average, and with the dispersion guard of the gate 1.5 to 2.7 times.
public enum Information {
  /// Returns the information per request about which side of the margin a canary is on, where the
  /// baseline's rate is not known beforehand.
  ///
  ///     I(w) = min_μ  w KL(p_c ‖ ratio μ + points) + (1 − w) KL(p_b ‖ μ)
  ///
  /// - Parameters:
  ///   - canaryRate: The canary's true rate, 0…1.
  ///   - baselineRate: The baseline's true rate, 0…1.
  ///   - canaryShare: The canary's share of the requests of both, w, 0…1.
  ///   - margin: What is tolerated.
  /// - Returns: Nats per request of both versions together, at least 0; 0 on the margin's edge.
  public static func perRequest(
    canaryRate: Double, baselineRate: Double, canaryShare: Double, margin: Margin
  ) -> Double {
    checkFractions(canaryRate, baselineRate, canaryShare)
    guard canaryShare > 0, canaryShare < 1, margin.points < 1 else { return 0 }
    let highest = min(1, (1 - margin.points) / margin.ratio)
    // The sum of divergences is convex in μ: its slope changes sign once.
    func slope(_ rate: Double) -> Double {
      canaryShare * margin.ratio
        * divergenceSlope(canaryRate, from: margin.toleratedRate(besideBaselineRate: rate))
        + (1 - canaryShare) * divergenceSlope(baselineRate, from: rate)
    }
    var low = 0.0
    var high = highest
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    return [low, high].map { rate in
      canaryShare
        * divergence(
          canaryRate, from: min(1, margin.toleratedRate(besideBaselineRate: rate)))
        + (1 - canaryShare) * divergence(baselineRate, from: rate)
    }.min() ?? 0
  }

  /// Returns the information per request that a test would have that knew the baseline's rate:
  /// w KL(p_c ‖ p_b).
  ///
  /// - Parameters:
  ///   - canaryRate: The canary's true rate, 0…1.
  ///   - baselineRate: The baseline's true and known rate, 0…1.
  ///   - canaryShare: The canary's share of the requests of both, w, 0…1.
  /// - Returns: Nats per request of both versions together, at least 0; infinite where the canary
  ///   does what the baseline never does.
  public static func perRequestWithKnownBaseline(
    canaryRate: Double, baselineRate: Double, canaryShare: Double
  ) -> Double {
    checkFractions(canaryRate, baselineRate, canaryShare)
    guard canaryShare > 0 else { return 0 }
    return canaryShare * divergence(canaryRate, from: baselineRate)
  }

  /// Returns how many requests any valid test needs on average, at least, to show that a canary is
  /// on one side of the margin.
  ///
  /// - Parameters:
  ///   - direction: What is to be shown: `worse` to block, `better` to promote.
  ///   - canaryRate: The canary's true rate, 0…1.
  ///   - baselineRate: The baseline's true rate, 0…1.
  ///   - canaryShare: The canary's share of the requests of both, 0…1.
  ///   - margin: What is tolerated.
  ///   - alpha: The tolerated chance of a wrong verdict, between 0 and 1.
  /// - Returns: Requests of both versions together, or `nil` where no number suffices: the canary is
  ///   on the other side or on the edge, or one of the versions gets no requests.
  public static func requestsNeeded(
    toShow direction: Direction, canaryRate: Double, baselineRate: Double, canaryShare: Double,
    margin: Margin, alpha: Double
  ) -> Double? {
    precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1")
    let tolerated = margin.toleratedRate(besideBaselineRate: baselineRate)
    guard direction == .worse ? canaryRate > tolerated : canaryRate < tolerated else { return nil }
    let information = perRequest(
      canaryRate: canaryRate, baselineRate: baselineRate, canaryShare: canaryShare, margin: margin)
    guard information > 0 else { return nil }
    let requests = log(1 / alpha) / information
    return requests.isFinite ? requests : nil
  }

  private static func checkFractions(_ values: Double...) {
    precondition(values.allSatisfy { $0 >= 0 && $0 <= 1 }, "rates and shares are fractions of 1")
  }

  /// Returns the Kullback–Leibler divergence of two Bernoulli distributions, in nats.
  private static func divergence(_ rate: Double, from reference: Double) -> Double {
    func term(_ share: Double, _ referenceShare: Double) -> Double {
      share > 0 ? share * log(share / referenceShare) : 0
    }
    return max(0, term(rate, reference) + term(1 - rate, 1 - reference))
  }

  /// Returns the derivative of the divergence by the reference.
  private static func divergenceSlope(_ rate: Double, from reference: Double) -> Double {
    if rate == 0 { return 1 / (1 - reference) }
    if rate == 1 { return -1 / reference }
    return (reference - rate) / (reference * (1 - reference))
  }
}
