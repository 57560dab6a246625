import Rollouts
import Store
import TestSupport
import Testing

/// What the gate goes by, beside counts and weights.
@Suite struct GateReadingTests {
  let store: SampleStore
  /// The number of the first reading, and of the state that it showed.
  let rolloutID: Int64

  init() throws {
    store = try SampleStore()
    rolloutID = try store.look(state(canary: 10, generation: 1), at: 5)
  }

  private func write(_ body: @Sendable (Writer) throws -> Void) throws {
    try store.database.write(to: "write") { try body($0) }
  }

  private func read<Value: Sendable>(_ body: @Sendable (Reader) throws -> Value) throws -> Value {
    try store.database.read(to: "read") { try body($0) }
  }
}

/// A policy that is changed while a rollout runs is another test of the same counts.
extension GateReadingTests {
  private func decide(
    _ policyJSON: String, rollout: Int64? = nil, at seconds: Double = 30
  ) throws {
    let (target, rolloutID) = (store.targetID, rollout ?? rolloutID)
    try write { writer in
      _ = try writer.store(
        NewDecision(
          rolloutID: rolloutID, at: at(seconds), decidedAt: at(seconds), verdict: .hold,
          reason: "early", window: nil, policyJSON: policyJSON, evidenceJSON: "{}",
          toolVersion: "test"), of: target)
    }
  }

  private func rollout(_ id: Int64, from seconds: Double, until end: Double? = nil) -> Rollout {
    Rollout(
      id: id, startedAt: at(seconds), endedAt: end.map { at($0) }, baseline: "v1",
      canaries: ["v2"], state: .running, steps: [])
  }

  private func earlier(
    than policyJSON: String, in rollout: Rollout? = nil
  ) throws -> Int {
    let rollout = rollout ?? self.rollout(rolloutID, from: 5, until: 60)
    let target = store.targetID
    return try read { try $0.earlierPolicies(of: rollout, targetID: target, than: policyJSON) }
  }

