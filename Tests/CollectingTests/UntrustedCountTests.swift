import Rollouts
import Store
import Testing
import VictoriaMetrics

@testable import Collecting

/// What cannot be trusted is not stored, and says why.
struct UntrustedCountTests {
  /// The reasons for each interval that is left out.
  private func reasons(
    requests: [RangeSeries] = [], durations: [RangeSeries] = []
  ) throws -> [Interval: String] {
    var translation = Translating.translation()
    try translation.addRequests(requests)
    try translation.addDurations(durations)
    let collected = translation.collected
    #expect(
      Set(collected.intervals).union(collected.untrusted.keys) == Set(Translating.intervals))
    return collected.untrusted
  }

  @Test(arguments: ["0.5", "9707.000001", "1e3", "9.0"])
  func `a count that is no whole number is not rounded`(value: String) throws {
    #expect(
      try reasons(requests: [series([:], [(15, "1"), (30, value)])]) == [
        Translating.intervals[1]:
          "an increase of \(value) is no whole number; check that the source is VictoriaMetrics "
          + "(Prometheus extrapolates) and that the metric is a plain counter"
      ])
  }

  @Test(arguments: ["NaN", "+Inf", "-Inf", "", " 1", "1_000"])
  func `what is no number is not counted`(value: String) throws {
    #expect(
      try reasons(requests: [series([:], [(15, value), (30, "1")])]) == [
        Translating.intervals[0]: "an increase of \"\(value)\" is no number"
      ])
  }

  @Test func `a count below zero is not counted`() throws {
    #expect(
      try reasons(durations: [bucket("+Inf", [(15, "-1")])]) == [
        Translating.intervals[0]: "an increase of -1 is below zero"
      ])
  }

  @Test(arguments: ["1000000000001", "9223372036854775807"])
  func `a count that no sum can hold is not counted`(value: String) throws {
    #expect(
      try reasons(requests: [series([:], [(15, value)]), series([:], [(15, value)])]) == [
        Translating.intervals[0]:
          "an increase of \(value) is more than an interval can hold; check that the metric is a "
          + "plain counter"
      ])
  }

  @Test(arguments: [nil, "server"] as [String?])
  func `requests that nobody known counted are not counted`(reporter: String?) throws {
    #expect(
      try reasons(requests: [series(["reporter": reporter], [(15, "1"), (30, "0")])]) == [
        Translating.intervals[0]:
          "requests were counted by the reporter \"\(reporter ?? "")\", which is neither source "
          + "nor destination"
      ])
  }

  @Test(arguments: ["", "ten", "0", "-5", "nan", "1..2"])
  func `an upper bound that is no positive number places nothing`(bound: String) throws {
    #expect(
      try reasons(durations: [bucket(bound, [(15, "1")])]) == [
        Translating.intervals[0]: "a duration bucket has the upper bound \"\(bound)\""
      ])
  }

  @Test func `one bad series leaves out its interval of all series`() throws {
    var translation = Translating.translation()
    try translation.addRequests([
      series([:], [(15, "7"), (30, "8")]), series(["response_code": "503"], [(15, "0.5")]),
    ])
    let collected = translation.collected
    #expect(collected.intervals == [Translating.intervals[1]])
    #expect(collected.counts[responses("v1", "200")] == [moment(30): 8])
  }

  @Test(arguments: [nil, ""] as [String?])
  func `requests without a version are those that reached none`(version: String?) throws {
    var translation = Translating.translation()
    try translation.addRequests([series(["destination_version": version], [(15, "3")])])
    #expect(translation.collected.counts == [responses("unknown", "200"): [moment(15): 3]])
  }

  @Test(
    arguments: [
      [bucket("5", [(15, "3")]), bucket("10", [(15, "2")]), bucket("+Inf", [(15, "9")])],
      [bucket("5", [(15, "3")]), bucket("10", [(15, "3")])],
      [bucket("5", [(15, "3")]), bucket("+Inf", [(30, "3")])],
    ])
  func `durations that contradict each other are left out, and the requests stay`(
    buckets: [RangeSeries]
  ) throws {
    var translation = Translating.translation()
    try translation.addRequests([series([:], [(15, "9")])])
    try translation.addDurations(buckets)
    let collected = translation.collected
    #expect(collected.untrusted.isEmpty)
    #expect(collected.counts[responses("v1", "200")] == [moment(15): 9])
    #expect(collected.counts[durations(5)]?[moment(15)] == nil)
    #expect(
      translation.warnings == [
        "the durations of v1 at 2026-11-24T12:00:15Z are left out: a bucket counts fewer requests "
          + "than a smaller one, as happens when a proxy restarts"
      ])
  }

  @Test func `a value beside the grid is another query's answer`() {
    #expect(throws: CountError.offGrid(at: moment(20))) {
      var translation = Translating.translation()
      try translation.addRequests([series([:], [(20, "1")])])
    }
  }

  @Test func `a gRPC status decides over the HTTP status`() throws {
    var translation = Translating.translation()
    try translation.addRequests([series(["grpc_response_status": "14"], [(15, "2")])])
    let status = ResponseStatus(code: "200", grpcStatus: "14")
    #expect(translation.collected.counts.keys.map(\.measure) == [.response(status)])
    #expect(status.responseClass == .serverError)
  }
}
