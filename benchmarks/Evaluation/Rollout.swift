import Simulation
import Statistics

/// What a rollout looks like.
enum Workload: String, CaseIterable {
  case equal = "equal versions, 500 requests/s"
  case edge = "canaries on the edge of the margin, 500 requests/s"
  case worse = "canaries far outside the margin, 500 requests/s"
  case sparse = "equal versions, 2 requests/s"

  var requestsPerInterval: Double { self == .sparse ? 30 : 7_500 }

  func canaryRate(baselineRate: Double, margin: Margin) -> Double {
    switch self {
    case .equal, .sparse: baselineRate
    case .edge: min(1, margin.toleratedRate(besideBaselineRate: baselineRate))
    case .worse: min(1, 2 * baselineRate)
    }
  }
}

/// The counts of four canaries with a tenth of the requests each beside one baseline.
struct Rollout {
  private var strata: [[Stratum]] = []
  private var latency: [LatencyCounts] = []

  init(_ workload: Workload, intervalCount: Int) {
    var generator = SplitMix64(seed: 7)
    let tails = (0..<20).map { 0.5 * Double(20 - $0) / 20 }
    for _ in 0..<4 {
      var canaryStrata: [Stratum] = []
      var counts = LatencyCounts(boundCount: tails.count)
      for _ in 0..<intervalCount {
        let canary = generator.poisson(mean: 0.1 * workload.requestsPerInterval)
        let baseline = generator.poisson(mean: 0.6 * workload.requestsPerInterval)
        func bad(_ requests: Int, _ rate: Double) -> Int {
          generator.binomial(trials: requests, rate: rate)
        }
        canaryStrata.append(
          Stratum(
            canary: Tally(
              requests: canary,
              badEvents: bad(
                canary, workload.canaryRate(baselineRate: 0.01, margin: .errorDefault))),
            baseline: Tally(requests: baseline, badEvents: bad(baseline, 0.01))))
        counts.append(
          canaryRequests: canary,
          canarySlow: tails.map {
            bad(canary, workload.canaryRate(baselineRate: $0, margin: .latencyDefault))
          },
          baselineRequests: baseline, baselineSlow: tails.map { bad(baseline, $0) })
      }
      strata.append(canaryStrata)
      latency.append(counts)
    }
  }

  var canaries: Range<Int> { strata.indices }

  func evaluateErrors(canary: Int, strict: Bool = false) -> Double {
    sum(
      .evaluate(strata[canary], margin: .errorDefault, dispersion: .estimated, strict: strict))
  }

  func evaluateLatency(canary: Int) -> Double {
    sum(.evaluate(latency[canary], margin: .latencyDefault, dispersion: .estimated))
  }

  func evaluateLimit(canary: Int) -> Double {
    sum(.evaluate(strata[canary].map(\.canary), limit: 0.02, dispersion: .estimated))
  }

  func running(canary: Int) -> Double {
    let all = [
      GuardedEvidence.running(
        strata[canary], margin: .errorDefault, dispersion: .estimated, strict: false),
      GuardedEvidence.running(latency[canary], margin: .latencyDefault, dispersion: .estimated),
      GuardedEvidence.running(
        strata[canary].map(\.canary), limit: 0.02, dispersion: .estimated),
    ]
    return all.flatMap { $0.toBlock + $0.toPromote }.reduce(0, +)
  }

  private func sum(_ evidence: GuardedEvidence) -> Double {
    (evidence.largestToBlock ?? 0) + (evidence.largestToPromote ?? 0)
  }
}
