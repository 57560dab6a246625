import Foundation
import Rollouts

/// Whether there is data to judge by, and if not, which of the kinds of no data it is.
struct DataAvailability {
  let policy: Policy
  let source: SourceState
  let moment: Timestamp

  /// Why nothing can be judged; `nil` if it can, if only by data that are too old.
  func reasonNotToJudge(_ evidence: RolloutEvidence?) -> String? {
    if let failure = source.failure, failure.kind == .sameSeriesTwice {
      return "\(SourceFinding.Kind.sameSeriesTwice.words): \(Self.words(failure))"
    }
    guard source.newest != nil else {
      return source.failure.map { failure in
        Self.prefix(failure) + "nothing was ever collected: \(Self.words(failure))"
      } ?? "no interval is stored yet; run \"analyze collect\""
    }
    return reasonOfNoCounts(evidence).map { staleness ?? $0 }
  }

  private func reasonOfNoCounts(_ evidence: RolloutEvidence?) -> String? {
    if let twice = finding(.sameSeriesTwice) { return Self.words(twice) }
    guard let evidence else {
      return words(.selectorEmpty) ?? words(.scrapeGap)
        ?? "no requests: none to any version was ever counted; check that traffic reaches the service"
    }
    guard !evidence.intervals.isEmpty else {
      return "no interval since the rollout began is stored yet; wait for the collector"
    }
    guard !evidence.observations.isEmpty else {
      return words(.selectorEmpty) ?? words(.scrapeGap)
        ?? "no requests: none was counted since the rollout began; check that traffic reaches the "
        + "service"
    }
    return nil
  }

  /// That the newest data are too old, in words; `nil` if they are not.
  ///
  /// What older data have shown to be worse stays so; a promotion needs those of now.
  var staleness: String? {
    guard let newest = source.newest else { return nil }
    let age = moment - newest.end
    guard age > policy.maximumDataAge else { return nil }
    let stale =
      "the newest interval ended \(newest.end.rfc3339), \(age.wholeSecondsText) ago (at "
      + "most \(policy.maximumDataAge.text) is allowed)"
    return source.failure.map { Self.prefix($0) + "\(Self.words($0)); \(stale)" }
      ?? stale + "; check that the collector runs"
  }

  /// Why the counts of one of the versions cannot be relied on; `nil` if all can.
  func missingVersion(among versions: [String]) -> String? {
    source.findings.first { finding in
      switch finding.kind {
      case .selectorEmpty: true
      case .seriesAbsent, .scrapeGap: finding.version.map(versions.contains) ?? true
      case .sameSeriesTwice: false
      }
    }.map(Self.words)
  }

  private func words(_ kind: SourceFinding.Kind) -> String? { finding(kind).map(Self.words) }

  private func finding(_ kind: SourceFinding.Kind) -> SourceFinding? {
    source.findings.first { $0.kind == kind }
  }

  private static func words(_ finding: SourceFinding) -> String {
    "\(finding.kind.words): \(finding.description)"
  }

  private static func prefix(_ failure: CollectionFailure) -> String {
    failure.kind == .sourceDown ? "source down: " : ""
  }

  private static func words(_ failure: CollectionFailure) -> String {
    "the collector's run of \(failure.at.rfc3339) failed: \(failure.reason)"
  }
}

extension Duration {
  fileprivate var wholeSecondsText: String {
    Duration.milliseconds(wholeMilliseconds / 1000 * 1000).text
  }
}
