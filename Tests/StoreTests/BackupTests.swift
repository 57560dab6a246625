import Foundation
import Ledger
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct BackupTests {
  let store: SampleStore
  let copy: String

  init() throws {
    store = try SampleStore()
    copy = store.folder.path("copy.db")
    try store.look(state(canary: 0, generation: 1), at: 1)
    try store.store([interval(0)], [responses(): [interval(0).end: 5]])
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: store.folder.url.path).sorted()
  }

  @Test func `a copy is one file that only its owner can read, with every row`() async throws {
    let backup = try store.database.backUp(to: copy)
    #expect(backup.ledger.entries == 2)
    #expect(
      try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
    #expect(
      try await Shell.run("sqlite3", copy, ".dump") == Shell.run("sqlite3", store.path, ".dump"))
    #expect(try await Shell.run("sqlite3", copy, "PRAGMA journal_mode") == "delete\n")
    #expect(try names().filter { $0.hasPrefix("copy") } == ["copy.db"])
  }

  @Test func `a copy can be made while a collector writes, and is of one moment`() async throws {
    let path = store.path
    let writer = Task.detached {
      let database = try Database(path: path, mode: .readWrite)
      for number in 1..<60 {
        _ = try SampleStore.store(
          [interval(number)], [responses("200"): [interval(number).end: number]], in: database,
          targetID: 1)
      }
    }
    for number in 0..<5 {
      let copy = store.folder.path("copy\(number).db")
      _ = try store.database.backUp(to: copy)
      let counts = try await Shell.run(
        "sqlite3", copy,
        "SELECT count(*) = (SELECT count(*) FROM observation) FROM interval; PRAGMA integrity_check"
      )
      #expect(counts == "1\nok\n")
    }
    try await writer.value
  }

  @Test func `a copy takes the place of an older one`() async throws {
    _ = try store.database.backUp(to: copy)
    try store.store([interval(1)], [responses(): [interval(1).end: 6]])
    _ = try store.database.backUp(to: copy)
    #expect(try await Shell.run("sqlite3", copy, "SELECT count(*) FROM interval") == "2\n")
  }

  @Test func `a copy whose ledger does not fit does not take the place of an older one`()
    async throws
  {
    try store.folder.write("older", to: "copy.db")
    _ = try await store.rows(
      "DROP TRIGGER weight_state_is_not_updated; UPDATE weight_state SET changed_by = 'me' WHERE id = 1"
    )
    let error = #expect(throws: StoreError.self) { try store.database.backUp(to: copy) }
    #expect(
      error?.description == """
        the copy was not kept: its ledger does not fit: entry 1 records weight state 1, whose row \
        was altered: changed_by was "kubectl-patch", is "me"
        """)
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == "older")
    #expect(try names().contains { $0.contains("partial") } == false)
  }

  @Test func `evidence that is not what its name says is found by backup and by recover`()
    async throws
  {
    let part = EvidencePart(Array("{}".utf8))
    try store.database.write(to: "decide") {
      _ = try $0.store(
        NewDecision(
          rolloutID: 1, at: at(30), decidedAt: at(30), verdict: .block, reason: "because",
          window: nil, policyJSON: "{}", evidenceJSON: #"{"parts":["\#(part.hash)"]}"#,
          evidenceParts: [part], toolVersion: "test"), of: store.targetID)
    }
    _ = try store.database.backUp(to: copy)
    try await Tampering.alter(store.path, "UPDATE evidence_part SET content = X'00'")
    let finding =
      "the evidence of decision 1 is not what was stored: part \(part.hash): it is damaged or cut "
      + "short; restore a backup"
    let error = #expect(throws: StoreError.self) { try store.database.backUp(to: copy) }
    #expect(
      error?.description == "the copy was not kept: its ledger does not fit: \(finding)")
    let recovery = try Database.recover(store.path, to: store.folder.path("saved.db"))
    #expect(!recovery.isComplete)
    let fault = #expect(throws: LedgerFault.self) { try recovery.ledger.get() }
    #expect(fault?.description == finding)
  }

  @Test func `a database is not backed up onto itself`() throws {
    let link = store.folder.path("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: store.path)
    for path in [store.path, link] {
      #expect(throws: StoreError.backupOntoItself(path: store.path)) {
        try store.database.backUp(to: path)
      }
    }
  }

  @Test func `what stands in the way is told`() {
    #expect(
      StoreError.exists(path: "a.db").description
        == "cannot write a.db: there is such a file already; name another")
    #expect(
      StoreError.changedMeanwhile(path: "a.db").description
        == "cannot read a.db: it was written to meanwhile, where it cannot be locked; try again")
  }

  @Test func `a folder that is not there is named`() {
    let error = #expect(throws: StoreError.self) {
      try store.database.backUp(to: store.folder.path("no/copy.db"))
    }
    #expect(error?.description.contains("No such file or directory") == true)
  }
}
