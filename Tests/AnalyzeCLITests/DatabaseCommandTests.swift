import Foundation
import TestSupport
import Testing

@Suite struct DatabaseCommandTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
  }

  @Test func `a backup answers as the database does`() async throws {
    let outcome = try await program.run("database", "backup", "copy.db")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.wholeMatch(
        of: #/copy\.db: [0-9,]+ rows, [0-9,]+ bytes, ledger head [0-9a-f]{64}\n/#) != nil)
    let arguments = ["report", "--now", "2026-11-24T08:31:00Z", "--database"]
    #expect(
      try await program.run(arguments + ["copy.db"]).output
        == program.run(arguments + ["analyze.db"]).output)
    let itself = try await program.run("database", "backup", "analyze.db")
    #expect(itself.status == 1)
    #expect(
      itself.errors
        == "analyze: cannot back up analyze.db onto itself; name another file\n")
  }

  @Test func `statistics tell sizes, rows and the head of the ledger`() async throws {
    let outcome = try await program.run("database", "statistics")
    #expect(outcome.status == 0)
    for line in [
      #/[0-9,]+ bytes, of which 0 are free; write-ahead log [0-9,]+ bytes/#,
      #/[0-9.]+ bytes an observation/#,
      #/ledger of 3 entries, head [0-9a-f]{64}/#,
    ] as [Regex<Substring>] {
      #expect(outcome.output.contains(line))
    }
    #expect(
      outcome.output.contains("intervals from 2026-11-24T08:00:00Z to 2026-11-24T08:30:00Z\n"))
    #expect(outcome.output.contains("\ntargets: app-backend\n"))
    let json = try await program.run("database", "statistics", "--format", "json")
    let statistics = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((statistics["rows"] as? [String: Int])?["interval"] == 120)
    #expect(statistics["ledgerEntries"] as? Int == 3)
  }

  @Test func `pruning leaves a running rollout and incomplete hours as they are`() async throws {
    let outcome = try await program.run(
      "database", "prune", "--keep-detail", "1h", "--now", "2026-12-24T08:00:00Z")
    #expect(outcome.status == 0)
    #expect(outcome.output == "0 intervals were summed into 0 hours\n0 bytes were given back\n")
  }

  @Test func `pruning says how many runs of the collector were dropped`() async throws {
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      INSERT INTO collection (weight_state_id, observed_at, tool_version)
      SELECT weight_state_id, observed_at - value, 'test'
      FROM (SELECT weight_state_id, min(observed_at) + 10 AS observed_at FROM collection
        GROUP BY weight_state_id HAVING max(observed_at) > min(observed_at) + 10 LIMIT 1),
        json_each('[1, 2, 3]')
      """)
    let outcome = try await program.run(
      "database", "prune", "--keep-detail", "1h", "--now", "2026-12-24T08:00:00Z")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#/hours\n\d+ runs of the collector were dropped\n\d+ bytes /#))
  }

  @Test func `what can be read of a damaged file is saved, with status 1`() async throws {
    let whole = try await program.run("database", "recover", "whole.db")
    #expect(whole.status == 0)
    #expect(whole.output.hasPrefix("ledger_entry: 3 rows\ntarget: 1 rows\n"))
    #expect(whole.output.hasSuffix("\nthe ledger fits: 3 entries\n"))
    let pages = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      PRAGMA wal_checkpoint(TRUNCATE);
      SELECT pageno FROM dbstat WHERE name = 'observation' AND pagetype = 'leaf' LIMIT 1
      """)
    let page = try #require(pages.split(separator: "\n").last.flatMap { UInt64($0) })
    let handle = try FileHandle(forUpdating: folder.url.appending(path: "analyze.db"))
    try handle.seek(toOffset: (page - 1) * 4096)
    try handle.write(contentsOf: Data(repeating: 0xEE, count: 4096))
    try handle.close()
    let report = try await program.run("report", "--now", "2026-11-24T08:31:00Z")
    #expect(report.status == 3)
    #expect(
      report.errors == """
        analyze: cannot read the report in analyze.db: the file is damaged; save what can be read \
        with "analyze database recover FILE", or go back to a backup

        """)
    let saved = try await program.run("database", "recover", "saved.db")
    #expect(saved.status == 1)
    #expect(saved.output.contains("; lost: interval_id "))
    #expect(saved.output.contains(" intervals are left out, because counts of theirs are lost\n"))
    #expect(
      saved.errors == "analyze: part of analyze.db could not be saved; see above\n")
    #expect(
      try await program.run("report", "--now", "2026-11-24T08:31:00Z", "--database", "saved.db")
        .status == 0)
  }

  @Test func `of a file that ends early it is said what is lost`() async throws {
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "PRAGMA wal_checkpoint(TRUNCATE)")
    let handle = try FileHandle(forUpdating: folder.url.appending(path: "analyze.db"))
    let pages = try handle.seekToEnd() / 4096
    try handle.truncate(atOffset: (pages - 3) * 4096 - 100)
    try handle.close()
    let saved = try await program.run("database", "recover", "saved.db")
    #expect(saved.status == 1)
    #expect(
      saved.output.hasPrefix(
        "the file ends early: \(pages - 4) of \(pages) pages are there whole\nledger_entry: "))
    #expect(saved.output.contains("; lost: "))
    #expect(saved.errors == "analyze: part of analyze.db could not be saved; see above\n")
    let again = try await program.run("database", "recover", "saved.db")
    #expect(again.status == 1)
    #expect(
      again.errors
        == "analyze: cannot write saved.db: there is such a file already; name another\n")
  }

  @Test func `a file that is no database is not recovered`() async throws {
    try folder.write("", to: "empty.db")
    let outcome = try await program.run("database", "recover", "saved.db", "--database", "empty.db")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        analyze: cannot save anything of empty.db: it is empty; go back to a backup, and check that \
        --database names the database

        """)
    #expect(!FileManager.default.fileExists(atPath: folder.path("saved.db")))
  }
}
