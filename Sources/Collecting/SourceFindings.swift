import Rollouts
import VictoriaMetrics

/// Why a run finds no counts where there should be some.
struct SourceFindings {
  let labels: VersionLabels
  let weights: Weights
  /// The versions of which series were ever stored.
  let knownVersions: Set<String>

  /// How long before the end of the newest interval a version must have had a sample: two intervals,
  /// and a minute at least.
  ///
  /// VictoriaMetrics answers nothing where the last sample is about half as old again as samples are
  /// apart: an interval or two without an answer are a scrape that was missed.
  ///
  /// - Parameter newest: The newest interval.
  /// - Returns: A multiple of the interval's width, in seconds.
  static func lookbackSeconds(before newest: Interval) -> Int64 {
    let step = newest.endSeconds - newest.startSeconds
    return max(2, (60 + step - 1) / step) * step
  }

  /// What is wrong with the series that count requests.
  ///
  /// - Parameter answer: The series of the newest intervals.
  /// - Returns: Nothing where every version that holds weight has a series with a sample.
  func findings(in answer: [RangeSeries]) -> [SourceFinding] {
    if let (first, second) = labels.versionsOfSameSeries {
      return [
        SourceFinding(
          kind: .sameSeriesTwice,
          description: "\(first) and \(second) are counted by the same series, so that they cannot "
            + "be told apart; correct versionLabelValue of the target's profile")
      ]
    }
    let withSamples = Set(
      answer.filter { !$0.samples.isEmpty }.compactMap { labels.version(of: $0) })
    let services = Set(labels.services.map(\.description)).sorted().joined(separator: ", ")
    guard !withSamples.isEmpty else {
      return [
        knownVersions.isEmpty
          ? SourceFinding(
            kind: .selectorEmpty,
            description:
              "no series counts requests to \(services); "
              + "check the target's profile and that the proxies are scraped (\"analyze doctor\")")
          : SourceFinding(
            kind: .scrapeGap,
            description: "no series of any version had a sample of late; check that the proxies "
              + "run and are scraped")
      ]
    }
    return weights.versions.filter {
      weights.share(of: $0) > 0 && !withSamples.contains($0)
    }.map { version in
      knownVersions.contains(version)
        ? SourceFinding(
          kind: .scrapeGap, version: version,
          description: "the series that count requests to \(version) had no sample of late; check "
            + "that the proxies run and are scraped (one that began anew has no series before its "
            + "first request)")
        : SourceFinding(
          kind: .seriesAbsent, version: version,
          description:
            "\(version) holds \(weights.share(of: version).percentText) of the weight, but "
            + "no series counts requests to it; there is none before its first request: send it "
            + "some, or check that its pods are ready and carry the version label")
    }
  }
}

extension VersionLabels {
  /// Two versions whose series have the same labels, if there are such.
  var versionsOfSameSeries: (String, String)? {
    for (index, first) in destinations.enumerated() {
      for second in destinations.dropFirst(index + 1)
      where first.service == second.service && first.labelValue == second.labelValue
        && first.entry.version != second.entry.version
      {
        return (first.entry.version, second.entry.version)
      }
    }
    return nil
  }
}
