import Rollouts
import Store
import TestSupport
import Testing

@testable import Collecting

struct RecordWeightsTests {
  private let bench: CollectingBench

  init() throws {
    bench = try CollectingBench()
  }

  private func spans() throws -> [WeightSpan] {
    try Database(path: bench.databasePath, mode: .readOnly).read(to: "read the weights") { reader in
      try reader.weightSpans(of: reader.target(named: nil).id)
    }
  }

  @Test func `an older state comes before the ones that are known, and no counts are read`()
    async throws
  {
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      let collector = bench.collector(of: server)
      try bench.set(weights: ("v1", 50), ("v2", 50))
      let present = try await collector.collect(now: { moment(70) })
      #expect(present.intervalsStored == 4)
      try bench.set(weights: ("v1", 90), ("v2", 10))
      let past = try await collector.recordWeights(observedAt: moment(10))
      #expect(past.target == "app-backend")
      #expect(past.intervalsStored == 0)
      #expect(past.requestsStored == 0)
      #expect(past.storedUpTo == moment(60))
      #expect(past.weights.shares == ["v1": 0.9, "v2": 0.1])
      #expect(server.requests.count == 2)
      #expect(try spans().map { $0.weights.share(of: "v2") } == [0.1, 0.5])
      #expect(try spans().map(\.observedAt) == [moment(10), moment(70)])
    }
  }

  @Test func `the first record makes the database`() async throws {
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      try bench.set(weights: ("v1", 70), ("v2", 70))
      let summary = try await bench.collector(of: server).recordWeights(observedAt: moment(10))
      #expect(summary.storedUpTo == nil)
      #expect(summary.warnings.count == 1)
      #expect(server.requests.isEmpty)
    }
    #expect(try spans().map(\.observedAt) == [moment(10)])
    #expect(try await bench.query("SELECT count(*) FROM interval") == "0")
  }

  @Test func `a state that contradicts what was seen is refused`() async throws {
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      let collector = bench.collector(of: server)
      _ = try await collector.recordWeights(observedAt: moment(0))
      _ = try await collector.recordWeights(observedAt: moment(100))
      let before = try await bench.dump()
      try bench.set(weights: ("v1", 50), ("v2", 50))
      let error = CollectingError.store(
        .contradiction(
          "cannot add the weights of 2026-11-24T12:00:50Z: other weights were read both before and "
            + "after that time without a change between; check --observed-at"))
      await #expect(throws: error) { try await collector.recordWeights(observedAt: moment(50)) }
      #expect(try await bench.dump() == before)
    }
  }

  @Test func `a manifest that cannot be judged is not recorded`() async throws {
    try await withFaultServer({ SteadyTraffic.answer(to: $0) }) { server in
      try bench.set(weights: ("v1", 0), ("v2", 0))
      await #expect(throws: CollectingError.self) {
        try await bench.collector(of: server).recordWeights(observedAt: moment(10))
      }
      #expect(!bench.databaseExists)
    }
  }

  @Test func `a rollout under a condition is read to its end, although no route splits then`()
    async throws
  {
    func set(_ destinations: String) throws {
      try bench.folder.write(
        virtualService(
          http: """
            - name: beta
              match: [{headers: {x-beta: {exact: "1"}}}]
              route: [{destination: {host: app-backend, subset: v2}}]
            - name: canary
              match: [{headers: {x-canary: {exact: "1"}}}]
              route: [\(destinations)]

            """), to: "vs.yaml")
    }
    try await withFaultServer({ _ in [] }) { server in
      let collector = bench.collector(of: server)
      try set("{destination: {host: app-backend, subset: v1}}")
      await #expect(throws: CollectingError.self) {
        try await collector.recordWeights(observedAt: moment(0))
      }
      try set(
        "{destination: {host: app-backend, subset: v1}, weight: 50}, "
          + "{destination: {host: app-backend, subset: v2}, weight: 50}")
      _ = try await collector.recordWeights(observedAt: moment(15))
      try set("{destination: {host: app-backend, subset: v2}}")
      _ = try await collector.recordWeights(observedAt: moment(30))
    }
    #expect(try await bench.query("SELECT route FROM weight_state") == "canary\ncanary")
    #expect(
      try await bench.query(
        "SELECT weight_state_id FROM blind_spot WHERE description LIKE '%judged before%'") == "2")
  }
}
