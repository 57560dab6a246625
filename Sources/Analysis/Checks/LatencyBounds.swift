import Rollouts
import Statistics

/// At which bucket bounds two versions' latency is compared.
///
/// Chosen once, from what the baseline did before the rollout or, where that is too little, in its
/// first intervals, which then do not enter the evidence: a choice made by looking at the evidence
/// would bias it.
struct LatencyBounds: Equatable {
  /// How many of the baseline's requests the choice needs.
  static let requestsNeeded = 1000

  /// The bounds in milliseconds, ascending.
  var bounds: [Double]
  /// How many of the first judged intervals went into the choice.
  var intervalsUsed: Int
}

/// Why there is no bound to compare at, in words.
struct NoLatencyBounds: Error, Equatable {
  var words: String
}

extension LatencyBounds {
  init(
    _ slowness: LatencyDemand.Slowness, canary: String, in counts: JudgedCounts
  ) throws(NoLatencyBounds) {
    let known = counts.evidence.durationBounds
    let common = Set(known[canary] ?? []).intersection(known[counts.baseline] ?? [])
      .filter(\.isFinite).sorted()
    guard !common.isEmpty else {
      throw NoLatencyBounds(
        words: "no durations are counted with the same bucket bounds for \(canary) and "
          + counts.baseline)
    }
    if case .milliseconds(let bound) = slowness {
      guard common.contains(bound) else {
        throw NoLatencyBounds(
          words: "\(bound.threeDigits) ms is no bucket bound; the bounds are "
            + common.map(\.threeDigits).joined(separator: ", "))
      }
      self.init(bounds: [bound], intervalsUsed: 0)
      return
    }
    let (reference, intervalsUsed) = try Self.reference(common, counts)
    let cumulative = reference.slow.map { reference.requests - $0 }
    let chosen: [Int]
    if case .quantile(let quantile) = slowness {
      let enough = cumulative.firstIndex {
        Double($0) >= quantile * Double(reference.requests)
      }
      chosen = [enough ?? common.count - 1]
    } else {
      let telling = HistogramBounds.choose(
        cumulativeCounts: cumulative, requests: reference.requests)
      chosen = Set(telling).union([Self.beyond(reference)]).sorted()
    }
    self.init(bounds: chosen.map { common[$0] }, intervalsUsed: intervalsUsed)
  }

  /// The first bound that hardly any of the baseline's requests exceed, else the last: there a canary
  /// shows that is slower than the baseline ever is.
  private static func beyond(_ reference: SlowRequests) -> Int {
    reference.slow.firstIndex { Double($0) < 0.0005 * Double(reference.requests) }
      ?? reference.slow.count - 1
  }

  private static func reference(
    _ bounds: [Double], _ counts: JudgedCounts
  ) throws(NoLatencyBounds) -> (SlowRequests, intervalsUsed: Int) {
    let earlier = SlowRequests(counts.evidence.earlierDurations, bounds: bounds)
    guard earlier.requests < requestsNeeded else { return (earlier, 0) }
    var sum = SlowRequests(requests: 0, slow: bounds.map { _ in 0 })
    let counted = counts.slow(of: counts.baseline, bounds: bounds)
    for (interval, requests) in counted.requests.enumerated() {
      sum.requests += requests
      for bound in bounds.indices {
        sum.slow[bound] += counted.tally(interval: interval, bound: bound).badEvents
      }
      if sum.requests >= requestsNeeded { return (sum, interval + 1) }
    }
    throw NoLatencyBounds(
      words: "the bounds of latency are chosen from \(requestsNeeded.groupedText) requests to "
        + "\(counts.baseline), of which there were \(sum.requests.groupedText)")
  }
}
