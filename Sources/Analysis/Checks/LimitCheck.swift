import Rollouts
import Statistics

/// The canary's error rate must stay below a limit, whatever the baseline does.
///
/// Where the baseline exceeds the limit too, it is not the canary that is at fault.
struct ErrorLimitCheck: Check {
  let limit: Double

  func measurement(of canary: String, in counts: JudgedCounts) -> Measurement {
    let strata = counts.errorStrata(canary: canary)
    let tallies = strata.map(\.canary)
    let total = Tally.total(tallies)
    let baselineTotal = Tally.total(strata.map(\.baseline))
    return Measurement(
      metric: "errorRate",
      problem: total.requests > 0
        ? .limit(toBlock: tallies, toPromote: tallies, limit: limit) : nil,
      figure: .rate(total),
      baselineFigure: ConcurrentBaseline(strata).rate ?? baselineTotal.rate, limit: limit,
      words: total.rate.map {
        "error rate of \(canary) \($0.percentText) (\(total.badEvents.groupedText) of "
          + "\(total.requests.groupedText) requests); the limit is \(limit.percentText)"
      } ?? "\(canary) has had no requests in a judged interval yet",
      outlook: Outlook(
        canary: total, share: .share(of: total.requests, beside: baselineTotal.requests),
        limit: limit),
      // Found by comparing versions, and blind to incidents of both, which count against a limit.
      calibration: nil,
      environment: Measurement.Environment(
        strata: strata, limit: limit,
        words: "both \(canary) and \(counts.baseline) exceed the limit of "
          + "\(limit.percentText): this is the environment, not the canary"))
  }
}

/// A quantile of the canary's latency must stay below a limit, whatever the baseline does.
///
/// Shown at bucket bounds only: met at a bound at or below the limit, exceeded at one at or above.
struct LatencyLimitCheck: Check {
  let quantile: Double
  let milliseconds: Double

  func measurement(of canary: String, in counts: JudgedCounts) -> Measurement {
    let bounds = (counts.evidence.durationBounds[canary] ?? []).filter(\.isFinite).sorted()
    let below = bounds.last { $0 <= milliseconds }
    let above = bounds.first { $0 >= milliseconds }
    let toPromote = tallies(of: canary, beyond: below, counts)
    let toBlock = tallies(of: canary, beyond: above, counts)
    let total = Tally.total(toBlock)
    let requests = max(total.requests, Tally.total(toPromote).requests)
    return Measurement(
      metric: "latencyMilliseconds",
      problem: requests > 0
        ? .limit(toBlock: toBlock, toPromote: toPromote, limit: 1 - quantile) : nil,
      figure: .known(.missing("shown at bucket bounds only")), limit: milliseconds,
      words: words(canary, total, requests: requests, below: below, above: above),
      outlook: Outlook(
        canary: total,
        share: .share(
          of: requests,
          beside: counts.requests(of: counts.baseline).reduce(0, +)),
        limit: 1 - quantile),
      calibration: nil,
      environment: Measurement.Environment(
        strata: zip(toBlock, tallies(of: counts.baseline, beyond: above, counts)).map(
          Stratum.init(canary:baseline:)), limit: 1 - quantile,
        words: "both \(canary) and \(counts.baseline) exceed \(milliseconds.threeDigits) ms at "
          + "\(quantileName): this is the environment, not the canary"))
  }

  private var quantileName: String { "p\((quantile * 100).threeDigits)" }

  private func tallies(
    of version: String, beyond bound: Double?, _ counts: JudgedCounts
  ) -> [Tally] {
    guard let bound else { return counts.intervals.map { _ in Tally(requests: 0, badEvents: 0) } }
    return counts.slow(of: version, bounds: [bound]).tallies(bound: 0)
  }

  private func words(
    _ canary: String, _ total: Tally, requests: Int, below: Double?, above: Double?
  ) -> String {
    guard requests > 0 else { return "\(canary) has had no request whose duration was counted" }
    let limit = "\(quantileName) of \(canary) may be at most \(milliseconds.threeDigits) ms"
    let share = total.rate.map {
      "; \($0.percentText) of its \(total.requests.groupedText) requests took longer"
        + (above == milliseconds || above == nil ? "" : " than \(above?.threeDigits ?? "") ms")
    }
    let resolution =
      switch (below, above) {
      case (nil, _): "; no bucket bound is that low, so it cannot be shown to be met"
      case (_, nil): "; no bucket bound is that high, so it cannot be shown to be exceeded"
      case (let below?, let above?) where below != above:
        "; the limit lies between the bucket bounds \(below.threeDigits) and "
          + "\(above.threeDigits) ms, so that it can be shown to be met or exceeded at these only"
      default: ""
      }
    return limit + (share ?? "") + resolution
  }
}

extension Double {
  /// One count's share of two; a half of nothing.
  static func share(of part: Int, beside other: Int) -> Double {
    part + other > 0 ? Double(part) / Double(part + other) : 0.5
  }
}
