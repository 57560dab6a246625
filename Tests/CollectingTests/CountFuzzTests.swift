import Rollouts
import Store
import TestSupport
import Testing
import VictoriaMetrics

@testable import Collecting

/// Answers made at random, from fixed seeds, of labels and values as a metric might have them.
struct CountFuzzTests {
  private static let values = [
    "0", "1", "7", "1000000000000", "1000000000001", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "1e3", "0.5", "-1", "NaN", "+Inf", "-Inf", "", "x",
  ]
  private static let labels: [(name: String, values: [String?])] = [
    ("destination_version", ["v1", "v2", "v3", "unknown", "", nil]),
    ("destination_service_name", ["app-backend", "app-backend", "app-backend", "other", nil]),
    ("reporter", ["source", "destination", "waypoint", "x", nil]),
    ("response_code", ["200", "503", "", "9999999999999999999", nil]),
    ("grpc_response_status", ["0", "14", "x", nil]),
    ("le", ["1", "5", "10", "+Inf", "+Inf", "1e999", "-1", "nan", "", nil]),
  ]

  /// Up to 8 series, with a value at most of the ends of intervals, and rarely beside them.
  private func answer(using generator: inout SplitMix64) -> [RangeSeries] {
    (0..<Int.random(in: 0...8, using: &generator)).map { _ in
      var labels: [String: String?] = [:]
      for (name, values) in Self.labels {
        labels[name] = values.randomElement(using: &generator) ?? nil
      }
      // Most values are counts: else hardly an interval would be trusted.
      let good = Int.random(in: 0...9, using: &generator) > 0
      let samples = [Int64(15), 30].filter { _ in Bool.random(using: &generator) }.map { end in
        let value = (good ? Self.values.prefix(4) : Self.values[...])
          .randomElement(using: &generator)
        let isBeside = Int.random(in: 0...499, using: &generator) == 0
        return (seconds: isBeside ? end + 1 : end, value: value ?? "")
      }
      return series(labels, samples)
    }
  }

  @Test func `whatever is answered, each interval is counted in full or left out with a reason`() {
    var counted = 0
    var leftOut = 0
    for number in 0..<Fuzzing.iterations {
      var generator = SplitMix64(seed: UInt64(number))
      var translation = Translating.translation()
      do throws(CountError) {
        try translation.addRequests(answer(using: &generator))
        try translation.addDurations(answer(using: &generator))
      } catch {
        guard case .offGrid = error else {
          Issue.record("seed \(number): \(error)")
          continue
        }
      }
      let collected = translation.collected
      let ends = Set(collected.intervals.map(\.end))
      let all = Set(collected.intervals).union(collected.untrusted.keys)
      #expect(all == Set(Translating.intervals), "seed \(number)")
      #expect(ends.isDisjoint(with: collected.untrusted.keys.map(\.end)), "seed \(number)")
      for counts in collected.counts.values {
        let isSound = counts.allSatisfy { ends.contains($0.key) && $0.value >= 0 }
        #expect(isSound, "seed \(number)")
      }
      counted += collected.intervals.count
      leftOut += collected.untrusted.count
    }
    #expect(counted > Fuzzing.iterations / 10)
    #expect(leftOut > Fuzzing.iterations / 10)
  }

  @Test func `whatever a user's own queries answer, an interval is counted or left out`() {
    var counted = 0
    var leftOut = 0
    for number in 0..<Fuzzing.iterations {
      var generator = SplitMix64(seed: UInt64(number))
      var counts = CustomCheckCounts(
        check: "payments", labels: Translating.labels(), intervals: Translating.intervals)
      do throws(CountError) {
        try counts.addGood(answer(using: &generator))
        try counts.addBad(answer(using: &generator))
      } catch {
        guard case .offGrid = error else {
          Issue.record("seed \(number): \(error)")
          continue
        }
      }
      let gaps = Set(counts.gaps.map(\.interval))
      let isSound = counts.observations.allSatisfy {
        $0.good >= 0 && $0.bad >= 0 && !gaps.contains($0.interval)
      }
      #expect(isSound, "seed \(number)")
      counted += counts.observations.count
      leftOut += gaps.count
    }
    #expect(counted > Fuzzing.iterations / 10)
    #expect(leftOut > Fuzzing.iterations / 10)
  }
}
