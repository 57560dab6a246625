import Configuration
import Rollouts
import Testing

@Suite struct PolicyTests {
  private func parse(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
    try ConfigurationFile.parse(text, path: "analyze.yaml")
  }

  private func policy(_ text: String) throws -> Policy {
    try parse("policy: {\(text)}\n").policy
  }

  private func refusal(_ text: String) -> String {
    do throws(ConfigurationError) {
      _ = try parse("policy: {\(text)}\n")
      return "none"
    } catch {
      return error.description
    }
  }

  @Test func `every key is read`() throws {
    let file = try parse(
      """
      policy:
        baseline: v1
        canaries: [v2, v3]
        falseBlockBound: 0.01
        falsePromoteBound: 0.1
        reporter: destination
        errorResponses: [5xx, noResponse, "429", grpc-8]
        warmUp: 1m
        canaryWarmUp: 90s
        minimumRequests: 500
        maximumDataAge: 2m
        strict: true
        retries: 2
        checks:
        - check: errors
          atMost: {ratio: 1.5, points: 0.002}
        - check: latency
          name: p99
          quantile: 0.99
          atMost: {ratio: 2}
        - check: latency
          name: slow
          bound: 2s
          required: false
        - check: traffic-split
          tolerance: 0.1
        - check: limit
          errors: 0.01
        - check: limit
          name: p95 below 500 ms
          quantile: 0.95
          latency: 500ms
        - check: custom
          name: orders
          good: sum(increase(good[{{step}}]))
          bad: sum(increase(bad[{{step}}]))
          atMost: {points: 0.01}
      """)
    let rise = ToleratedRise(ratio: 2, points: 0.002)
    #expect(
      file.policy
        == Policy(
          baseline: "v1", canaries: ["v2", "v3"], falseBlockBound: 0.01, falsePromoteBound: 0.1,
          reporter: .destination,
          errorResponses: ErrorResponses(
            classes: [.serverError, .noResponse], codes: ["429"], grpcStatuses: ["8"]),
          warmUp: .seconds(60), canaryWarmUp: .seconds(90), minimumRequests: 500,
          maximumDataAge: .seconds(120),
          isStrict: true, retries: 2,
          checks: [
            PolicyCheck(
              name: "errors", demand: .errors(ToleratedRise(ratio: 1.5, points: 0.002))),
            PolicyCheck(
              name: "p99", demand: .latency(LatencyDemand(atMost: rise, at: .quantile(0.99)))),
            PolicyCheck(
              name: "slow",
              demand: .latency(LatencyDemand(atMost: .latency, at: .milliseconds(2000))),
              requirement: .informative),
            PolicyCheck(name: "traffic-split", demand: .trafficSplit(oddsTolerance: 0.1)),
            PolicyCheck(name: "limit", demand: .limit(.errorRate(0.01))),
            PolicyCheck(
              name: "p95 below 500 ms",
              demand: .limit(.latency(quantile: 0.95, milliseconds: 500))),
            PolicyCheck(
              name: "orders",
              demand: .custom(
                CustomCounts(
                  good: "sum(increase(good[{{step}}]))", bad: "sum(increase(bad[{{step}}]))",
                  atMost: ToleratedRise(ratio: 1.25, points: 0.01)))),
          ]))
  }

  @Test func `a file without a policy has the standard one`() throws {
    #expect(try parse("targets: [{name: a}]").policy == .standard)
    #expect(try parse("targets: [{name: a}]").targets.map(\.policy) == [.standard])
    #expect(try policy("") == .standard)
  }

  @Test func `a target's policy changes that of all targets key by key`() throws {
    let file = try parse(
      """
      policy: {strict: true, retries: 1, checks: [{check: errors}]}
      targets:
      - name: a
      - name: b
        policy: {strict: false, minimumRequests: 10}
      """)
    let general = Policy(
      isStrict: true, retries: 1, checks: [PolicyCheck(name: "errors", demand: .errors(.errors))])
    var own = general
    own.isStrict = false
    own.minimumRequests = 10
    #expect(file.policy == general)
    #expect(file.targets.map(\.policy) == [general, own])
  }

  @Test func `errors may be those of the client too`() throws {
    #expect(
      try policy("errorResponses: [4xx, 5xx]").errorResponses
        == ErrorResponses(classes: [.clientError, .serverError]))
  }

  @Test(
    arguments: [
      (
        "falseBlockBound: 0",
        "falseBlockBound is 0.0; write a probability above 0 and at most 0.5, such as 0.05"
      ),
      (
        "falsePromoteBound: 5",
        "falsePromoteBound is 5.0; write a probability above 0 and at most 0.5, such as 0.05"
      ),
      ("reporter: client", "reporter is \"client\"; write source or destination"),
      (
        "errorResponses: [bad]",
        "errorResponses has \"bad\"; write a class (4xx, 5xx, noResponse), a status code (429) or "
          + "a gRPC status (grpc-8)"
      ),
      (
        "errorResponses: [\"600\"]",
        "errorResponses has \"600\"; write a class (4xx, 5xx, noResponse), a status code (429) or "
          + "a gRPC status (grpc-8)"
      ),
      ("warmUp: soon", "warmUp is \"soon\"; write a duration such as 15s or 5m"),
      ("canaryWarmUp: -1s", "canaryWarmUp is \"-1s\"; write a duration such as 15s or 5m"),
      ("maximumDataAge: 5", "maximumDataAge is \"5\"; write a duration such as 15s or 5m"),
      ("minimumRequests: -1", "minimumRequests is -1; write 0 or more"),
      ("retries: -1", "retries is -1; write 0 or more"),
      (
        "baseline: v1, canaries: [v1]",
        "canaries has the baseline v1; a version is one or the other"
      ),
      ("checks: []", "checks is empty; leave the key out for the standard checks, or name one"),
      (
        "checks: [{check: errors}, {check: errors}]",
        "checks: two have the name \"errors\"; give one another with name:"
      ),
    ])
  func `a value that cannot be meant is named with what to write`(text: String, reason: String) {
    #expect(refusal(text) == "cannot use analyze.yaml: policy.\(reason)")
  }

  @Test(arguments: ["{check: errors, required: false}", "{check: traffic-split}"])
  func `a policy that every canary would pass is refused`(check: String) {
    #expect(
      refusal("checks: [\(check)]") == """
        cannot use analyze.yaml: policy.checks: none that judges the canary is required, so that \
        every canary would pass; require errors, latency, limit or custom
        """)
  }

  @Test(
    arguments: [
      ("check: errors, name: \"\"", ": a name is empty; leave it out or give it one"),
      (
        "check: errors, atMost: {ratio: 0}",
        "errors: atMost.ratio is 0.0; write a factor above 0, such as 1.25"
      ),
      (
        "check: errors, atMost: {points: 1}",
        "errors: atMost.points is 1.0; write a fraction of 1, such as 0.001 for 0.1 percentage "
          + "points"
      ),
      (
        "check: latency, quantile: 0.9, bound: 1s", "latency: quantile and bound exclude each other"
      ),
      (
        "check: latency, quantile: 99",
        "latency: quantile is 99.0; write a fraction between 0 and 1, such as 0.99"
      ),
      (
        "check: latency, bound: 250",
        "latency: bound is \"250\"; write a duration such as 250ms or 2s"
      ),
      (
        "check: traffic-split, tolerance: -1",
        "traffic-split: tolerance is -1.0; write 0 or more, such as 0.05 for 5 % of the odds"
      ),
      ("check: limit", "limit: write either errors: 0.01, or quantile: 0.99 and latency: 500ms"),
      (
        "check: limit, errors: 0.01, latency: 1s",
        "limit: write either errors: 0.01, or quantile: 0.99 and latency: 500ms"
      ),
      (
        "check: limit, errors: 1",
        "limit: errors is 1.0; write a fraction between 0 and 1, such as 0.01"
      ),
      ("check: custom, good: g", "custom: good and bad are missing; write a query for each"),
      (
        "check: custom, good: \"g[{{step}}]\", bad: b",
        "custom: bad has no {{step}}; write increase(METRIC{…}[{{step}}]), so that it counts each "
          + "interval"
      ),
    ])
  func `a check that cannot be meant is named with what to write`(check: String, reason: String) {
    #expect(
      refusal("checks: [{\(check)}]") == "cannot use analyze.yaml: policy.checks, \(reason)")
  }

  @Test func `a check or a key of it that is not known is named with those that are`() {
    #expect(
      refusal("checks: [{check: error}]").hasSuffix(
        "the check \"error\" is not known; the checks are custom, errors, latency, limit, "
          + "traffic-split"))
    #expect(
      refusal("checks: [{check: errors, quantile: 0.9}]").hasSuffix(
        "the check errors has no key \"quantile\"; its keys are atMost, check, name, required"))
    #expect(
      refusal("strickt: true").hasSuffix(
        "the key \"strickt\" is not known; the keys are baseline, canaries, falseBlockBound, "
          + "falsePromoteBound, reporter, errorResponses, warmUp, canaryWarmUp, minimumRequests, maximumDataAge, "
          + "strict, retries, checks"))
  }

  @Test func `a mistake in a target's policy is told with the target`() {
    do throws(ConfigurationError) {
      _ = try parse("targets: [{name: a, policy: {retries: -1}}]")
      Issue.record("not refused")
    } catch {
      #expect(
        error.description
          == "cannot use analyze.yaml: targets, a: policy.retries is -1; write 0 or more")
    }
  }
}
