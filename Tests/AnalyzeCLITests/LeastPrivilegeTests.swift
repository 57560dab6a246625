import Foundation
import TestSupport
import Testing

/// Readers do with a file system on which nothing may be written.
@Suite struct LeastPrivilegeTests {
  /// Whether this machine lets tests mount in a namespace of their own.
  static let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["unshare", "--mount", "--map-root-user", "true"]
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return false
    }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  let folder: TemporaryFolder

  init() async throws {
    folder = try TemporaryFolder()
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
    _ = try await AnalyzeProgram(in: folder.url).run("gate", "--now", "2026-11-24T08:30:45Z")
  }

  /// Runs a command while the folder is mounted so that nothing can be written.
  private func runReadOnly(_ arguments: String) async throws -> String {
    let path = folder.url.path
    return try await Shell.run(
      "unshare", "--mount", "--map-root-user", "sh", "-c",
      """
      mount --bind '\(path)' '\(path)' && mount -o remount,bind,ro '\(path)' && cd '\(path)' || exit 99
      if touch probe 2>/dev/null; then exit 98; fi
      '\(AnalyzeProgram.executable.path)' \(arguments) 2>&1; echo "status $?"
      """)
  }

  @Test(
    .enabled(if: canMount),
    arguments: [
      "report", "audit", "audit show 1", "audit replay 1", "audit verify", "audit outcomes",
      "export",
      "database statistics",
    ])
  func `what only reads works on a read-only file system`(command: String) async throws {
    let arguments = command.split(separator: " ").map(String.init)
    let time = ["--now", "2026-11-24T08:31:00Z"]
    let expected = try await AnalyzeProgram(in: folder.url).run(arguments + time)
    #expect(expected.status == 0)
    let text = try await runReadOnly((arguments + time).joined(separator: " "))
    #expect(text == expected.output + "status 0\n")
  }

  @Test(.enabled(if: canMount))
  func `a backup is read there too`() async throws {
    _ = try await AnalyzeProgram(in: folder.url).run("database", "backup", "copy.db")
    let text = try await runReadOnly("audit verify --database copy.db")
    #expect(text.hasSuffix("status 0\n"))
  }

  @Test(.enabled(if: canMount))
  func `a write-ahead log that was left behind is named`() async throws {
    // Copied while the writer has it open: when it leaves, the log is written back.
    let said = try await Shell.run(
      "sh", "-c",
      """
      cd '\(folder.url.path)' && mkdir left && sqlite3 analyze.db "PRAGMA wal_autocheckpoint = 0" \
        "UPDATE target SET host = 'other'" ".shell cp analyze.db analyze.db-wal left/"
      """)
    #expect(said.hasPrefix("0"))
    let text = try await runReadOnly("report --database left/analyze.db")
    #expect(
      text == """
        analyze: cannot read left/analyze.db: its write-ahead log (left/analyze.db-wal) needs \
        permission to write there; run "analyze database backup" where the database can be \
        written, and read the copy
        status 3

        """)
  }

  @Test(.enabled(if: canMount))
  func `the gate does not decide where it cannot store the decision`() async throws {
    let text = try await runReadOnly("gate --now 2026-11-24T08:31:00Z")
    #expect(text.hasSuffix("status 3\n"))
  }

  @Test func `every file that is written is its owner's alone`() async throws {
    let program = AnalyzeProgram(in: folder.url)
    _ = try await program.run("database", "backup", "copy.db")
    _ = try await program.run("database", "recover", "saved.db")
    for name in ["analyze.db", "copy.db", "saved.db"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }
}
