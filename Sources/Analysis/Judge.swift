import Foundation
import Rollouts
import Statistics

/// Applies a policy to a rollout: every check to every canary, and what comes of them together.
public struct Judge: Sendable {
  private let policy: Policy
  private let processors: Processors

  /// A judge by a policy.
  public init(policy: Policy) {
    self.init(policy: policy, processors: .all)
  }

  init(policy: Policy, processors: Processors) {
    self.policy = policy
    self.processors = processors
  }

  /// The verdict on a rollout as of a moment.
  ///
  /// - Parameters:
  ///   - evidence: What was counted; `nil` if nothing was counted for the target yet.
  ///   - source: What is known of where the counts come from.
  ///   - moment: The time of asking.
  /// - Returns: Promote only if every required check says so for every canary; block as soon as one
  ///   says so, or all checks of a canary together; unknown if there is no data to judge by; hold
  ///   otherwise.
  public func judgement(
    on evidence: RolloutEvidence?, source: SourceState, asOf moment: Timestamp
  ) -> Judgement {
    let availability = DataAvailability(policy: policy, source: source, moment: moment)
    let staleness = availability.staleness
    func unknown(_ reason: String) -> Judgement {
      Judgement(verdict: .unknown, reasons: [reason], checks: [])
    }
    if let reason = availability.reasonNotToJudge(evidence) { return unknown(reason) }
    guard let evidence else { return unknown("nothing was counted") }
    let counts = JudgedCounts(evidence, policy: policy, processors: processors)
    let canaries = judgedCanaries(evidence.rollout)
    guard !canaries.isEmpty else { return unknown(staleness ?? noCanary(evidence.rollout)) }
    let cases = CanaryCase.all(canaries, counts: counts, processors: processors)
    let finding = combined(cases, counts, availability)
    if let staleness, finding.verdict != .block { return unknown(staleness) }
    let standing = finding.verdict == .block ? mismatchNote(cases, counts) : []
    return Judgement(
      verdict: finding.verdict, reasons: finding.reasons + [staleness].compactMap { $0 },
      checks: cases.flatMap { $0.evaluations.map(\.result) },
      notes: standing + notes(cases, counts, canaries: canaries))
  }

  /// The verdict on the evidence of one step alone, as of its last interval.
  ///
  /// - Parameters:
  ///   - id: The number of the step's weight state.
  ///   - evidence: What was counted.
  ///   - window: The part of the step that is looked at.
  /// - Returns: The verdict; `nil` if the weight state is no step of the rollout.
  public func verdict(
    onStep id: Int64, of evidence: RolloutEvidence, within window: TimeWindow
  ) -> Verdict? {
    guard let part = evidence.step(id, within: window) else { return nil }
    let newest = part.intervals.last
    return judgement(
      on: part, source: SourceState(newest: newest), asOf: newest?.end ?? window.to
    ).verdict
  }

  /// How the evidence of each check developed, interval by interval.
  ///
  /// - Parameter evidence: What was counted.
  /// - Returns: One entry for each check that can block, and each canary that is judged.
  public func histories(of evidence: RolloutEvidence) -> [EvidenceHistory] {
    let counts = JudgedCounts(evidence, policy: policy, processors: processors)
    let canaries = judgedCanaries(evidence.rollout)
    let cases = CanaryCase.all(canaries, counts: counts, processors: processors)
    return cases.flatMap { $0.histories(counts, processors: processors) }
  }

  /// The canaries that hold weight at present, as far as the policy names them.
  private func judgedCanaries(_ rollout: Rollout) -> [String] {
    let weights = rollout.steps.last?.weights
    return rollout.canaries.filter { canary in
      (policy.canaries?.contains(canary) ?? true) && (weights?.share(of: canary) ?? 0) > 0
    }
  }

  private func noCanary(_ rollout: Rollout) -> String {
    let running = rollout.canaries.joined(separator: ", ")
    guard let named = policy.canaries, Set(named).isDisjoint(with: rollout.canaries) else {
      return "none of the canaries that are judged (\(running)) holds weight now"
    }
    return "the policy judges \(named.joined(separator: ", ")), but the rollout is of \(running); "
      + "correct canaries in the policy"
  }

