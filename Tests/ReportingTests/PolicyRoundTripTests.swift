import Analysis
import Reporting
import Rollouts
import Testing

/// A policy that was stored with a decision is the one that was evaluated.
@Suite struct PolicyRoundTripTests {
  private static let rise = ToleratedRise(ratio: 1.1, points: 0.0003)

  private static let demands: [PolicyCheck.Demand] = [
    .errors(rise), .errors(ToleratedRise(ratio: 1.0 / 3, points: 0)),
    .latency(LatencyDemand(atMost: rise, at: .everyBound)),
    .latency(LatencyDemand(atMost: rise, at: .quantile(0.999))),
    .latency(LatencyDemand(atMost: rise, at: .milliseconds(2.5))),
    .trafficSplit(oddsTolerance: 0.07), .limit(.errorRate(0.01)),
    .limit(.latency(quantile: 0.99, milliseconds: 0.1 + 0.2)),
    .custom(CustomCounts(good: #"sum(a{x="\n€"})"#, bad: "sum(b)", atMost: rise)),
  ]

  private static let policies: [Policy] =
    [
      Policy.standard, Policy(checks: []), Policy(baseline: "v1", canaries: ["v2", "v3"]),
      Policy(canaries: []), Policy(falseBlockBound: 0.1, falsePromoteBound: 1e-12),
      Policy(reporter: .source), Policy(reporter: .destination),
      Policy(errorResponses: ErrorResponses(classes: [])),
      Policy(
        errorResponses: ErrorResponses(
          classes: Set(ResponseClass.allCases), codes: ["429", "0"], grpcStatuses: ["8", "14"])),
      Policy(warmUp: .zero), Policy(warmUp: .milliseconds(90_250)), Policy(canaryWarmUp: .zero),
      Policy(minimumRequests: 50_000),
      Policy(maximumDataAge: .milliseconds(1)), Policy(isStrict: true), Policy(retries: 0),
      Policy(retries: 3),
    ]
    + demands.map { Policy(checks: [PolicyCheck(name: "one", demand: $0)]) }
    + [PolicyCheck.Requirement.required, .requiredWhereCounted, .informative].map {
      Policy(checks: [PolicyCheck(name: "one", demand: .errors(rise), requirement: $0)])
    }
    + [Policy(checks: demands.enumerated().map { PolicyCheck(name: "\($0)", demand: $1) })]

  @Test(arguments: policies)
  func `every option and every kind of check is read back`(policy: Policy) throws {
    for isIndented in [false, true] {
      let text = PolicyJSON.value(policy).text(indented: isIndented)
      #expect(try PolicyRecord.policy(of: text) == policy)
    }
  }

  @Test(arguments: [
    ("not json", "its policy has a form that this program does not know: "),
    ("{}", "its policy has a form that this program does not know: "),
  ])
  func `a policy of another form is refused`(text: String, message: String) throws {
    let error = #expect(throws: EvidenceRecord.Unreadable.self) {
      try PolicyRecord.policy(of: text)
    }
    #expect(try #require(error).description.hasPrefix(message))
  }

  @Test func `a check of a later program is named`() {
    let text = PolicyJSON.value(
      Policy(checks: [PolicyCheck(name: "one", demand: .limit(.errorRate(0.1)))])
    ).text(indented: false).replacing(#""check":"limit""#, with: #""check":"weather""#)
    let error = #expect(throws: EvidenceRecord.Unreadable.self) {
      try PolicyRecord.policy(of: text)
    }
    #expect(
      error?.description == #"its policy has a check "weather" that this program does not know"#)
  }

  @Test func `where two texts differ is told by place and values`() throws {
    #expect(
      try JSONDifference.lines(
        before: #"{"a":[{"b":1.5,"c":"x"},true],"d":null,"same":[1]}"#,
        after: #"{"a":[{"b":2,"c":"y"}],"d":0,"same":[1]}"#) == [
          "a[0].b: 1.5, now 2", #"a[0].c: "x", now "y""#, "a[1]: true, now nothing",
          "d: null, now 0",
        ])
    #expect(try JSONDifference.lines(before: "[1]", after: "[1]") == [])
  }
}
