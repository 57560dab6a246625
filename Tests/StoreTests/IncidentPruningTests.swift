import Rollouts
import Store
import TestSupport
import Testing

/// What went wrong is told the same after old runs of the collector were dropped.
@Suite struct IncidentPruningTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `failures and findings stay as they were told`(seed: UInt64) async throws {
    let store = try SampleStore()
    try store.database.write(to: "run the collector") { writer in
      var random = SplitMix64(seed: seed)
      let possible = ["v1", "v2"].map { (version: String) in
        SourceFinding(
          kind: .scrapeGap, version: version, description: "no sample of \(version)")
      }
      var findings: [SourceFinding] = []
      for run in 0..<80 {
        let moment = at(Double(run) * 15)
        if Int.random(in: 0..<4, using: &random) == 0 {
          let reason = ["refused", "too slow"].randomElement(using: &random) ?? "refused"
          try writer.record(CollectionFailure(at: moment, reason: reason), of: store.targetID)
          continue
        }
        let collection = try writer.record(
          state(canary: run / 30, generation: run / 30), of: store.targetID, observedAt: moment,
          toolVersion: "test")
        if Int.random(in: 0..<6, using: &random) == 0 {
          findings = possible.filter { _ in Bool.random(using: &random) }
        }
        try writer.record(findings, of: store.targetID, collectionID: collection)
      }
    }
    func incidents() throws -> [String] {
      let record = try store.database.read(to: "read the record") {
        try $0.auditTrail(of: store.targetID)
      }
      return record.failures.map { "\($0)" } + record.findings.map { "\($0)" }
    }
    let before = try incidents()
    var outcome = PruneOutcome()
    try await store.database.pruneCollections(store.targetID, upTo: at(36_000), &outcome)
    #expect(outcome.collectionsDropped > 5)
    #expect(before.count > 5)
    #expect(try incidents() == before)
  }
}
