import Analysis
import Rollouts

/// What is shown of a rollout while it is watched.
public struct WatchedRollout: Sendable {
  /// The figures and the picture since the rollout began, or since another moment.
  public let report: CanaryReport
  /// What the gate would say; where no rollout is running, why not.
  public let judgement: Judgement
  /// Whether a rollout is running.
  public let isRunning: Bool
  /// The last few minutes of which there are counts.
  public let recentWindow: TimeWindow
  /// What each version did in them, in the order of the report.
  public let recentVersions: [VersionFigures]
  /// Who lets the rollout pass the gate; `nil`: nobody.
  public let override: GateOverride?
  /// When the newest stored interval ended; `nil` if none is stored.
  public let newestEnd: Timestamp?

  /// What is shown of a rollout.
  ///
  /// - Parameters:
  ///   - material: What the report is made from.
  ///   - reasonForNoRollout: Why there is nothing to judge; `nil` where a rollout is running.
  ///   - recent: The answer of `errors.sql` for the last few minutes.
  ///   - recentWindow: The last few minutes.
  ///   - override: Who lets the rollout pass the gate.
  ///   - newestEnd: When the newest stored interval ended.
  public init(
    _ material: ReportMaterial, reasonForNoRollout: String?, recent: Table,
    recentWindow: TimeWindow, override: GateOverride?, newestEnd: Timestamp?
  ) {
    report = CanaryReport(material)
    judgement =
      reasonForNoRollout.map { Judgement(verdict: .unknown, reasons: [$0], checks: []) }
      ?? material.judgement
    isRunning = reasonForNoRollout == nil
    let none = Table(columns: [], rows: [])
    recentVersions = VersionFiguresBuilder(material).versions(
      ReportMaterial.VersionTables(errors: recent, latency: none, durations: none), weights: nil)
    self.recentWindow = recentWindow
    self.override = override
    self.newestEnd = newestEnd
  }

  /// How the rollout stands, on one line, for a log.
  ///
  /// - Parameter moment: The present time.
  /// - Returns: The line, without its end.
  public func logLine(at moment: Timestamp) -> String {
    let overridden = override.map { "overridden by \($0.by.shownName), " } ?? ""
    return "\(moment.rfc3339) \(overridden)\(TextVerdict.progress(judgement, of: report.target))"
      + (isRunning ? "; weights \(weightsText)" : "")
  }

  /// `v1 90 %, v2 10 %`.
  var weightsText: String {
    guard let current = currentWeights else { return "not known" }
    return current.weights.map { "\($0.version.shownName) \($0.share.percentText)" }
      .joined(separator: ", ")
  }

  var currentWeights: WeightEntry? { report.weights.last { $0.isCurrent } }
}
