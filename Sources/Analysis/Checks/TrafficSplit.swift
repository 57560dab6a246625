import Foundation
import Rollouts
import Statistics

/// The canary's share of the requests must be as configured; where it has been shown not to be, the
/// counts are not what the policy judges, and nothing else can be concluded from them.
struct TrafficSplit: Sendable {
  /// The tolerated chance that a split as configured is ever called a mismatch.
  static let falseMismatchBound = 0.001

  static let metric = "trafficShare"

  /// What the check says about one canary.
  struct Finding: Sendable {
    /// Hold where a mismatch has been shown, promote otherwise; never block.
    let result: CheckResult
    /// The place of the first judged interval by which it was shown; `nil` if it has not been.
    let mismatchAt: Int?
  }

  /// Relative tolerance of the canary's odds.
  let oddsTolerance: Double

  /// What the check says about one canary.
  ///
  /// - Parameters:
  ///   - canary: The canary.
  ///   - name: The check's name.
  ///   - isRequired: Whether the verdict depends on it.
  ///   - counts: What was counted.
  /// - Returns: The result, and when a mismatch was shown.
  func finding(
    for canary: String, name: String, isRequired: Bool, in counts: JudgedCounts
  ) -> Finding {
    let strata = strata(canary: canary, counts)
    let requests = strata.reduce(0) { $0 + $1.canaryRequests }
    let all = strata.reduce(requests) { $0 + $1.baselineRequests }
    // The largest evidence so far, by what was known at each interval: what was found once does not
    // vanish because of what is counted later.
    var compared = 0
    let dispersions = zip(strata, TrafficShareProcess.runningDispersions(strata)).map {
      compared += $0.canaryRequests + $0.baselineRequests > 0 ? 1 : 0
      return Dispersion.inUse(estimate: $1, intervals: max(1, compared), declared: nil)
    }
    let records = TrafficShareProcess.records(
      strata, oddsTolerance: oddsTolerance, dispersions: dispersions)
    let required = log(1 / Self.falseMismatchBound)
    let mismatchAt = records.first { $0.logEvidence >= required }?.interval
    let observed = all > 0 ? Double(requests) / Double(all) : nil
    let configured =
      all > 0
      ? strata.reduce(0) {
        $0 + $1.canaryWeight * Double($1.canaryRequests + $1.baselineRequests)
      } / Double(all) : nil
    let words =
      if let observed, let configured {
        "\(canary) got \(observed.percentText) of the \(all.groupedText) requests to it and "
          + "\(counts.baseline), configured is \(configured.percentText)"
      } else {
        "no requests to compare with the weights yet"
      }
    let explanation =
      mismatchAt != nil
      ? "the requests are not divided as configured: \(words); look for other routes, mirrored "
        + "or sticky requests, or sidecars that have not taken the weights, before you trust any "
        + "figure" : "no mismatch shown: \(words)"
    let result = CheckResult(
      name: name, verdict: mismatchAt == nil ? .promote : .hold, metric: Self.metric,
      canary: canary,
      baseline: counts.baseline, isRequired: isRequired,
      estimate: .share(Tally(requests: all, badEvents: requests)), limit: configured,
      evidenceToBlock: records.last?.logEvidence, evidenceToPromote: nil,
      requiredEvidence: required,
      dispersion: dispersions.last ?? 1, requestsNeeded: nil, secondsNeeded: nil,
      explanation: explanation)
    return Finding(result: result, mismatchAt: mismatchAt)
  }

  private func strata(canary: String, _ counts: JudgedCounts) -> [ShareStratum] {
    let canaryRequests = counts.requests(of: canary)
    let baselineRequests = counts.requests(of: counts.baseline)
    return counts.intervals.indices.map { index in
      let weights = counts.weights[index]
      let canaryShare = weights.share(of: canary)
      let both = canaryShare + weights.share(of: counts.baseline)
      return ShareStratum(
        canaryRequests: canaryRequests[index], baselineRequests: baselineRequests[index],
        canaryWeight: both > 0 ? canaryShare / both : 0)
    }
  }
}

extension Estimate {
  /// A share of requests, with bounds that hold at every look.
  fileprivate static func share(_ tally: Tally) -> Estimate {
    .rate(of: tally, falseBound: TrafficSplit.falseMismatchBound)
  }
}