  @Test func `the first policy of a rollout has none before it`() throws {
    #expect(try earlier(than: #"{"margin":1}"#) == 0)
    try decide(#"{"margin":1}"#)
    #expect(try earlier(than: #"{"margin":1}"#) == 0)
  }

  @Test func `policies are counted in the order in which they were first used`() throws {
    for margin in [1, 2, 1, 3, 2] { try decide(#"{"margin":\#(margin)}"#) }
    let found = try (1...4).map { try earlier(than: #"{"margin":\#($0)}"#) }
    #expect(found == [0, 1, 2, 3])
  }

  @Test func `coming back to a policy takes no further part of the bound`() throws {
    try decide(#"{"margin":1}"#)
    try decide(#"{"margin":2}"#)
    try decide(#"{"margin":1}"#)
    #expect(try earlier(than: #"{"margin":1}"#) == 0)
    #expect(try earlier(than: #"{"margin":2}"#) == 1)
  }

  @Test func `how old data may be makes no other policy`() throws {
    try decide(#"{"margin":1,"maximumDataAgeSeconds":300}"#)
    #expect(try earlier(than: #"{"margin":1,"maximumDataAgeSeconds":60}"#) == 0)
    try decide(#"{"margin":1,"maximumDataAgeSeconds":60}"#)
    #expect(try earlier(than: #"{"margin":2,"maximumDataAgeSeconds":300}"#) == 1)
  }

  @Test func `another rollout begins with its own first policy`() throws {
    try decide(#"{"margin":1}"#)
    let next = try store.look(state(canary: 20, generation: 2), at: 60)
    try decide(#"{"margin":2}"#, rollout: next, at: 75)
    #expect(try earlier(than: #"{"margin":1}"#) == 0)
    #expect(try earlier(than: #"{"margin":2}"#, in: rollout(next, from: 60)) == 0)
  }

  @Test func `policies stay counted where a late reading shows that the rollout began before`()
    throws
  {
    try decide(#"{"margin":1}"#)
    let opening = try store.look(state(canary: 5, generation: 0), at: 1)
    #expect(try earlier(than: #"{"margin":2}"#, in: rollout(opening, from: 1)) == 1)
  }

  @Test func `another reporter makes another policy, one that was not known yet does not`() throws {
    try decide(#"{"margin":1,"reporter":null}"#)
    #expect(try earlier(than: #"{"margin":1,"reporter":"destination"}"#) == 0)
    try decide(#"{"margin":1,"reporter":"destination"}"#)
    #expect(try earlier(than: #"{"margin":1,"reporter":"source"}"#) == 1)
  }
}

extension GateReadingTests {
  private func calibration(
    _ metric: Calibration.Metric = .errors, dispersion: Double
  ) -> Calibration {
    Calibration(
      metric: metric, dispersion: dispersion, window: TimeWindow(from: at(-3600), to: at(0)),
      stepSeconds: 15, canaryShare: 0.25, requestsPerInterval: 1234.5, reporter: .destination,
      errorResponses: ErrorResponses(
        classes: [.clientError], codes: ["429"], grpcStatuses: ["8"]))
  }

  private func keep(_ calibration: Calibration, at seconds: Double) throws {
    let target = store.targetID
    try write { try $0.store(calibration, of: target, at: at(seconds)) }
  }

  private func calibrations(asOf seconds: Double) throws -> [Calibration] {
    let target = store.targetID
    return try read { try $0.calibrations(of: target, asOf: at(seconds)) }
  }

  @Test func `a calibration is read back, the newest of each metric as of a moment`() throws {
    #expect(try calibrations(asOf: 100) == [])
    let first = calibration(dispersion: 2)
    let latency = calibration(.latency, dispersion: 5)
    let second = calibration(dispersion: 3)
    try keep(first, at: 10)
    try keep(latency, at: 20)
    try keep(second, at: 30)
    #expect(try calibrations(asOf: 9.999) == [])
    #expect(try calibrations(asOf: 29.999) == [first, latency])
    #expect(try calibrations(asOf: 30) == [second, latency])
  }

  @Test func `of a calibration from before they were stored, reporter and errors are not known`()
    async throws
  {
    try keep(calibration(dispersion: 2), at: 10)
    _ = try await store.rows(
      """
      INSERT INTO calibration (target_id, calibrated_at, metric, dispersion, window_from, window_to,
        step_seconds, canary_share, requests_per_interval)
      SELECT target_id, calibrated_at, metric, dispersion, window_from, window_to, step_seconds,
        canary_share, requests_per_interval FROM calibration
      """)
    var unknown = calibration(dispersion: 2)
    unknown.reporter = nil
    unknown.errorResponses = nil
    #expect(try calibrations(asOf: 100) == [unknown])
  }

  @Test(
    arguments: [
      "UPDATE calibration SET dispersion = 1", "DELETE FROM calibration",
      "INSERT OR REPLACE INTO calibration SELECT id, target_id, calibrated_at, metric, 1.0, "
        + "window_from, window_to, step_seconds, canary_share, requests_per_interval, reporter, "
        + "error_responses FROM calibration",
    ])
  func `a calibration is never rewritten`(sql: String) async throws {
    try keep(calibration(dispersion: 2), at: 10)
    await #expect(throws: ShellError.self) { try await store.rows(sql) }
    #expect(try calibrations(asOf: 100) == [calibration(dispersion: 2)])
  }
}

extension GateReadingTests {
  private func sourceState(asOf seconds: Double) throws -> SourceState {
    let target = store.targetID
    return try read { try $0.sourceState(of: target, asOf: at(seconds)) }
  }

  private func fail(_ reason: String, at seconds: Double) throws {
    let target = store.targetID
    try write { try $0.record(CollectionFailure(at: at(seconds), reason: reason), of: target) }
  }

  @Test func `a failure counts until a later run stores something`() throws {
    try fail("cannot ask", at: 20)
    #expect(
      try sourceState(asOf: 30)
        == SourceState(newest: nil, failure: CollectionFailure(at: at(20), reason: "cannot ask")))
    try store.look(state(canary: 10, generation: 1), at: 40)
    #expect(try sourceState(asOf: 50) == SourceState(newest: nil))
    try fail("cannot ask", at: 60)
    #expect(
      try sourceState(asOf: 70).failure == CollectionFailure(at: at(60), reason: "cannot ask"))
    #expect(try sourceState(asOf: 50).failure == nil)
  }

  @Test func `a stretch of failures for one reason is one row`() async throws {
    for seconds in [20.0, 35, 50] { try fail("cannot ask", at: seconds) }
    try fail("another reason", at: 65)
    try store.look(state(canary: 10, generation: 1), at: 70)
    try fail("another reason", at: 80)
    #expect(
      try await store.rows("SELECT reason, runs FROM collection_failure ORDER BY id")
        == ["cannot ask|3", "another reason|1", "another reason|1"])
  }

  @Test func `as of a moment within a stretch of failures it had failed by then`() throws {
    try fail("cannot ask", at: 20)
    try fail("cannot ask", at: 50)
    #expect(
      try sourceState(asOf: 30).failure == CollectionFailure(at: at(30), reason: "cannot ask"))
    #expect(try sourceState(asOf: 10).failure == nil)
  }

  @Test func `what the newest run found wrong is read back, of earlier runs nothing`() throws {
    let target = store.targetID
    let absent = SourceFinding(kind: .seriesAbsent, version: "v2", description: "v2 has no series")
    let gap = SourceFinding(kind: .scrapeGap, description: "no sample for 4m")
    let collection = rolloutID
    try write { try $0.record([absent, gap], of: target, collectionID: collection) }
    #expect(try sourceState(asOf: 10).findings == [gap, absent])
    try store.look(state(canary: 10, generation: 1), at: 40)
    #expect(try sourceState(asOf: 50).findings == [])
    #expect(try sourceState(asOf: 39).findings == [gap, absent])
  }

  @Test func `the newest interval is the newest that can no longer change`() throws {
    try store.store([interval(0), interval(1)], [responses(): [interval(0).end: 5]])
    #expect(try sourceState(asOf: 40).newest == interval(1))
    #expect(try sourceState(asOf: 20).newest == interval(0))
  }
}

extension GateReadingTests {
  private func observation(
    _ number: Int, _ version: String, good: Int, bad: Int, check: String = "orders"
  ) -> CustomObservation {
    CustomObservation(
      check: check, interval: interval(number), version: version, good: good, bad: bad)
  }

  private func keep(_ observations: [CustomObservation], in numbers: ClosedRange<Int>) throws {
    let target = store.targetID
    try write {
      try $0.store(
        CollectedCustomCounts(
          checks: ["orders"], intervals: numbers.map(interval), observations: observations),
        of: target, collectionID: 1)
    }
  }

  private func customObservations(from: Double, to: Double) throws -> [CustomObservation] {
    let target = store.targetID
    return try read {
      try $0.customObservations(of: target, in: TimeWindow(from: at(from), to: at(to)))
    }
  }

  @Test func `counts of the user's own are read back in the order of time`() throws {
    try store.store([interval(0), interval(1)])
    let counted = [
      observation(0, "v1", good: 9, bad: 1), observation(0, "v2", good: 0, bad: 3),
      observation(1, "v1", good: 5, bad: 0),
    ]
    try keep(counted + [observation(1, "v2", good: 0, bad: 0)], in: 0...1)
    #expect(try customObservations(from: 0, to: 30) == counted)
    #expect(try customObservations(from: 1, to: 30) == [counted[2]])
    #expect(try customObservations(from: 0, to: 29) == Array(counted.prefix(2)))
  }

  @Test func `asked again, the later answer takes the place of the earlier one`() throws {
    try store.store([interval(0), interval(1)])
    try keep(
      [observation(0, "v1", good: 9, bad: 1), observation(1, "v1", good: 1, bad: 1)], in: 0...1)
    let corrected = observation(1, "v2", good: 4, bad: 0)
    try keep([corrected], in: 1...1)
    #expect(
      try customObservations(from: 0, to: 30)
        == [observation(0, "v1", good: 9, bad: 1), corrected])
  }

  @Test func `what could not be counted is read back with its reason`() throws {
    try store.store([interval(0), interval(1)])
    let target = store.targetID
    let gaps = [(1, "refunds"), (0, "orders"), (1, "orders")].map {
      CustomGap(check: $1, interval: interval($0), reason: "half an event")
    }
    try write {
      try $0.store(
        CollectedCustomCounts(
          checks: ["orders", "refunds"], intervals: [interval(0), interval(1)], observations: [],
          gaps: gaps), of: target, collectionID: 1)
    }
    func read(_ from: Double, _ to: Double) throws -> [CustomGap] {
      try self.read { try $0.customGaps(of: target, in: TimeWindow(from: at(from), to: at(to))) }
    }
    #expect(try read(0, 30) == [gaps[1], gaps[2], gaps[0]])
    #expect(try read(1, 30) == [gaps[2], gaps[0]])
    #expect(try read(0, 29) == [gaps[1]])
    let trail = try self.read { try $0.auditTrail(of: target) }
    #expect(
      trail.gaps == [
        AuditTrail.Gap(
          window: TimeWindow(from: at(0), to: at(30)), check: "orders", reason: "half an event"),
        AuditTrail.Gap(
          window: TimeWindow(from: at(15), to: at(30)), check: "refunds", reason: "half an event"),
      ])
  }

  @Test func `counts of an interval that is not stored are left out`() throws {
    try store.store([interval(0)])
    try keep([observation(7, "v1", good: 9, bad: 1)], in: 0...7)
    #expect(try customObservations(from: 0, to: 300) == [])
  }
}

extension GateReadingTests {
  @Test func `the data version changes when another connection writes, and only then`() throws {
    let other = try Database(path: store.path, mode: .readOnly)
    func version() throws -> Int64 { try other.read(to: "look") { try $0.dataVersion() } }
    let before = try version()
    #expect(try version() == before)
    try store.look(state(canary: 50, generation: 9), at: 90)
    #expect(try version() != before)
  }
}
