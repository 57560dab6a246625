import Analysis
import Rollouts
import Statistics

#if canImport(Glibc)
  import Glibc
#endif

/// A rollout of two versions as the gate is given it: requests, errors and durations by interval, and
/// the weights in force.
///
/// Durations are log-normal, with a median of 40 ms and a p99 of 257 ms. Where errors are a multiple
/// of what is normal, durations are longer by its cube root.
public struct SimulatedRollout: Sendable {
  private static let start = Timestamp(secondsSince1970: 1_795_507_200)
  private static let boundsMilliseconds: [Double] = [25, 50, 100, 250, 500, 1_000]
  private static let versions = ["v1", "v2"]

  private let traffic: Traffic
  private let intervals: [Interval]
  private let observations: [Observation]

  /// How good the canary is.
  public enum Quality: Sendable, Hashable {
    /// As good as the baseline.
    case equal
    /// As bad as the standard policy tolerates, in errors and in every share of slow requests.
    case tolerated

    func rate(_ baselineRate: Double, _ margin: Margin) -> Double {
      self == .equal ? baselineRate : margin.toleratedRate(besideBaselineRate: baselineRate)
    }
  }

  /// How many intervals there are.
  public var intervalCount: Int { intervals.count }

  /// Simulates a rollout.
  ///
  /// - Parameters:
  ///   - traffic: What both versions are.
  ///   - quality: How good the canary is.
  ///   - noise: What disturbs them.
  ///   - intervals: How long it is.
  ///   - intervalSeconds: How long an interval is.
  ///   - seed: Another rollout each.
  public init(
    _ traffic: Traffic, _ quality: Quality = .equal, noise: Noise, intervals: Int,
    intervalSeconds: Int = 30, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    var disturbance = Disturbance(noise, intervals: intervals, using: &generator)
    let window = TimeWindow(
      from: Self.start, to: Self.start + .seconds(intervalSeconds * intervals))
    let slots = SamplingGrid(stepSeconds: intervalSeconds).intervals(in: window)
    var observations: [Observation] = []
    observations.reserveCapacity(2 * intervals)
    for (index, interval) in slots.enumerated() {
      let (canaryFactor, baselineFactor) = disturbance.next(interval: index, using: &generator)
      let canaryShare = traffic.canaryShares[traffic.step(interval: index)]
      for (version, quality, share, factor) in [
        ("v1", Quality.equal, 1 - canaryShare, baselineFactor),
        ("v2", quality, canaryShare, canaryFactor),
      ] {
        let requests = generator.poisson(
          mean: traffic.requestsPerSecond * Double(intervalSeconds) * share)
        let rate = min(1, quality.rate(noise.rate(traffic.baselineRate, factor), .errorDefault))
        let errors = noise.badEvents(of: requests, rate: rate, using: &generator)
        observations.append(
          Observation(
            interval: interval, version: version, reporter: .source,
            responses: ["200": requests - errors, "503": errors].filter { $0.value > 0 },
            durations: Self.durations(
              of: requests,
              slowerShares: Self.slowerShares(slowdown: cbrt(noise.multiple(factor))).map {
                min(1, quality.rate($0, .latencyDefault))
              }, using: &generator)))
      }
    }
    self.traffic = traffic
    self.intervals = slots
    self.observations = observations
  }

  /// What the gate says after the first intervals.
  ///
  /// - Parameters:
  ///   - policy: What it goes by.
  ///   - count: How many, 1…`intervalCount`.
  /// - Returns: What `analyze gate` would.
  public func judgement(by policy: Policy = .standard, afterIntervals count: Int) -> Judgement {
    let seen = Array(intervals.prefix(count))
    let end = seen.last?.end ?? Self.start
    let evidence = RolloutEvidence(
      rollout: rollout(until: end, intervals: count), reporter: .source, intervals: seen,
      observations: Array(observations.prefix(Self.versions.count * count)),
      durationBounds: Dictionary(
        uniqueKeysWithValues: Self.versions.map { ($0, Self.boundsMilliseconds + [.infinity]) }),
      earlierDurations: Self.earlierDurations)
    return Judge(policy: policy).judgement(
      on: evidence, source: SourceState(newest: seen.last), asOf: end)
  }

  /// The steps that had begun by then.
  private func rollout(until end: Timestamp, intervals count: Int) -> Rollout {
    let length = (intervals[0].end - intervals[0].start) * traffic.intervalsPerStep
    let lastStep = traffic.step(interval: count - 1)
    let steps = (0...lastStep).map { step in
      let begin = Self.start + length * step
      let canaryWeight = Int((100 * traffic.canaryShares[step]).rounded())
      let weights = Weights(
        [("v1", 100 - canaryWeight), ("v2", canaryWeight)].map { version, weight in
          VersionWeight(
            version: version, weight: weight,
            destination: Destination(host: "app", subset: version))
        })
      return WeightSpan(
        id: Int64(step + 1), state: WeightState(weights: weights, route: ""), observedAt: begin,
        validFrom: begin, validUntil: step < lastStep ? begin + length : end,
        isSuperseded: step < lastStep, gapBefore: false)
    }
    return Rollout(
      id: 1, startedAt: Self.start, endedAt: nil, baseline: "v1", canaries: ["v2"],
      state: .running, steps: steps)
  }
}

extension SimulatedRollout {
  private static let logMedian = log(40.0)
  private static let deviation = 0.8

  /// The share of requests that take longer than each bound.
  private static func slowerShares(slowdown: Double) -> [Double] {
    boundsMilliseconds.map {
      0.5 * erfc((log($0 / slowdown) - logMedian) / (deviation * 2.0.squareRoot()))
    }
  }

  private static func durations(
    of requests: Int, slowerShares: [Double], using generator: inout SplitMix64
  ) -> Histogram {
    // The slowest first: few events take little time to draw.
    var slower = (share: 0.0, requests: 0)
    let slow = slowerShares.reversed().map { share in
      slower.requests += generator.binomial(
        trials: requests - slower.requests, rate: (share - slower.share) / (1 - slower.share))
      slower.share = share
      return slower.requests
    }
    return histogram(slow: slow.reversed(), requests: requests)
  }

  private static func histogram(slow: [Int], requests: Int) -> Histogram {
    let counts = zip([requests] + slow, slow + [0]).map { $0 - $1 }
    let entries = zip(boundsMilliseconds + [.infinity], counts).filter { $0.1 > 0 }
    return Histogram(Dictionary(uniqueKeysWithValues: entries))
  }

  /// An hour of the baseline.
  private static let earlierDurations = histogram(
    slow: slowerShares(slowdown: 1).map { Int(1e6 * $0) }, requests: 1_000_000)
}

extension Noise {
  /// What the normal rate of errors is multiplied by; 1 where errors are added.
  fileprivate func multiple(_ factor: Double) -> Double {
    switch self {
    case .bursts, .badMinute: 1
    default: factor
    }
  }
}
