import Rollouts

/// Combines what the checks find into the gate's verdict.
public struct Judge: Sendable {
  private let policy: Policy
  private let checks: [any Check]

  /// A judge by a policy.
  public init(policy: Policy, checks: [any Check] = [ErrorsCheck()]) {
    self.policy = policy
    self.checks = checks
  }

  /// The verdict on a rollout as of a moment.
  ///
  /// - Parameters:
  ///   - evidence: What was counted; `nil` if nothing was counted for the target yet.
  ///   - newest: The newest stored interval; `nil` if there is none.
  ///   - moment: The time of asking.
  /// - Returns: Promote only if every check says so for every canary; block as soon as one says so;
  ///   unknown if there is no data to judge by; hold otherwise.
  public func judgement(
    on evidence: RolloutEvidence?, newest: Interval?, asOf moment: Timestamp
  ) -> Judgement {
    if let reason = reasonNotToJudge(evidence, newest: newest, asOf: moment) {
      return Judgement(verdict: .unknown, reasons: [reason], checks: [])
    }
    guard let evidence else {
      return Judgement(verdict: .unknown, reasons: ["nothing was counted"], checks: [])
    }
    // The bound on false blocks is for the gate: every check and canary gets its part.
    let canaries = evidence.rollout.canaries
    let part = policy.falseBlockBound / Double(max(1, canaries.count * checks.count))
    let results = canaries.flatMap { canary in
      checks.map {
        $0.result(for: canary, evidence: evidence, policy: policy, falseBlockBound: part)
      }
    }
    return Self.combined(results)
  }

  private func reasonNotToJudge(
    _ evidence: RolloutEvidence?, newest: Interval?, asOf moment: Timestamp
  ) -> String? {
    guard let newest else {
      return "no interval is stored yet; run \"analyze collect\""
    }
    let age = moment - newest.end
    guard age <= policy.maximumDataAge else {
      return "the newest interval ended \(newest.end.rfc3339), \(age.wholeSecondsText) ago (at "
        + "most \(policy.maximumDataAge.text) is allowed); check that the collector runs"
    }
    guard let evidence else {
      return "no request to any version was counted; check that the metrics name the service"
    }
    guard !evidence.intervals.isEmpty else {
      return "no interval since the rollout began is stored yet; wait for the collector"
    }
    guard !evidence.observations.isEmpty else {
      return "no request was counted since the rollout began"
    }
    return nil
  }

  private static func combined(_ results: [CheckResult]) -> Judgement {
    func reasons(_ verdict: Verdict) -> [String] {
      results.filter { $0.verdict == verdict }.map(\.explanation)
    }
    for verdict in [Verdict.block, .unknown, .hold] where !reasons(verdict).isEmpty {
      return Judgement(verdict: verdict, reasons: reasons(verdict), checks: results)
    }
    guard !results.isEmpty else {
      return Judgement(verdict: .unknown, reasons: ["the policy has no check"], checks: [])
    }
    return Judgement(verdict: .promote, reasons: reasons(.promote), checks: results)
  }
}

extension Duration {
  fileprivate var wholeSecondsText: String {
    Duration.milliseconds(wholeMilliseconds / 1000 * 1000).text
  }
}
