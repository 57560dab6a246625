import Analysis
import Ledger
import Reporting
import Rollouts
import Store

/// What the gate found, and the decision that was stored of it.
struct GateOutcome: Sendable {
  let target: Target
  let judgement: Judgement
  let decision: Decision
  let ledgerHead: LedgerHead?
  /// The override that lets the rollout pass all the same; `nil` if there is none or none is needed.
  let override: GateOverride?

  /// What the gate answers with.
  var status: ExitStatus { override == nil ? ExitStatus(judgement.verdict) : .success }

  /// Whether looking again would change nothing.
  var isFinal: Bool { judgement.isFinal || override != nil }

  /// Evaluates the running rollout of a target, and stores the decision in the same transaction.
  init(
    _ database: Database, targetName: String?, policy: @Sendable (String) -> Policy,
    asOf moment: Timestamp, now: Timestamp, key: SigningKey?
  ) throws(StoreError) {
    self = try database.writeBySchema(to: "decide") { writer in
      let look = try GateLook(writer.reader, targetName: targetName, policy: policy, asOf: moment)
      let parts = try EvidenceRecord.parts(of: look.material).map(EvidencePart.init)
      let override =
        look.judgement.verdict == .promote
        ? nil
        : try writer.reader.overrideInForce(
          of: look.rollout?.id, targetID: look.targetID, at: [moment, now])
      let decision = try writer.store(
        NewDecision(
          rolloutID: look.rollout?.id, at: moment, decidedAt: now,
          verdict: look.judgement.verdict, reason: look.judgement.recordedReason,
          window: look.material.window,
          policyJSON: PolicyJSON.text(look.material.policy),
          evidenceJSON: EvidenceJSON.value(look.judgement, parts: parts.map(\.hash))
            .text(indented: false),
          evidenceParts: parts, toolVersion: ToolVersion.current,
          overrideEntry: override?.entry), of: look.targetID, key: key)
      return GateOutcome(
        target: look.target, judgement: look.judgement, decision: decision,
        ledgerHead: try writer.reader.ledgerHead(), override: override)
    }
  }

  private init(
    target: Target, judgement: Judgement, decision: Decision, ledgerHead: LedgerHead?,
    override: GateOverride?
  ) {
    self.target = target
    self.judgement = judgement
    self.decision = decision
    self.ledgerHead = ledgerHead
    self.override = override
  }

  func text(in format: GateFormat) -> String {
    switch format {
    case .text:
      TextVerdict.gate(
        judgement, decision: decision, target: target, ledgerHead: ledgerHead?.hash,
        override: override)
    case .json:
      JSONVerdict.gate(
        judgement, decision: decision, exitStatus: status.rawValue, ledgerHead: ledgerHead?.hash,
        override: override
      ).text(indented: true) + "\n"
    case .markdown:
      MarkdownVerdict.gate(
        judgement, decision: decision, target: target, ledgerHead: ledgerHead?.hash,
        override: override)
    case .junit:
      JUnitVerdict.gate(
        judgement, decision: decision, target: target, ledgerHead: ledgerHead?.hash,
        override: override)
    }
  }
}

extension Judgement {
  /// Whether it is promote or block.
  var isFinal: Bool { [.promote, .block].contains(verdict) }

  /// What is stored as the reason of a decision.
  var recordedReason: String { reasons.first ?? verdict.rawValue }
}

/// One evaluation of the running rollout of a target.
struct GateLook: Sendable {
  let targetID: Int64
  let target: Target
  let rollout: Rollout?
  let material: DecisionMaterial
  let judgement: Judgement

  init(
    _ reader: Reader, targetName: String?, policy: (String) -> Policy, asOf moment: Timestamp
  ) throws {
    let loaded = try LoadedTarget(reader, targetName: targetName, policy: policy, asOf: moment)
    let running = loaded.rollouts.last.flatMap { $0.state == .running ? $0 : nil }
    targetID = loaded.id
    target = loaded.target
    rollout = running
    material = DecisionMaterial(
      policy: loaded.policy,
      evidence: try running.flatMap { try loaded.evidence(of: $0, reader, upTo: moment) },
      source: loaded.source, moment: moment,
      reasonForNoRollout: running == nil ? Self.noRollout(loaded) : nil)
    judgement = material.judgement
  }

  /// Why nothing is to be decided.
  static func noRollout(_ loaded: LoadedTarget) -> String {
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
