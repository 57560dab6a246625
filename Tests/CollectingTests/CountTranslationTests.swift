import Rollouts
import Store
import Testing
import VictoriaMetrics

@testable import Collecting

struct CountTranslationTests {
  @Test func `requests are counted by version, reporter, code and interval`() throws {
    var translation = Translating.translation()
    try translation.addRequests([
      series(["destination_version": "v1", "response_code": "200"], [(15, "9"), (30, "8")]),
      series(["destination_version": "v1", "response_code": "503"], [(30, "1")]),
      series(["destination_version": "v2", "response_code": "200"], [(15, "0"), (30, "2")]),
    ])
    #expect(
      translation.collected
        == CollectedCounts(
          intervals: Translating.intervals,
          counts: [
            responses("v1", "200"): [moment(15): 9, moment(30): 8],
            responses("v1", "503"): [moment(30): 1],
            responses("v2", "200"): [moment(15): 0, moment(30): 2],
          ]))
  }

  @Test func `the two reporters are kept apart, and a waypoint counts as the service's own`() throws
  {
    var translation = Translating.translation()
    try translation.addRequests([
      series(["reporter": "source"], [(15, "9")]),
      series(["reporter": "destination"], [(15, "5")]),
      series(["reporter": "waypoint"], [(15, "3"), (30, "2")]),
    ])
    #expect(
      translation.collected.counts == [
        responses("v1", "200", .source): [moment(15): 9],
        responses("v1", "200", .destination): [moment(15): 8, moment(30): 2],
      ])
  }

  @Test func `a version that the route does not name keeps its own name`() throws {
    var translation = Translating.translation()
    try translation.addRequests([
      series(["destination_version": "unknown", "response_code": "503"], [(15, "4")]),
      series(["destination_version": "v3"], [(15, "1")]),
    ])
    #expect(
      translation.collected.counts == [
        responses("unknown", "503"): [moment(15): 4], responses("v3", "200"): [moment(15): 1],
      ])
  }

  @Test func `what reaches other services is passed over, whatever it looks like`() throws {
    var translation = Translating.translation()
    let others = [
      ["destination_service_name": "other"], ["destination_service_namespace": "other"],
      ["destination_service_name": "other", "destination_version": "", "reporter": "nobody"],
    ].map { series($0, [(15, "0.5"), (7, "x")]) }
    try translation.addRequests(others)
    try translation.addDurations(others)
    #expect(translation.collected == CollectedCounts(intervals: Translating.intervals, counts: [:]))
  }

  @Test func `without a status code there was no response`() throws {
    var translation = Translating.translation()
    try translation.addRequests([series(["response_code": nil], [(15, "2")])])
    #expect(translation.collected.counts == [responses("v1", "0"): [moment(15): 2]])
  }

  @Test func `where the route names hosts alone, all that a host answers is its version`() throws {
    let weights = Weights([
      VersionWeight(
        version: "app-v1", weight: 50, destination: Destination(host: "app-v1", subset: nil)),
      VersionWeight(
        version: "app-v2.other", weight: 50,
        destination: Destination(host: "app-v2.other", subset: nil)),
    ])
    var translation = Translating.translation(weights)
    try translation.addRequests([
      series(["destination_service_name": "app-v1", "destination_version": nil], [(15, "1")]),
      series(["destination_service_name": "app-v1", "destination_version": "x"], [(15, "2")]),
      series(
        ["destination_service_name": "app-v2", "destination_service_namespace": "other"],
        [(15, "4")]),
      series(["destination_service_name": "app-v2"], [(15, "8")]),
    ])
    #expect(
      translation.collected.counts == [
        responses("app-v1", "200"): [moment(15): 3],
        responses("app-v2.other", "200"): [moment(15): 4],
      ])
  }

  @Test func `cumulative buckets become buckets side by side`() throws {
    var translation = Translating.translation()
    try translation.addDurations([
      bucket("+Inf", [(15, "10"), (30, "7")]), bucket("5", [(15, "2"), (30, "0")]),
      bucket("10", [(15, "9"), (30, "7")]), bucket("0.5", [(15, "0"), (30, "0")]),
    ])
    #expect(
      translation.collected.counts == [
        durations(0.5): [moment(15): 0, moment(30): 0],
        durations(5): [moment(15): 2, moment(30): 0],
        durations(10): [moment(15): 7, moment(30): 7],
        durations(.infinity): [moment(15): 1, moment(30): 0],
      ])
  }

  @Test func `a bound may appear or go away between two intervals`() throws {
    var translation = Translating.translation()
    try translation.addDurations([
      bucket("1", [(30, "3")]), bucket("5", [(15, "2")]), bucket("10", [(15, "4"), (30, "8")]),
      bucket("+Inf", [(15, "4"), (30, "9")]),
    ])
    #expect(
      translation.collected.counts == [
        durations(1): [moment(30): 3],
        durations(5): [moment(15): 2],
        durations(10): [moment(15): 2, moment(30): 5],
        durations(.infinity): [moment(15): 0, moment(30): 1],
      ])
  }

  @Test func `versions and reporters have buckets of their own`() throws {
    var translation = Translating.translation()
    try translation.addDurations([
      bucket("1", [(15, "5")]), bucket("+Inf", [(15, "6")]),
      bucket("1", [(15, "1")], ["destination_version": "v2"]),
      bucket("+Inf", [(15, "1")], ["destination_version": "v2"]),
      bucket("1", [(15, "2")], ["reporter": "destination"]),
      bucket("+Inf", [(15, "3")], ["reporter": "destination"]),
      bucket("1", [(15, "4")], ["reporter": "waypoint"]),
      bucket("+Inf", [(15, "4")], ["reporter": "waypoint"]),
    ])
    #expect(
      translation.collected.counts == [
        durations(1): [moment(15): 5], durations(.infinity): [moment(15): 1],
        durations(1, version: "v2"): [moment(15): 1],
        durations(.infinity, version: "v2"): [moment(15): 0],
        durations(1, reporter: .destination): [moment(15): 6],
        durations(.infinity, reporter: .destination): [moment(15): 1],
      ])
  }

  @Test func `requests are summed by the reporter that counted most`() throws {
    var translation = Translating.translation()
    try translation.addRequests([
      series([:], [(15, "9"), (30, "1")]), series(["response_code": "503"], [(15, "2")]),
      series(["reporter": "destination"], [(15, "7"), (30, "7")]),
    ])
    try translation.addDurations([bucket("+Inf", [(15, "99")])])
    let collected = translation.collected
    #expect(collected.requests(in: Translating.intervals) == 14)
    #expect(collected.requests(in: [Translating.intervals[0]]) == 11)
    #expect(collected.requests(in: []) == 0)
  }
}
