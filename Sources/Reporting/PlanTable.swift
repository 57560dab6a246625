import Analysis
import Rollouts

/// How long a rollout needs at which weight, as a small table.
public struct PlanTable: Sendable {
  private let rows: [PlanRow]
  private let basis: PlanBasis
  private let rise: Double
  private let toleratedErrorRate: Double?

  /// A plan.
  ///
  /// - Parameters:
  ///   - rows: One entry a weight.
  ///   - basis: What is normal.
  ///   - rise: The canary's error rate by the normal one that is to be seen.
  ///   - toleratedErrorRate: The canary's error rate that is tolerated; `nil` where any is.
  public init(rows: [PlanRow], basis: PlanBasis, rise: Double, toleratedErrorRate: Double?) {
    self.rows = rows
    self.basis = basis
    self.rise = rise
    self.toleratedErrorRate = toleratedErrorRate
  }

  /// The plan for people.
  public var text: String {
    var table = TextTable([
      ("weight", .right), ("promoted after, if as good", .right),
      ("blocked after, if \(rise.threeDigits) times the errors", .right),
    ])
    for row in rows {
      table.add([
        row.canaryShare.percentText, cell(row.requestsToPromote, orNever: "never: no room"),
        cell(row.requestsToBlock, orNever: neverBlockedWord),
      ])
    }
    let dispersion =
      basis.dispersion > 1 ? ", dispersion \(basis.dispersion.threeDigits) (calibrated)" : ""
    let latency =
      basis.slowShares.isEmpty
      ? "; latency is left out: no durations are known" : ""
    let heading =
      "\(basis.requestsPerSecond.threeDigits) requests a second, \(basis.errorRate.percentText) "
      + "errors\(dispersion)\(latency)"
    let paragraphs = [heading] + reasons.map { $0.reason + "." }
    let head = paragraphs.flatMap { $0.wrapped(to: TextStyle.plain.width) }
    let foot =
      "In its first ten intervals the gate demands more: so few say little of how far requests "
      + "depend on each other."
    return (head + table.lines(.plain) + [""] + foot.wrapped(to: TextStyle.plain.width))
      .joined(separator: "\n") + "\n"
  }

  /// Why some figures are missing.
  private var reasons: [(key: String, reason: String)] {
    var reasons: [(key: String, reason: String)] = []
    if rows.contains(where: { $0.requestsToPromote == nil }) {
      reasons.append(
        (
          "toPromoteReason",
          "never promoted: the policy tolerates no more than what is normal, and that two rates are "
            + "equal cannot be shown; give atMost a ratio above 1 or points above 0, and a limit of "
            + "errors above what is normal"
        ))
    }
    if rows.contains(where: { $0.requestsToBlock == nil }) {
      reasons.append(("toBlockReason", neverBlocked))
    }
    return reasons
  }

  private var neverBlockedWord: String {
    toleratedErrorRate == nil ? "never: not compared" : "never: tolerated"
  }

  private var neverBlocked: String {
    guard let tolerated = toleratedErrorRate else {
      return "never blocked: no check of the policy compares error rates"
    }
    let risen = min(1, rise * basis.errorRate)
    guard risen > basis.errorRate else {
      return "never blocked: \(risen.percentText) errors are no more than what is normal"
    }
    return "never blocked: \(risen.percentText) errors are tolerated, up to "
      + "\(tolerated.percentText); ask for a larger --rise, or tolerate less in the policy"
  }

  /// The plan for programs.
  public var json: JSONValue {
    .object(
      [
        ("requestsPerSecond", .number(basis.requestsPerSecond)),
        ("errorRate", .number(basis.errorRate)), ("rise", .number(rise)),
        ("toleratedErrorRate", .number(toleratedErrorRate)),
        ("dispersion", .number(basis.dispersion)),
        (
          "rows",
          .array(
            rows.map { row in
              .object([
                ("weight", .number(row.canaryShare)),
                ("requestsToPromote", .integer(row.requestsToPromote)),
                ("secondsToPromote", .number(seconds(row.requestsToPromote))),
                ("requestsToBlock", .integer(row.requestsToBlock)),
                ("secondsToBlock", .number(seconds(row.requestsToBlock))),
              ])
            })
        ),
      ] + reasons.map { ($0.key, .string($0.reason)) })
  }

  private func seconds(_ requests: Int?) -> Double? {
    requests.map { (Double($0) / basis.requestsPerSecond).rounded(.up) }
  }

  private func cell(_ requests: Int?, orNever never: String) -> String {
    guard let requests, let seconds = seconds(requests) else { return never }
    return "\(Duration.seconds(seconds).coarseText) (\(requests.groupedText) requests)"
  }
}