  private func combined(
    _ cases: [CanaryCase], _ counts: JudgedCounts, _ availability: DataAvailability
  ) -> (verdict: Verdict, reasons: [String]) {
    let required = cases.flatMap(\.required).map(\.result)
    func reasons(_ verdict: Verdict) -> [String] {
      required.filter { $0.verdict == verdict }.map(\.explanation)
    }
    let missing = availability.missingVersion(among: [counts.baseline] + cases.map(\.canary))
    // Counts that are not divided as configured are no evidence, for either side; what was shown
    // before they were found not to be stands.
    let blocking = cases.flatMap { $0.blocks(before: firstMismatch(cases)) }
    guard blocking.isEmpty else { return (.block, blocking) }
    // The requests of a version that is not counted are not divided as configured, which is no news.
    let mismatches = required.filter { $0.metric == TrafficSplit.metric && $0.verdict == .hold }
    guard mismatches.isEmpty else {
      return missing.map { (.unknown, [$0]) } ?? (.hold, mismatches.map(\.explanation))
    }
    if let missing { return (.unknown, [missing]) }
    let holding = reasons(.hold) + cases.compactMap { tooFewRequests(to: $0.canary, counts) }
    guard holding.isEmpty else { return (.hold, holding) }
    // A traffic split as configured says nothing of how good a canary is.
    guard required.contains(where: { $0.requiredEvidenceToPromote != nil }) else {
      return (.unknown, ["the policy has no check that can promote"])
    }
    return (.promote, reasons(.promote))
  }

  /// The place of the first judged interval by which the requests to any canary were shown not to be
  /// divided as configured.
  private func firstMismatch(_ cases: [CanaryCase]) -> Int? {
    cases.flatMap(\.required).compactMap(\.mismatchAt).min()
  }

  private func mismatchNote(_ cases: [CanaryCase], _ counts: JudgedCounts) -> [String] {
    guard let place = firstMismatch(cases) else { return [] }
    return [
      "the requests were shown not to be divided as configured by "
        + "\(counts.intervals[place].end.rfc3339); the block was shown before, and stands"
    ]
  }

  private func tooFewRequests(to canary: String, _ counts: JudgedCounts) -> String? {
    let requests = counts.requests(of: canary).reduce(0, +)
    guard requests < policy.minimumRequests else { return nil }
    let lacking = policy.minimumRequests - requests
    let seconds = counts.requestsBySecond(of: canary).map { Double(lacking) / $0 }
    let time = seconds.flatMap { Int64(exactly: $0.rounded(.up)) }.map {
      " (\($0 < 1_000_000_000 ? Duration.seconds($0).text : "decades") at its present rate)"
    }
    return "\(canary) has had \(requests.groupedText) requests, the policy demands "
      + "\(policy.minimumRequests.groupedText): \(lacking.groupedText) more" + (time ?? "")
  }

  private func notes(
    _ cases: [CanaryCase], _ counts: JudgedCounts, canaries: [String]
  ) -> [String] {
    var notes: [String] = []
    let evidence = counts.evidence
    let leftOut = LeftOutIntervals(counts)
    for (count, reason) in [
      (leftOut.aroundChanges, "the weights changed in them or shortly before"),
      (leftOut.ofUnknownWeights, "the weights in them are not known"),
    ] where count > 0 {
      notes.append(
        "\(count.groupedText) of \(evidence.intervals.count.groupedText) intervals are left out: "
          + reason)
    }
    for check in policy.checks {
      guard case .custom = check.demand, let untrusted = counts.untrustedCustom(check.name) else {
        continue
      }
      notes.append("of the check \(check.name) \(untrusted)")
    }
    let others = evidence.rollout.canaries.filter { !canaries.contains($0) }
    if !others.isEmpty {
      notes.append("not judged, by the policy or without weight: \(others.joined(separator: ", "))")
    }
    if evidence.earlierPolicies > 0 {
      notes.append(
        "the policy was changed during this rollout: what is left of the bound on false verdicts is "
          + "divided, and more evidence is demanded")
    }
    if evidence.correctedIntervals > 0 {
      notes.append(
        "\(evidence.correctedIntervals.groupedText) "
          + (evidence.correctedIntervals == 1 ? "interval was" : "intervals were")
          + " corrected after the counts had settled: verdicts of before were made from other "
          + "counts, see \"analyze audit\"")
    }
    if let rolledBackAt = evidence.rolledBackAt {
      notes.append(
        "a rollout of the same canary was rolled back at \(rolledBackAt.rfc3339): this one is judged "
          + "by its own requests alone, and each has a bound on false verdicts of its own")
    }
    notes += cases.flatMap { $0.notes(counts) }.uniqued()
    return notes
  }
}
