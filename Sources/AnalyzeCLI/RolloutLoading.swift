import Analysis
import Rollouts
import Store

/// What the database holds about a target as of a moment.
struct LoadedTarget: Sendable {
  let id: Int64
  let target: Target
  let spans: [WeightSpan]
  let rollouts: [Rollout]
  let reporter: Reporter?
  let newest: Interval?

  init(_ reader: Reader, targetName: String?, policy: (String) -> Policy, asOf moment: Timestamp)
    throws
  {
    let stored = try reader.target(named: targetName)
    id = stored.id
    target = stored.target
    spans = try reader.weightSpans(of: stored.id).asOf(moment)
    rollouts = Rollout.all(in: spans, baseline: policy(stored.target.name).baseline)
    reporter = try reader.judgedReporter(of: stored.id)
    newest = try reader.newestInterval(of: stored.id, upTo: moment, .settled)
  }

  /// What was counted of a rollout, up to a moment; `nil` if nothing was ever counted.
  func evidence(
    of rollout: Rollout, _ reader: Reader, upTo moment: Timestamp
  ) throws -> RolloutEvidence? {
    guard let reporter else { return nil }
    let window = TimeWindow(from: rollout.startedAt, to: min(moment, rollout.endedAt ?? moment))
    return RolloutEvidence(
      rollout: rollout, reporter: reporter,
      intervals: try reader.intervals(of: id, in: window, .settled),
      observations: try reader.observations(of: id, by: reporter, in: window))
  }
}

extension [WeightSpan] {
  /// The history as it was known at a moment.
  func asOf(_ moment: Timestamp) -> [WeightSpan] {
    let known = filter { $0.observedAt <= moment }
    return known.enumerated().map { index, span in
      WeightSpan(
        id: span.id, state: span.state, observedAt: span.observedAt, validFrom: span.validFrom,
        validUntil: Swift.min(span.validUntil, moment),
        isSuperseded: index < known.count - 1, gapBefore: span.gapBefore)
    }
  }
}
