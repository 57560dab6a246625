import Rollouts
import Statistics

/// At bucket bounds of the duration, the canary's share of slower requests may exceed the baseline's
/// by no more than the margin.
struct LatencyCheck: Check {
  let demand: LatencyDemand

  func measurement(of canary: String, in counts: JudgedCounts) -> Measurement {
    do throws(NoLatencyBounds) {
      let bounds = try LatencyBounds(demand.at, canary: canary, in: counts)
      return measurement(of: canary, at: bounds, in: counts)
    } catch {
      return Measurement(
        metric: Self.metric, problem: nil, figure: .known(.missing(error.words)), limit: nil,
        words: error.words, outlook: .none, calibration: .latency)
    }
  }

  private static let metric = "slowRequestRate"

  private func measurement(
    of canary: String, at chosen: LatencyBounds, in counts: JudgedCounts
  ) -> Measurement {
    let bounds = chosen.bounds
    var canarySlow = counts.slow(of: canary, bounds: bounds)
    var baselineSlow = counts.slow(of: counts.baseline, bounds: bounds)
    // Durations of one version alone cannot be compared, and its failures alone are no sample.
    let leftOut =
      Array(0..<chosen.intervalsUsed)
      + [canary, counts.baseline].flatMap(counts.placesWithoutDurations)
    canarySlow.leaveOut(leftOut)
    baselineSlow.leaveOut(leftOut)
    let latencyCounts = LatencyCounts(
      boundCount: bounds.count, canaryRequests: canarySlow.requests, canarySlow: canarySlow.slow,
      baselineRequests: baselineSlow.requests, baselineSlow: baselineSlow.slow)
    let totals = zip(canarySlow.totals, baselineSlow.totals).map(Stratum.init(canary:baseline:))
    let margin = Margin(demand.atMost)
    guard let worst = bounds.indices.max(by: { totals[$0].excess < totals[$1].excess }),
      totals[worst].isComparable
    else {
      return Measurement(
        metric: Self.metric, problem: nil, figure: .known(.missing("no requests")), limit: nil,
        words: "\(canary) or \(counts.baseline) has had no request whose duration was counted",
        outlook: .none, calibration: .latency)
    }
    let total = totals[worst]
    let concurrent = ConcurrentBaseline(
      zip(canarySlow.tallies(bound: worst), baselineSlow.tallies(bound: worst))
        .map(Stratum.init(canary:baseline:)))
    let baselineRate = concurrent.rate ?? total.baseline.rate
    let limit = baselineRate.map { min(1, margin.toleratedRate(besideBaselineRate: $0)) }
    return Measurement(
      metric: Self.metric, problem: .latency(latencyCounts, margin),
      figure: .rate(total.canary), baselineFigure: baselineRate, limit: limit,
      words: Self.words(
        total, concurrent, bound: bounds[worst], canary: canary,
        baseline: counts.baseline, limit: limit),
      outlook: Self.outlook(totals, margin), calibration: .latency)
  }

  /// A block takes the bound that moves most, promotion all of them.
  private static func outlook(_ totals: [Stratum], _ margin: Margin) -> Outlook {
    let all = totals.map { Outlook(canary: $0.canary, baseline: $0.baseline, margin: margin) }
    let toPromote = all.map(\.toPromote)
    return Outlook(
      toBlock: all.compactMap(\.toBlock).max(),
      toPromote: toPromote.contains(nil) ? nil : toPromote.compactMap { $0 }.min())
  }

  private static func words(
    _ total: Stratum, _ concurrent: ConcurrentBaseline, bound: Double, canary: String,
    baseline: String, limit: Double?
  ) -> String {
    func share(_ tally: Tally) -> String {
      "\((tally.rate ?? 0).percentText) of \(tally.requests.groupedText) requests"
    }
    return "longer than \(bound.threeDigits) ms took \(share(total.canary)) to \(canary), "
      + "\(share(total.baseline)) to \(baseline)"
      + concurrent.words(beside: total.baseline.rate ?? 0, canary: canary)
      + "; tolerated is \((limit ?? 1).percentText)"
  }
}

extension Stratum {
  /// How far the canary's bad events are above what its share of the requests makes one expect, in
  /// standard deviations; only to choose which figures to show.
  fileprivate var excess: Double {
    let requests = Double(canary.requests + baseline.requests)
    let events = Double(canary.badEvents + baseline.badEvents)
    guard requests > 0, events > 0 else { return 0 }
    let share = Double(canary.requests) / requests
    let variance = events * share * (1 - share)
    return variance > 0 ? (Double(canary.badEvents) - events * share) / variance.squareRoot() : 0
  }
}
