import Reporting
import Rollouts
import Store

/// Reads what is shown of the rollout that is watched.
struct WatchLook: Sendable {
  /// How far back "the last few minutes" go.
  private static let recent = Duration.seconds(300)
  /// What is shown where no rollout is running and nothing else is wanted.
  private static let standardWindow = Duration.seconds(3600)

  let targetName: String?
  let policy: @Sendable (String) -> Policy
  let since: MomentArgument?

  /// The rollout as it is known at a moment.
  func callAsFunction(_ reader: Reader, at now: Timestamp) throws -> WatchedRollout {
    let loaded = try LoadedTarget(reader, targetName: targetName, policy: policy, asOf: now)
    let running = loaded.rollouts.last.flatMap { $0.state == .running ? $0 : nil }
    let wanted = since?.moment(from: now) ?? running?.startedAt ?? now - Self.standardWindow
    let window = TimeWindow(from: min(wanted, now - .seconds(1)), to: now)
    let newest = try reader.newestInterval(of: loaded.id, upTo: now)
    let end = newest?.end ?? now
    let recentWindow = TimeWindow(from: max(end - Self.recent, min(window.from, end)), to: end)
    let queries = CanaryQueries(
      reader: reader, target: loaded.target.name,
      errorResponses: loaded.policy.errorResponses)
    return WatchedRollout(
      try ReportMaterial(
        reader, loaded, window: window, generatedAt: now, details: []),
      reasonForNoRollout: running == nil ? GateLook.noRollout(loaded) : nil,
      recent: try queries.table("errors", in: recentWindow), recentWindow: recentWindow,
      override: try reader.overrideInForce(of: running?.id, targetID: loaded.id, at: [now]),
      newestEnd: newest?.end)
  }
}
