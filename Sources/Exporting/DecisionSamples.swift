import Foundation
import Rollouts
import Store

/// The verdict of a decision, and the evidence of each of its checks.
struct DecisionSamples {
  /// What the stored evidence says of a check.
  struct Check: Decodable {
    let name: String
    let canary: String
    let evidenceToBlock: Double?
    let evidenceToPromote: Double?
    let requiredEvidence: Double?
    let requiredEvidenceToPromote: Double?
  }

  private struct Evidence: Decodable {
    let checks: [Check]?
  }

  private static let verdicts: [Verdict] = [.promote, .block, .hold, .unknown]

  let decision: Decision
  let checks: [Check]

  init(_ stored: StoredDecision, checks: [Check]) {
    decision = stored.decision
    self.checks = checks
  }

  /// The checks of a decision; none of one that could not be evaluated.
  static func checks(in stored: StoredDecision) throws -> [Check] {
    try JSONDecoder().decode(Evidence.self, from: Data(stored.evidenceJSON.utf8)).checks ?? []
  }

  func add(to lines: inout SampleLines) {
    for verdict in Self.verdicts {
      lines.add(
        .verdict, ["verdict": verdict.rawValue], decision.verdict == verdict ? 1 : 0,
        at: decision.at)
    }
    for check in checks {
      for (direction, evidence, required) in [
        ("block", check.evidenceToBlock, check.requiredEvidence),
        ("promote", check.evidenceToPromote, check.requiredEvidenceToPromote),
      ] {
        let labels = ["check": check.name, "canary": check.canary, "direction": direction]
        lines.add(.evidence, labels, evidence, at: decision.at)
        if evidence != nil { lines.add(.requiredEvidence, labels, required, at: decision.at) }
      }
    }
  }
}
