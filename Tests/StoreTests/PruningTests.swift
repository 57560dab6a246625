import Foundation
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct PruningTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  /// Stores random counts for whole hours after 08:00, under one weight state but for changes.
  private func fill(hours: Int, changesAt changes: [Double] = [], seed: UInt64 = 1) throws {
    var random = SplitMix64(seed: seed)
    var counts: [SeriesKey: [Timestamp: Int]] = [:]
    let intervals = (0..<(hours * 240)).map(interval)
    for key in [responses("200"), responses("503", of: "v2"), durations(upTo: 2.5)] {
      for interval in intervals where Bool.random(using: &random) {
        counts[key, default: [:]][interval.end] = Int.random(in: 1...1000, using: &random)
      }
    }
    try store.look(state(canary: 0, changedAt: at(-10), generation: 1), at: -5)
    for (index, change) in changes.enumerated() {
      try store.look(
        state(canary: index + 1, changedAt: at(change), generation: index + 2), at: change + 5)
    }
    let last = state(
      canary: changes.count, changedAt: at(changes.last ?? -10), generation: changes.count + 1)
    try store.database.write(to: "store observations") { [counts] writer in
      let collectionID = try writer.record(
        last, of: store.targetID, observedAt: at(Double(hours) * 3600 + 60), toolVersion: "test")
      _ = try writer.store(
        CollectedCounts(intervals: intervals, counts: counts), of: store.targetID,
        collectionID: collectionID)
    }
  }

  private func prune(upTo seconds: Double) async throws -> PruneOutcome {
    var outcome = PruneOutcome()
    try await store.database.prune(store.targetID, upTo: at(seconds), &outcome)
    return outcome
  }

  private func sums() async throws -> [String] {
    try await store.rows(
      """
      SELECT (end_at - 1) / 3600000 AS hour, series_id, sum(count)
      FROM interval JOIN observation ON interval_id = interval.id GROUP BY hour, series_id
      """)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every sum over an hour stays as it is`(seed: UInt64) async throws {
    try fill(hours: 5, seed: seed)
    let before = try await sums()
    let outcome = try await prune(upTo: 4 * 3600 + 1800)
    #expect(outcome.hoursSummed == 4)
    #expect(outcome.intervalsSummed == 4 * 240)
    #expect(outcome.hoursKept == [:])
    #expect(try await sums() == before)
    #expect(before.count == 15)
    #expect(
      try await store.rows(
        "SELECT count(*), min(start_at) % 3600000, min(is_settled) FROM interval") == ["244|0|1"])
    #expect(try await store.rows("PRAGMA foreign_key_check") == [])
  }

  @Test func `what a query of one's own counted is summed, too`() async throws {
    try fill(hours: 2)
    _ = try await store.rows(
      """
      INSERT INTO custom_observation (interval_id, version_id, check_name, good, bad)
      SELECT interval.id, version.id, 'checkout', 3, version.id FROM interval, version
      WHERE end_at / 15000 % 2 = 0
      """)
    let query =
      "SELECT version_id, check_name, sum(good), sum(bad) FROM custom_observation GROUP BY 1"
    let before = try await store.rows(query)
    let outcome = try await prune(upTo: 7200)
    #expect(outcome.hoursSummed == 2)
    #expect(try await store.rows(query) == before)
    #expect(before.count == 2)
  }

  @Test func `pruning again changes nothing`() async throws {
    try fill(hours: 2)
    _ = try await prune(upTo: 7200)
    let dump = try await store.rows("SELECT * FROM interval JOIN observation ON interval_id = id")
    let outcome = try await prune(upTo: 7200)
    #expect(outcome.hoursSummed == 0)
    #expect(
      try await store.rows("SELECT * FROM interval JOIN observation ON interval_id = id") == dump)
  }

  @Test func `an hour in which the weights changed stays as it is`() async throws {
    try fill(hours: 4, changesAt: [3600 + 1800])
    let outcome = try await prune(upTo: 4 * 3600)
    #expect(outcome.hoursSummed == 3)
    #expect(outcome.hoursKept == [.weightChange: 1])
    #expect(
      try await store.rows("SELECT count(*) FROM interval WHERE end_at - start_at = 15000")
        == ["240"])
  }

  @Test func `every interval still belongs to the weight state that it belonged to`() async throws {
    try fill(hours: 6, changesAt: [3600, 7200 + 7, 4 * 3600 + 3599])
    let query = """
      SELECT weight_span.id, series_id, sum(count)
      FROM weight_span
      JOIN interval ON start_at >= valid_from AND end_at <= valid_until
      JOIN observation ON interval_id = interval.id GROUP BY 1, 2
      """
    let before = try await store.rows(query)
    let outcome = try await prune(upTo: 6 * 3600)
    #expect(outcome.hoursSummed >= 2)
    #expect(try await store.rows(query) == before)
  }

  @Test func `an hour with a gap stays as it is, and so does the gap`() async throws {
    try fill(hours: 2)
    _ = try await store.rows(
      """
      PRAGMA foreign_keys = ON; DELETE FROM interval WHERE end_at = (SELECT max(end_at) FROM interval);
      INSERT INTO gap (target_id, start_at, end_at, reason, collection_id)
      VALUES (1, \(interval(479).start.millisecondsSince1970),
        \(interval(479).end.millisecondsSince1970), 'no sample', 1)
      """)
    let outcome = try await prune(upTo: 7200)
    #expect(outcome.hoursSummed == 1)
    #expect(outcome.hoursKept == [.incomplete: 1])
    #expect(try await store.rows("SELECT count(*) FROM gap") == ["1"])
  }

  @Test func `a corrected hour stays as it is, and its correction fits the ledger`() async throws {
    try fill(hours: 2)
    try store.database.write(to: "correct") {
      _ = try $0.store(
        CollectedCounts(
          intervals: [interval(3)], counts: [responses("200"): [interval(3).end: 5000]]),
        of: store.targetID, collectionID: 1, correctsSettled: true)
    }
    let outcome = try await prune(upTo: 7200)
    #expect(outcome.hoursSummed == 1)
    #expect(outcome.hoursKept == [.corrected: 1])
    _ = try store.database.read(to: "verify") { try $0.verifyLedger() }.get()
  }

  @Test func `an hour that may still change stays as it is`() async throws {
    try fill(hours: 1)
    _ = try await store.rows(
      "UPDATE interval SET is_settled = 0 WHERE end_at = (SELECT max(end_at) FROM interval)")
    let outcome = try await prune(upTo: 3600)
    #expect(outcome.hoursKept == [.unsettled: 1])
  }

  @Test func `a new file gives its space back`() async throws {
    try fill(hours: 24)
    var outcome = try await prune(upTo: 24 * 3600)
    let isIncremental = try await store.database.giveSpaceBack(&outcome)
    #expect(isIncremental)
    #expect(outcome.bytesGivenBack > 100_000)
    #expect(outcome.bytesFree == 0)
    let statistics = try store.database.read(to: "count") { try $0.statistics() }
    let size = try FileManager.default.attributesOfItem(atPath: store.path)[.size] as? Int
    #expect(size == statistics.bytes)
  }

  @Test func `a file that cannot give space back can be rebuilt so that it can`() async throws {
    try fill(hours: 4)
    _ = try await store.rows("PRAGMA auto_vacuum = NONE; VACUUM")
    let database = try Database(path: store.path, mode: .readWrite)
    var outcome = PruneOutcome()
    try await database.prune(store.targetID, upTo: at(4 * 3600), &outcome)
    var isIncremental = try await database.giveSpaceBack(&outcome)
    #expect(!isIncremental)
    #expect(outcome.bytesFree > 0)
    try database.vacuum()
    isIncremental = try await database.giveSpaceBack(&outcome)
    #expect(isIncremental)
    #expect(outcome.bytesFree == 0)
  }

  @Test func `a collector writes beside it, and nothing is lost`() async throws {
    try fill(hours: 12)
    let before = try await sums()
    let path = store.path
    let writer = Task.detached {
      for number in 0..<40 {
        let database = try Database(path: path, mode: .readWrite, busyTimeout: .seconds(10))
        let slot = interval(12 * 240 + number)
        try database.write(to: "store observations") {
          _ = try $0.store(
            CollectedCounts(intervals: [slot], counts: [responses("201"): [slot.end: 1]]), of: 1,
            collectionID: 1)
        }
      }
    }
    let outcome = try await prune(upTo: 12 * 3600)
    try await writer.value
    #expect(outcome.hoursSummed == 12)
    #expect(try await sums().prefix(before.count) == before[...])
    #expect(
      try await store.rows(
        """
        SELECT sum(count) FROM observation JOIN series ON series.id = series_id
        WHERE response_code = '201'
        """) == ["40"])
  }
}
