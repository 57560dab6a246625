import Analysis
import Rollouts

/// How long a rollout needs at which weight, as a small table.
public struct PlanTable: Sendable {
  private let rows: [PlanRow]
  private let basis: PlanBasis
  private let rise: Double

  /// A plan.
  ///
  /// - Parameters:
  ///   - rows: One entry a weight.
  ///   - basis: What is normal.
  ///   - rise: The canary's error rate by the normal one that is to be seen.
  public init(rows: [PlanRow], basis: PlanBasis, rise: Double) {
    self.rows = rows
    self.basis = basis
    self.rise = rise
  }

  /// The plan for people.
  public var text: String {
    var table = TextTable([
      ("weight", .right), ("promoted after, if as good", .right),
      ("blocked after, if \(rise.threeDigits) times the errors", .right),
    ])
    for row in rows {
      table.add([
        row.canaryShare.percentText, cell(row.requestsToPromote), cell(row.requestsToBlock),
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
    return ([heading] + table.lines(.plain)).joined(separator: "\n") + "\n"
  }

  /// The plan for programs.
  public var json: JSONValue {
    .object([
      ("requestsPerSecond", .number(basis.requestsPerSecond)),
      ("errorRate", .number(basis.errorRate)), ("rise", .number(rise)),
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
    ])
  }

  private func seconds(_ requests: Int?) -> Double? {
    requests.map { (Double($0) / basis.requestsPerSecond).rounded(.up) }
  }

  private func cell(_ requests: Int?) -> String {
    guard let requests, let seconds = seconds(requests) else { return "never" }
    return "\(Duration.seconds(seconds).coarseText) (\(requests.groupedText) requests)"
  }
}
