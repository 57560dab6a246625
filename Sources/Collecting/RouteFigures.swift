import Rollouts
import Store

/// What the doctor says of the counts of a route.
struct RouteFigures {
  private let collected: CollectedCounts
  private let requests: [Reporter: [String: Int]]
  private let errors: Int

  init(_ collected: CollectedCounts) {
    self.collected = collected
    var requests: [Reporter: [String: Int]] = [:]
    var errors: [Reporter: Int] = [:]
    for (key, counts) in collected.counts {
      guard case .response(let status) = key.measure else { continue }
      let sum = counts.values.reduce(0, +)
      requests[key.reporter, default: [:]][key.version, default: 0] += sum
      if [.serverError, .noResponse].contains(status.responseClass) {
        errors[key.reporter, default: 0] += sum
      }
    }
    self.requests = requests
    self.errors = errors[requests[.source] == nil ? .destination : .source] ?? 0
  }

  /// The counts of the reporter that is judged.
  private var judged: [String: Int] { requests[.source] ?? requests[.destination] ?? [:] }

  private var minutes: Double {
    guard let first = collected.intervals.first, let last = collected.intervals.last else {
      return 0
    }
    return (last.end - first.start).seconds / 60
  }

  func freshness(now: Timestamp) -> Finding {
    let counts = collected.counts.values
    let newest = counts.flatMap { $0.filter { $0.value > 0 }.keys }.max()
    // Without requests a series counts zero, as long as the proxies are scraped.
    let behind = counts.flatMap(\.keys).max().map {
      "; the newest sample of any series is \(Int((now - $0).seconds)) s old"
    }
    guard let newest else {
      return Finding(
        .weak,
        "the series are there, but no request was counted in the last \(Int(minutes)) min"
          + (behind ?? ""),
        remedy: "send some traffic")
    }
    let age = Int((now - newest).seconds)
    return age > 300
      ? Finding(
        .broken, "the newest requests were counted \(age) s ago" + (behind ?? ""),
        remedy: "check that VictoriaMetrics scrapes the proxies, and that there is traffic")
      : Finding(.good, "the newest requests were counted \(age) s ago")
  }

  func versions(of reading: RouteReading) -> Finding {
    let seen = judged.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.groupedText)" }
    let text = "requests in \(Int(minutes)) min: " + seen.joined(separator: ", ")
    let weights = reading.state.weights
    let silent = weights.versions.filter {
      weights.share(of: $0) > 0 && judged[$0, default: 0] == 0
    }
    return silent.isEmpty
      ? Finding(.good, text)
      : Finding(
        .broken, text + "; none of \(silent.joined(separator: ", "))",
        remedy: "check that its pods run and carry the version label that the subset names")
  }

  var reporters: Finding {
    let names = requests.keys.map(\.rawValue).sorted()
    return names.count == 2
      ? Finding(.good, "both reporters count: source and destination")
      : Finding(
        .weak, "only the reporter \(names.joined()) counts",
        remedy: names == ["source"]
          ? "inject sidecars into the service's pods to see callers without a proxy"
          : "inject sidecars into the callers to see failures that never reach the service")
  }

  func enough(
    for reading: RouteReading, _ requestsNeeded: (_ share: Double, _ errorRate: Double) -> Int?
  ) -> Finding {
    let weights = reading.state.weights
    let all = judged.values.reduce(0, +)
    guard all > 0, minutes > 0,
      let canary = weights.versions.filter({ weights.share(of: $0) > 0 })
        .min(by: { weights.share(of: $0) < weights.share(of: $1) }),
      weights.share(of: canary) < 1
    else {
      return Finding(.good, "no version shares the traffic, so there is nothing to judge yet")
    }
    let share = weights.share(of: canary)
    guard let needed = requestsNeeded(share, Double(errors) / Double(all)) else {
      return Finding(
        .weak, "no number of requests would let the gate promote at the present error rate",
        remedy: "raise what the policy's checks tolerate, or make the baseline fail less")
    }
    let wait = Duration.seconds(Int64(Double(needed) / (Double(all) / minutes) * 60))
    return Finding(
      .good,
      "a canary as good as the rest needs about \(needed.groupedText) requests to be promoted at "
        + "\(share.percentText): \(wait.text) at the present rate")
  }
}
