import Analysis
import Reporting
import Rollouts
import Store

/// What the gate found, and the decision that was stored of it.
struct GateOutcome: Sendable {
  let target: Target
  let judgement: Judgement
  let decision: Decision

  /// Evaluates the running rollout of a target, and stores the decision in the same transaction.
  init(
    _ database: Database, targetName: String?, policy: @Sendable (String) -> Policy,
    asOf moment: Timestamp
  ) throws(StoreError) {
    self = try database.write(to: "decide") { writer in
      let loaded = try LoadedTarget(
        writer.reader, targetName: targetName, policy: policy, asOf: moment)
      let policy = policy(loaded.target.name)
      let running = loaded.rollouts.last.flatMap { $0.state == .running ? $0 : nil }
      let evidence = try running.flatMap {
        try loaded.evidence(of: $0, writer.reader, upTo: moment)
      }
      let judgement =
        if running != nil {
          Judge(policy: policy).judgement(on: evidence, newest: loaded.newest, asOf: moment)
        } else {
          Judgement(verdict: .unknown, reasons: [Self.noRollout(loaded)], checks: [])
        }
      let decision = try writer.store(
        NewDecision(
          rolloutID: running?.id, at: moment, verdict: judgement.verdict,
          reason: judgement.reasons.first ?? judgement.verdict.rawValue,
          window: evidence?.window(warmUpIntervals: policy.warmUpIntervals),
          policyJSON: EvidenceJSON.policy(policy).text(indented: false),
          evidenceJSON: EvidenceJSON.evidence(evidence, judgement, policy).text(indented: false),
          toolVersion: ToolVersion.current), of: loaded.id)
      return GateOutcome(target: loaded.target, judgement: judgement, decision: decision)
    }
  }

  private init(target: Target, judgement: Judgement, decision: Decision) {
    self.target = target
    self.judgement = judgement
    self.decision = decision
  }

  func text(in format: OutputFormat, _ status: ExitStatus) -> String {
    switch format {
    case .text: TextVerdict.gate(judgement, decision: decision, target: target)
    case .json:
      JSONVerdict.gate(judgement, decision: decision, exitStatus: status.rawValue)
        .text(indented: true) + "\n"
    }
  }

  private static func noRollout(_ loaded: LoadedTarget) -> String {
    guard let newest = loaded.spans.last else {
      return "no weights are stored yet; run \"analyze collect\""
    }
    let weights = newest.weights.versions.map {
      "\($0) \(newest.weights.share(of: $0).percentText)"
    }.joined(separator: ", ")
    return "no rollout is running: the weights have been \(weights) since "
      + "\(newest.beganAt.rfc3339); split the traffic first"
  }
}

extension RolloutEvidence {
  /// The stretch from the first to the last judged interval; `nil` if there is none.
  func window(warmUpIntervals: Int) -> TimeWindow? {
    let judged = judgedIntervals(warmUpIntervals: warmUpIntervals)
    guard let first = judged.first, let last = judged.last else { return nil }
    return TimeWindow(from: first.start, to: last.end)
  }
}
