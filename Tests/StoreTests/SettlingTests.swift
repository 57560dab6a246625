import Rollouts
import Store
import TestSupport
import Testing

/// Intervals are read again until they are settled; what happens after that is on the record.
@Suite struct SettlingTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  /// Stores interval 1, with one count unless it is untrusted.
  @discardableResult
  private func read(
    _ count: Int, settledUpTo: Double, correctsSettled: Bool = false, untrusted: String? = nil
  ) throws -> StoredCounts {
    let (collected, targetID) = (
      CollectedCounts(
        intervals: untrusted == nil ? [interval(1)] : [],
        untrusted: untrusted.map { [interval(1): $0] } ?? [:],
        counts: [responses(): [interval(1).end: count]]), store.targetID
    )
    return try store.database.write(to: "store observations") { writer in
      let collectionID = try writer.record(
        state(canary: 10), of: targetID, observedAt: at(60), toolVersion: "test")
      return try writer.store(
        collected, of: targetID, collectionID: collectionID, settledUpTo: at(settledUpTo),
        correctsSettled: correctsSettled)
    }
  }

  private func requests() throws -> [Int] {
    try store.database.read(to: "look") {
      try $0.observations(
        of: store.targetID, by: .source, in: TimeWindow(from: at(0), to: at(3600)))
    }.map(\.requests)
  }

  private func outcome(
    newIntervals: [Interval] = [], corrections: Int = 0, gaps: Int = 0,
    readAgain: Set<Interval> = []
  ) -> StoredCounts {
    var outcome = StoredCounts()
    outcome.newIntervals = newIntervals
    outcome.corrections = corrections
    outcome.gaps = gaps
    outcome.readAgain = readAgain
    return outcome
  }

  @Test func `an interval that is not settled takes the counts that are read later`() async throws {
    #expect(try read(5, settledUpTo: 29.999) == outcome(newIntervals: [interval(1)]))
    #expect(try read(7, settledUpTo: 29.999) == outcome())
    #expect(try requests() == [7])
    #expect(try read(0, settledUpTo: 29.999) == outcome())
    #expect(try requests() == [])
    #expect(try await store.rows("SELECT count(*) FROM correction") == ["0"])
  }

  @Test func `a settled interval stays as it is`() throws {
    try read(5, settledUpTo: 0)
    try read(6, settledUpTo: 30)
    #expect(try read(7, settledUpTo: 30) == outcome())
    #expect(try read(8, settledUpTo: 0) == outcome())
    #expect(try requests() == [6])
  }

  @Test func `a settled interval is corrected on demand, and each changed count is recorded`()
    async throws
  {
    try read(5, settledUpTo: 30)
    let again: Set = [interval(1)]
    #expect(
      try read(7, settledUpTo: 30, correctsSettled: true)
        == outcome(corrections: 1, readAgain: again))
    #expect(try read(7, settledUpTo: 30, correctsSettled: true) == outcome(readAgain: again))
    #expect(
      try read(0, settledUpTo: 0, correctsSettled: true)
        == outcome(corrections: 1, readAgain: again))
    #expect(try requests() == [])
    #expect(
      try await store.rows("SELECT count_before, count_after FROM correction ORDER BY id")
        == ["5|7", "7|0"])
    #expect(try await store.rows("SELECT is_settled FROM interval") == ["1"])
    #expect(try correctedIntervals(asOf: 60) == 1)
    #expect(try correctedIntervals(asOf: 59) == 0)
    #expect(try correctedIntervals(until: 29, asOf: 60) == 0)
  }

  private func correctedIntervals(until end: Double = 30, asOf moment: Double) throws -> Int {
    let target = store.targetID
    return try store.database.read(to: "look") {
      try $0.correctedIntervals(
        of: target, in: TimeWindow(from: at(0), to: at(end)), asOf: at(moment))
    }
  }

  @Test(arguments: [
    "UPDATE correction SET count_before = 4", "DELETE FROM correction",
    "INSERT OR REPLACE INTO correction SELECT id, interval_id, series_id, 4, count_after, "
      + "collection_id FROM correction",
  ])
  func `nobody rewrites a correction`(sql: String) async throws {
    try read(5, settledUpTo: 30)
    try read(7, settledUpTo: 30, correctsSettled: true)
    let error = await #expect(throws: ShellError.self) { try await store.rows(sql) }
    #expect(error?.description.contains("corrections are append-only") == true)
    #expect(
      try await store.rows("SELECT count_before, count_after FROM correction") == ["5|7"])
  }

  @Test func `settled intervals can be asked for alone`() throws {
    try store.store([interval(0)])
    try read(5, settledUpTo: 15)
    func intervals(_ selection: Reader.IntervalSelection) throws -> [Interval] {
      try store.database.read(to: "look") {
        try $0.intervals(
          of: store.targetID, in: TimeWindow(from: at(0), to: at(60)), selection)
      }
    }
    #expect(try intervals(.all) == [interval(0), interval(1)])
    #expect(try intervals(.settled) == [interval(0)])
    let newest = try store.database.read(to: "look") {
      [
        try $0.newestInterval(of: store.targetID),
        try $0.newestInterval(of: store.targetID, .settled),
      ]
    }
    #expect(newest == [interval(1), interval(0)])
  }

  @Test func `an interval that cannot be trusted is a gap once it is settled`() async throws {
    #expect(try read(5, settledUpTo: 29, untrusted: "counter went back") == outcome())
    #expect(try await store.rows("SELECT count(*) FROM gap") == ["0"])
    #expect(try read(5, settledUpTo: 30, untrusted: "counter went back") == outcome(gaps: 1))
    #expect(try read(5, settledUpTo: 30, untrusted: "another reason") == outcome())
    #expect(try await store.rows("SELECT reason FROM gap") == ["counter went back"])
    #expect(try requests() == [])
    #expect(
      try store.database.read(to: "look") {
        try $0.gaps(of: store.targetID, in: TimeWindow(from: at(0), to: at(60)))
      } == [interval(1)])
  }

  @Test func `what was read before of an interval that turns out to be a gap is removed`() throws {
    try read(5, settledUpTo: 0)
    #expect(try read(9, settledUpTo: 30, untrusted: "counter went back") == outcome(gaps: 1))
    #expect(try requests() == [])
  }

  @Test func `a settled interval does not become a gap`() async throws {
    try read(5, settledUpTo: 30)
    #expect(try read(9, settledUpTo: 30, untrusted: "counter went back") == outcome())
    #expect(try requests() == [5])
    #expect(try await store.rows("SELECT count(*) FROM gap") == ["0"])
  }

  @Test func `everything is settled up to the newest settled interval or gap`() throws {
    func watermark() throws -> Interval? {
      try store.database.read(to: "look") { try $0.watermark(of: store.targetID) }
    }
    #expect(try watermark() == nil)
    try read(5, settledUpTo: 0)
    #expect(try watermark() == nil)
    try store.store([interval(0)])
    #expect(try watermark() == interval(0))
    try read(5, settledUpTo: 30, untrusted: "counter went back")
    #expect(try watermark() == interval(1))
    try store.store([interval(2)])
    #expect(try watermark() == interval(2))
  }
}
