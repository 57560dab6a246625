import Analysis
import Rollouts
import Simulation
import Statistics

/// What a rollout looks like.
enum Workload: String, CaseIterable {
  case equal = "equal versions, 500 requests/s"
  case edge = "canaries on the edge of the margin, 500 requests/s"
  case worse = "canaries far outside the margin, 500 requests/s"
  case sparse = "equal versions, 2 requests/s"

  /// 15 s of all versions.
  var requestsPerInterval: Double { self == .sparse ? 30 : 7_500 }

  func canaryRate(baselineRate: Double, margin: Margin) -> Double {
    switch self {
    case .equal, .sparse: baselineRate
    case .edge: min(1, margin.toleratedRate(besideBaselineRate: baselineRate))
    case .worse: min(1, 2 * baselineRate)
    }
  }
}

extension Workload {
  /// Of the baseline's requests, those slower than each bound.
  private static let slowShares = (0..<20).map { 0.49 * Double(20 - $0) / 20 }
  private static let boundsMilliseconds = (1...20).map { Double($0) * 10 }
  private static let canaries = ["v2", "v3", "v4", "v5"]
  private static let start = Timestamp(secondsSince1970: 1_795_507_200)

  /// What a gate is asked about: four canaries with a tenth of the requests each beside one baseline,
  /// durations in 20 buckets and one beyond.
  func material(intervalCount: Int) -> DecisionMaterial {
    let window = TimeWindow(from: Self.start, to: Self.start + .seconds(15 * intervalCount))
    let intervals = SamplingGrid(stepSeconds: 15).intervals(in: window)
    var generator = SplitMix64(seed: 7)
    let observations = intervals.flatMap { interval in
      ["v1"].appending(Self.canaries).map { observation($0, in: interval, &generator) }
    }
    let evidence = RolloutEvidence(
      rollout: rollout(window), reporter: .source, intervals: intervals,
      observations: observations,
      durationBounds: Dictionary(
        uniqueKeysWithValues: ["v1"].appending(Self.canaries).map {
          ($0, Self.boundsMilliseconds + [.infinity])
        }),
      earlierDurations: Self.histogram(
        slow: Self.slowShares.map { Int(1e6 * $0) }, requests: 1_000_000))
    return DecisionMaterial(
      policy: .standard, evidence: evidence, source: SourceState(newest: intervals.last),
      moment: window.to)
  }

  private func observation(
    _ version: String, in interval: Interval, _ generator: inout SplitMix64
  ) -> Observation {
    let isCanary = version != "v1"
    func rate(_ baselineRate: Double, _ margin: Margin) -> Double {
      isCanary ? canaryRate(baselineRate: baselineRate, margin: margin) : baselineRate
    }
    let requests = generator.poisson(mean: (isCanary ? 0.1 : 0.6) * requestsPerInterval)
    let errors = generator.binomial(trials: requests, rate: rate(0.01, .errorDefault))
    // Who is slower than a bound is slower than those below it.
    var slower = (share: 1.0, requests: requests)
    let slow = Self.slowShares.map { baselineShare in
      let share = rate(baselineShare, .latencyDefault)
      slower.requests = generator.binomial(
        trials: slower.requests, rate: min(1, share / slower.share))
      slower.share = share
      return slower.requests
    }
    return Observation(
      interval: interval, version: version, reporter: .source,
      responses: ["200": requests - errors, "503": errors].filter { $0.value > 0 },
      durations: Self.histogram(slow: slow, requests: requests))
  }

  private static func histogram(slow: [Int], requests: Int) -> Histogram {
    let slowerThanLowerBound = [requests] + slow
    let counts = zip(slowerThanLowerBound, slow + [0]).map { $0 - $1 }
    let entries = zip(boundsMilliseconds + [.infinity], counts).filter { $0.1 > 0 }
    return Histogram(Dictionary(uniqueKeysWithValues: entries))
  }

  private func rollout(_ window: TimeWindow) -> Rollout {
    let weights = Weights(
      [("v1", 60)].appending(Self.canaries.map { ($0, 10) }).map { version, weight in
        VersionWeight(
          version: version, weight: weight, destination: Destination(host: "app", subset: version))
      })
    // In force for long enough that no interval is left out.
    let validFrom = window.from - .seconds(600)
    let step = WeightSpan(
      id: 1, state: WeightState(weights: weights, route: ""), observedAt: validFrom,
      validFrom: validFrom, validUntil: window.to, isSuperseded: false, gapBefore: false)
    return Rollout(
      id: 1, startedAt: validFrom, endedAt: nil, baseline: "v1", canaries: Self.canaries,
      state: .running, steps: [step])
  }
}

extension Array {
  fileprivate func appending(_ others: [Element]) -> [Element] { self + others }
}
