import Analysis
import Rollouts

/// What became of rollouts, beside what the gate had said.
public enum OutcomesReport {
  /// For a terminal.
  ///
  /// - Parameters:
  ///   - outcomes: The rollouts in the order of time.
  ///   - target: The target.
  /// - Returns: Lines of text with a line end each.
  public static func text(_ outcomes: [Hindsight], target: Target) -> String {
    var lines = ["\(target.name.terminalSafe): \(outcomes.count.groupedText) rollouts"]
    var counts = TextTable([("rollouts", .right), ("what became of them", .left)])
    for (outcome, count) in self.counts(outcomes) where count > 0 {
      counts.add([count.groupedText, outcome.words])
    }
    guard !outcomes.isEmpty else { return lines[0] + "\n" }
    lines += counts.lines(.plain) + [""]
    var table = TextTable([
      ("rollout", .right), ("started (UTC)", .left), ("canary", .left), ("last answer", .left),
      ("outcome", .left),
    ])
    for hindsight in outcomes {
      let rollout = hindsight.rollout
      table.add([
        String(rollout.id), rollout.startedAt.shortText,
        rollout.canaries.map(\.terminalSafe).joined(separator: ", "),
        hindsight.lastDecision?.decision.verdict.rawValue ?? "not asked", hindsight.outcome.words,
      ])
    }
    return (lines + table.lines(.plain)).joined(separator: "\n") + "\n"
  }

  /// As JSON.
  ///
  /// - Parameters:
  ///   - outcomes: The rollouts in the order of time.
  ///   - target: The target.
  /// - Returns: The value; its keys are public.
  public static func value(_ outcomes: [Hindsight], target: Target) -> JSONValue {
    .object([
      ("schemaVersion", .integer(1)), ("target", .string(target.name)),
      ("counts", .object(counts(outcomes).map { ($0.0.rawValue, .integer(Int64($0.1))) })),
      ("rollouts", .array(outcomes.map(value))),
    ])
  }

  private static func value(_ hindsight: Hindsight) -> JSONValue {
    let rollout = hindsight.rollout
    let last = hindsight.lastDecision
    return .object([
      ("id", .integer(rollout.id)), ("startedAt", .string(rollout.startedAt.rfc3339)),
      ("endedAt", .string(rollout.endedAt?.rfc3339)), ("baseline", .string(rollout.baseline)),
      ("canaries", .array(rollout.canaries.map(JSONValue.string))),
      ("state", .string(rollout.state.rawValue)),
      ("lastDecision", last.map { .integer($0.decision.id) } ?? .null),
      ("lastVerdict", .string(last?.decision.verdict.rawValue)),
      ("override", last?.overrideEntry.map(JSONValue.integer) ?? .null),
      ("rolledBackAt", .string(hindsight.rolledBackAt?.rfc3339)),
      ("outcome", .string(hindsight.outcome.rawValue)),
    ])
  }

  private static func counts(_ outcomes: [Hindsight]) -> [(RolloutOutcome, Int)] {
    RolloutOutcome.allCases.map { outcome in
      (outcome, outcomes.count { $0.outcome == outcome })
    }
  }
}

extension RolloutOutcome {
  fileprivate var words: String {
    switch self {
    case .promotedAndKept: "promote, and kept"
    case .promotedAndRolledBack: "promote, and rolled back within a day"
    case .promotedAndAbandoned: "promote, and taken back before it held everything"
    case .blockedAndAbandoned: "block, and taken back"
    case .blockedAndOverridden: "block, and overridden"
    case .blockedAndPromoted: "block, and promoted without an override"
    case .undecidedAndOverridden: "no answer, and overridden"
    case .undecidedAndPromoted: "no answer, and promoted"
    case .undecidedAndAbandoned: "no answer, and taken back"
    case .open: "open: running, or promoted less than a day ago"
    }
  }
}
