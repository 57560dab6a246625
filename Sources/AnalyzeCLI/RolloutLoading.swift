import Analysis
import Reporting
import Rollouts
import Store

/// A rollout as it is judged for a report.
struct JudgedRollout {
  /// What was counted; `nil` if nothing ever was.
  let evidence: RolloutEvidence?
  let judgement: Judgement
}

/// What the database holds about a target as of a moment.
struct LoadedTarget: Sendable {
  let id: Int64
  let target: Target
  /// What is demanded of its canaries, and whose counts are judged, named by the file or found.
  let policy: Policy
  let spans: [WeightSpan]
  let rollouts: [Rollout]
  let source: SourceState
  private let moment: Timestamp

  init(_ reader: Reader, targetName: String?, policy: (String) -> Policy, asOf moment: Timestamp)
    throws
  {
    let stored = try reader.target(named: targetName)
    id = stored.id
    target = stored.target
    spans = try reader.weightSpans(of: stored.id).asOf(moment)
    var policy = policy(stored.target.name)
    policy.reporter = try policy.reporter ?? reader.judgedReporter(of: stored.id)
    self.policy = policy
    rollouts = Rollout.all(in: spans, baseline: policy.baseline)
    source = try reader.sourceState(of: stored.id, asOf: moment)
    self.moment = moment
  }

  /// What the gate would say of a rollout; of one that is over, as of its end, however long ago that
  /// was.
  func judged(_ rollout: Rollout, _ reader: Reader) throws -> JudgedRollout {
    let end = min(rollout.endedAt ?? moment, moment)
    let evidence = try evidence(of: rollout, reader, upTo: end)
    let source = end == moment ? source : try reader.sourceState(of: id, asOf: end)
    return JudgedRollout(
      evidence: evidence,
      judgement: Judge(policy: policy).judgement(on: evidence, source: source, asOf: end))
  }

  /// What was counted of a rollout, up to a moment; `nil` if nothing was ever counted.
  func evidence(
    of rollout: Rollout, _ reader: Reader, upTo moment: Timestamp
  ) throws -> RolloutEvidence? {
    guard let reporter = policy.reporter else { return nil }
    let window = TimeWindow(from: rollout.startedAt, to: min(moment, rollout.endedAt ?? moment))
    return RolloutEvidence(
      rollout: rollout, reporter: reporter,
      intervals: try reader.intervals(of: id, in: window, .settled),
      observations: try reader.observations(of: id, by: reporter, in: window),
      durationBounds: try reader.durationBounds(of: id, by: reporter),
      earlierDurations: try earlierDurations(of: rollout, by: reporter, reader),
      customObservations: try reader.customObservations(of: id, in: window),
      customGaps: try reader.customGaps(of: id, in: window),
      calibrations: try reader.calibrations(of: id, asOf: moment),
      earlierPolicies: try reader.earlierPolicies(
        of: rollout, targetID: id, than: PolicyJSON.text(policy)),
      correctedIntervals: try reader.correctedIntervals(of: id, in: window, asOf: moment),
      rolledBackAt: rollouts.rollback(shortlyBefore: rollout))
  }

  /// The baseline's durations in the hour before the rollout.
  private func earlierDurations(
    of rollout: Rollout, by reporter: Reporter, _ reader: Reader
  ) throws -> Histogram {
    let hour = TimeWindow(from: rollout.startedAt - .seconds(3600), to: rollout.startedAt)
    var counts: [Double: Int] = [:]
    for observation in try reader.observations(of: id, by: reporter, in: hour)
    where observation.version == rollout.baseline {
      counts.merge(observation.durations.countsByUpperBoundMilliseconds, uniquingKeysWith: +)
    }
    return Histogram(counts)
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
