@testable import AnalyzeCLI
import Foundation
import Reporting
import Rollouts
import Store
import TestSupport
import Testing

/// The picture of `analyze watch`, without a terminal.
@Suite struct WatchFrameTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var path: String { folder.path("analyze.db") }

  /// What is read of the database as of a moment, with the standard policy.
  private func watched(_ clock: String, since: MomentArgument? = nil) throws -> WatchedRollout {
    let look = WatchLook(targetName: nil, policy: { _ in .standard }, since: since)
    let now = SampleDatabase.time(clock)
    return try Database(path: path, mode: .readOnly).read(to: "watch") { try look($0, at: now) }
  }

  private func frame(
    _ watched: WatchedRollout, _ clock: String, _ columns: Int, _ rows: Int,
    isColoured: Bool = false
  ) -> [String] {
    WatchFrame(
      watched, at: SampleDatabase.time(clock), columns: columns, rows: rows, isColoured: isColoured
    ).lines
  }

  private static let sizes = [100, 60, 40].flatMap { columns in
    [40, 24, 10].map { (columns, $0) }
  }

  @Test func `a picture says as much as there is room for`() async throws {
    try await PicturesDatabase().write(to: path)
    let watched = try watched("09:00:00")
    for (columns, rows) in Self.sizes {
      let lines = frame(watched, "09:00:10", columns, rows)
      #expect(lines.count <= rows)
      #expect(lines.allSatisfy { $0.count <= columns })
      try expect(
        lines.joined(separator: "\n") + "\n", matchesSnapshot: "watch-\(columns)x\(rows).txt")
    }
  }

  @Test func `a rollout that is held says what it takes, one that is blocked says why`() throws {
    try SampleDatabase().write(to: path)
    let held = frame(try watched("08:30:15"), "08:30:45", 100, 24)
    try expect(held.joined(separator: "\n") + "\n", matchesSnapshot: "watch-hold.txt")
    try FileManager.default.removeItem(atPath: path)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: path)
    let blocked = frame(try watched("08:30:15"), "08:30:45", 100, 40)
    try expect(blocked.joined(separator: "\n") + "\n", matchesSnapshot: "watch-block.txt")
  }

  @Test func `where no rollout is running it says so, and since when`() throws {
    try SampleDatabase(end: SampleDatabase.time("08:09:00")).write(to: path)
    let lines = frame(try watched("08:09:10"), "08:09:10", 100, 24)
    #expect(
      lines.prefix(4) == [
        "no rollout is running: the weights have been v1 100 %, v2 0 % since 2026-11-24T08:00:00Z;"
          + " split the", "traffic first",
        "app-backend", "weights v1 100 %, v2 0 %, set by kubectl-client-side-apply 9m10s ago",
      ])
    #expect(lines.last == "08:09:10 UTC, newest data 10s ago; looks again as data arrives, q ends")
  }

  @Test func `a verdict grows stale with the data`() throws {
    try SampleDatabase().write(to: path)
    let lines = frame(try watched("08:50:00"), "08:50:00", 100, 24)
    #expect(
      lines.prefix(2).joined(separator: " ").hasPrefix(
        "UNKNOWN: the newest interval ended 2026-11-24T08:30:00Z, 20m ago (at most 5m is allowed)"))
    #expect(!lines.joined().contains("shown to be"))
  }

  @Test func `figures and picture begin where it is wanted`() throws {
    try SampleDatabase().write(to: path)
    let watched = try watched("08:30:15", since: .before(.seconds(600)))
    let text = frame(watched, "08:30:15", 100, 24).joined(separator: "\n")
    #expect(text.contains("  since 08:20:15  "))
    #expect(text.contains("app-backend, rollout 2: v2 against v1, running for 20m15s\n"))
  }

  @Test func `a picture is never larger than the terminal, and colours are not cut`() async throws {
    try await PicturesDatabase().write(to: path)
    let watched = try watched("09:00:00")
    for columns in [1, 7, 33, 61, 300] {
      for rows in [1, 2, 5, 17, 100] {
        let plain = frame(watched, "09:00:10", columns, rows)
        #expect(plain.count <= rows)
        #expect(plain.allSatisfy { $0.count <= columns })
        let coloured = frame(watched, "09:00:10", columns, rows, isColoured: true)
        #expect(coloured.map { $0.replacing(#/\u{1B}\[\d*m/#, with: "") } == plain)
        for line in coloured where line.contains("\u{1B}[") {
          let last = try #require(line.matches(of: #/\u{1B}\[(\d*)m/#).last)
          #expect(last.1 == "0")
        }
      }
    }
  }

  @Test(arguments: HostileNameTests.names)
  func `a name from outside cannot move the cursor or break a line`(name: String) async throws {
    try await PicturesDatabase(
      target: "target " + name, baseline: "baseline " + name, canary: name, writer: name
    ).write(to: path)
    let watched = try watched("09:00:00")
    for (columns, rows) in [(100, 40), (40, 24)] {
      let lines = frame(watched, "09:00:10", columns, rows)
      #expect(lines.count <= rows)
      #expect(lines.allSatisfy { $0.count <= columns })
      #expect(
        lines.joined().unicodeScalars.allSatisfy {
          ![.control, .format, .lineSeparator, .paragraphSeparator]
            .contains($0.properties.generalCategory)
        })
    }
  }
}
