import Rollouts
import VictoriaMetrics

/// Why a run finds no counts where there should be some.
struct SourceFindings {
  let labels: VersionLabels
  let weights: Weights
  /// The versions of which series were ever stored.
  let knownVersions: Set<String>

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
              + "are scraped")
      ]
    }
    return weights.versions.filter {
      weights.share(of: $0) > 0 && !withSamples.contains($0)
    }.map { version in
      knownVersions.contains(version)
        ? SourceFinding(
          kind: .scrapeGap, version: version,
          description: "the series of \(version) had no sample of late; check that its proxies run "
            + "and are scraped")
        : SourceFinding(
          kind: .seriesAbsent, version: version,
          description: "\(version) holds weight, but no series counts requests to it; check the "
            + "version label of its pods, or send it a first request")
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
