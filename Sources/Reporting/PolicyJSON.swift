import Rollouts

/// A policy as JSON, with the keys of `analyze.yaml`.
public enum PolicyJSON {
  /// The policy as it is stored with decisions: on one line.
  ///
  /// - Parameter policy: The policy.
  /// - Returns: JSON; the same policy always gives the same text.
  public static func text(_ policy: Policy) -> String {
    value(policy).text(indented: false)
  }

  /// The policy as evaluated: every key, those that a file leaves out too.
  ///
  /// - Parameter policy: The policy.
  /// - Returns: The value; the same policy always gives the same text.
  public static func value(_ policy: Policy) -> JSONValue {
    .object([
      ("baseline", .string(policy.baseline)),
      ("canaries", policy.canaries.map { .array($0.map(JSONValue.string)) } ?? .null),
      ("falseBlockBound", .number(policy.falseBlockBound)),
      ("falsePromoteBound", .number(policy.falsePromoteBound)),
      ("reporter", .string(policy.reporter?.rawValue)),
      ("errorResponses", words(policy.errorResponses)),
      ("warmUpSeconds", .number(policy.warmUp?.seconds)),
      ("canaryWarmUpSeconds", .number(policy.canaryWarmUp.seconds)),
      ("minimumRequests", .integer(Int64(policy.minimumRequests))),
      ("maximumDataAgeSeconds", .number(policy.maximumDataAge.seconds)),
      ("strict", .bool(policy.isStrict)),
      ("retries", .integer(policy.retries)),
      ("checks", .array(policy.checks.map(check))),
    ])
  }

  /// Which responses are errors, as the queries of the report take them.
  ///
  /// - Parameter responses: The responses.
  /// - Returns: An array of words.
  public static func words(_ responses: ErrorResponses) -> JSONValue {
    .array(responses.words.map(JSONValue.string))
  }

  private static func check(_ check: PolicyCheck) -> JSONValue {
    let (kind, members) = demand(check.demand)
    return .object(
      [("check", .string(kind)), ("name", .string(check.name))] + members + [
        ("required", .string(check.requirement.rawValue))
      ])
  }

  private static func demand(
    _ demand: PolicyCheck.Demand
  ) -> (kind: String, members: [(key: String, value: JSONValue)]) {
    switch demand {
    case .errors(let rise): ("errors", [("atMost", atMost(rise))])
    case .latency(let latency): ("latency", [("atMost", atMost(latency.atMost))] + at(latency.at))
    case .trafficSplit(let tolerance): ("traffic-split", [("tolerance", .number(tolerance))])
    case .limit(.errorRate(let rate)): ("limit", [("errors", .number(rate))])
    case .limit(.latency(let quantile, let milliseconds)):
      ("limit", [("quantile", .number(quantile)), ("latencyMilliseconds", .number(milliseconds))])
    case .custom(let custom):
      (
        "custom",
        [
          ("good", .string(custom.good)), ("bad", .string(custom.bad)),
          ("atMost", atMost(custom.atMost)),
        ]
      )
    }
  }

  private static func at(_ slowness: LatencyDemand.Slowness) -> [(key: String, value: JSONValue)] {
    switch slowness {
    case .everyBound: []
    case .quantile(let quantile): [("quantile", .number(quantile))]
    case .milliseconds(let bound): [("boundMilliseconds", .number(bound))]
    }
  }

  private static func atMost(_ rise: ToleratedRise) -> JSONValue {
    .object([("ratio", .number(rise.ratio)), ("points", .number(rise.points))])
  }
}
