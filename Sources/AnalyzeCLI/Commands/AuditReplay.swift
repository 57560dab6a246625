import Analysis
import ArgumentParser
import Configuration
import Reporting
import Rollouts
import Store

extension Analyze.Audit {
  /// Makes a stored decision again from its stored evidence.
  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Evaluate a stored decision again from its stored evidence, and compare.",
      discussion: """
        Uses nothing but what was stored with the decision: it works on a copy of the file, on \
        another machine, and after the observations were pruned. The exit status is 1 if a verdict \
        or a figure differs from what was stored. With --policy it says what another policy would \
        have made of the same evidence.
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The number of the decision.")
    var id: Int64

    @Option(
      help: ArgumentHelp(
        "Judge by the policy of this configuration file instead.", valueName: "file"))
    var policy: String?

    func run() async throws {
      let path = try common.databasePath(try common.configuration())
      let stored: StoredDecision
      let parts: [EvidencePart]
      do {
        let database = try Database(path: path, mode: .readOnly)
        let id = id
        (stored, parts) = try database.read(to: "replay the decision") { reader in
          (try reader.decision(id), try reader.evidenceParts(of: id))
        }
      } catch {
        throw CommandFailure(error)
      }
      guard !parts.isEmpty else {
        throw CommandFailure(
          .failure,
          "cannot replay decision \(id) of \(stored.target): it was made before "
            + "evidence was kept")
      }
      let replay = try replay(stored, parts)
      try Output.write(replay.text, to: nil)
      if !replay.isIdentical { throw CommandFailure(.failure, nil) }
    }

    private func replay(
      _ stored: StoredDecision, _ parts: [EvidencePart]
    ) throws(CommandFailure) -> DecisionReplay {
      do {
        let material = try EvidenceRecord.material(
          of: parts.map(\.bytes), policy: PolicyRecord.policy(of: stored.policyJSON))
        let statistics = try EvidenceRecord.statistics(of: parts.map(\.bytes))
        guard let policy else {
          return try DecisionReplay(stored, parts, material, statistics: statistics)
        }
        let file = try ConfigurationFile.read(at: policy)
        return DecisionReplay(
          stored, material, statistics: statistics,
          policy: file.targets.first { $0.name == stored.target }?.policy ?? file.policy)
      } catch let error as ConfigurationError {
        throw CommandFailure(error)
      } catch {
        throw CommandFailure(
          .failure, "cannot replay decision \(stored.decision.id) of \(stored.target): \(error)")
      }
    }
  }
}

/// What came of making a decision again.
struct DecisionReplay {
  let isIdentical: Bool
  let text: String

  /// Makes the decision again by its own policy; `statistics` is their version that made it.
  init(
    _ stored: StoredDecision, _ parts: [EvidencePart], _ material: DecisionMaterial,
    statistics: Int
  ) throws {
    let judgement = material.judgement
    let evidence = EvidenceJSON.value(judgement, parts: parts.map(\.hash)).text(indented: false)
    let columns = Self.columns(
      stored.decision.verdict, stored.decision.reason, stored.window, at: stored.decision.at)
    let columnsAgain = Self.columns(
      judgement.verdict, judgement.recordedReason, material.window, at: material.moment)
    let differences =
      try JSONDifference.lines(before: columns, after: columnsAgain)
      + JSONDifference.lines(before: stored.evidenceJSON, after: evidence)
    isIdentical = differences.isEmpty && evidence.utf8.elementsEqual(stored.evidenceJSON.utf8)
    var lines = [Self.heading(stored, statistics)]
    if isIdentical {
      lines.append("replayed: identical, the same verdict and the same figures to the last bit")
    } else {
      lines.append("replayed by analyze \(ToolVersion.current): different")
      if statistics != EvidenceRecord.statistics {
        lines.append(
          "  made by version \(statistics) of the gate's statistics, replayed by version "
            + "\(EvidenceRecord.statistics)")
      }
      lines += differences.map { "  " + $0 }
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  /// What stands beside the evidence in the row of a decision.
  private static func columns(
    _ verdict: Verdict, _ reason: String, _ window: TimeWindow?, at moment: Timestamp
  ) -> String {
    JSONValue.object([
      ("at", .string(moment.rfc3339)), ("verdict", .string(verdict.rawValue)),
      ("reason", .string(reason)), ("windowFrom", .string(window?.from.rfc3339)),
      ("windowTo", .string(window?.to.rfc3339)),
    ]).text(indented: false)
  }

  /// Makes the decision by another policy.
  init(
    _ stored: StoredDecision, _ material: DecisionMaterial, statistics: Int, policy: Policy
  ) {
    var other = material
    other.policy = policy
    isIdentical = true
    text =
      Self.heading(stored, statistics) + "\nby the other policy it would have been:\n"
      + TextVerdict.text(other.judgement) + Self.withoutCounts(material.evidence, policy)
  }

  /// What a policy asks for that was decided before the counts were stored.
  private static func withoutCounts(_ evidence: RolloutEvidence?, _ policy: Policy) -> String {
    guard let evidence else { return "" }
    var missing: [String] = []
    if let reporter = policy.reporter, reporter != evidence.reporter {
      missing.append("reporter \(reporter.rawValue) (has \(evidence.reporter.rawValue))")
    }
    if let baseline = policy.baseline, baseline != evidence.rollout.baseline {
      missing.append("baseline \(baseline) (has \(evidence.rollout.baseline))")
    }
    guard !missing.isEmpty else { return "" }
    return "\nof these the decision has no counts, so it goes by those that it has: "
      + missing.joined(separator: ", ") + "\n"
  }

  private static func heading(_ stored: StoredDecision, _ statistics: Int) -> String {
    "decision \(stored.decision.id) of \(stored.target), \(stored.decision.at.rfc3339): "
      + "\(stored.decision.verdict.rawValue), by analyze \(stored.toolVersion), statistics "
      + "\(statistics)"
  }
}
