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
  /// The canary's share of the requests.
  public var canaryShare: Double
  /// Requests of both versions a second.
  public var requestsPerSecond: Double

  /// Creates traffic of its parts.
  public init(
    baselineRate: Double, ratio: Double = 1, canaryShare: Double, requestsPerSecond: Double
  ) {
    self.baselineRate = baselineRate
    self.ratio = ratio
    self.canaryShare = canaryShare
    self.requestsPerSecond = requestsPerSecond
  }

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
    var disturbance = Disturbance(noise, using: &generator)
    return (0..<intervals).map { interval in
      let (canaryFactor, baselineFactor) = disturbance.next(interval: interval, using: &generator)
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
