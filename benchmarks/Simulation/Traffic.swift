#if canImport(Glibc)
  import Glibc
#endif
import Statistics

/// What the simulated rollout looks like: two versions, looked at once an interval.
public struct Traffic: Sendable, Hashable {
  /// The length of an interval in seconds.
  public static let intervalSeconds = 30.0

  /// The baseline's error rate, as a fraction of requests.
  public var baselineRate: Double
  /// The canary's error rate as a multiple of it.
  public var ratio: Double
  /// The canary's share of the requests in each step of the rollout, at least one.
  public var canaryShares: [Double]
  /// How many intervals each step takes; the last goes on.
  public var intervalsPerStep: Int
  /// Requests of both versions a second.
  public var requestsPerSecond: Double

  /// Creates traffic that is divided in one way.
  public init(
    baselineRate: Double, ratio: Double = 1, canaryShare: Double, requestsPerSecond: Double
  ) {
    self.init(
      baselineRate: baselineRate, ratio: ratio, canaryShares: [canaryShare], intervalsPerStep: 1,
      requestsPerSecond: requestsPerSecond)
  }

  /// Creates traffic that is divided otherwise in each step.
  public init(
    baselineRate: Double, ratio: Double = 1, canaryShares: [Double], intervalsPerStep: Int,
    requestsPerSecond: Double
  ) {
    precondition(!canaryShares.isEmpty && intervalsPerStep > 0, "a rollout has a step")
    self.baselineRate = baselineRate
    self.ratio = ratio
    self.canaryShares = canaryShares
    self.intervalsPerStep = intervalsPerStep
    self.requestsPerSecond = requestsPerSecond
  }

  /// Which step an interval belongs to.
  func step(interval: Int) -> Int { min(interval / intervalsPerStep, canaryShares.count - 1) }

  /// Returns the counts of some intervals.
  ///
  /// Requests are Poisson variates, the bad events among them binomial ones given the rates that the
  /// noise makes of the two error rates.
  ///
  /// - Parameters:
  ///   - noise: What disturbs the rates.
  ///   - intervals: How many intervals, at least 0.
  ///   - generator: Where chance comes from.
  /// - Returns: One stratum an interval.
  public func strata(
    _ noise: Noise, intervals: Int, using generator: inout SplitMix64
  ) -> [Stratum] {
    let meanRequests = requestsPerSecond * Self.intervalSeconds
    var disturbance = Disturbance(noise, intervals: intervals, using: &generator)
    return (0..<intervals).map { interval in
      let (canaryFactor, baselineFactor) = disturbance.next(interval: interval, using: &generator)
      let canaryShare = canaryShares[step(interval: interval)]
      func tally(_ mean: Double, _ rate: Double) -> Tally {
        let requests = generator.poisson(mean: mean)
        return Tally(
          requests: requests,
          badEvents: noise.badEvents(of: requests, rate: min(rate, 1), using: &generator))
      }
      return Stratum(
        canary: tally(meanRequests * canaryShare, noise.rate(baselineRate * ratio, canaryFactor)),
        baseline: tally(
          meanRequests * (1 - canaryShare), noise.rate(baselineRate, baselineFactor)))
    }
  }
}
