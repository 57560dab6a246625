import Foundation
import Testing

/// Makes the decisions of a database again, as `analyze audit replay` does.
public enum DecisionReplays {
  /// Expects that every decision of a database comes out as it was stored: the same verdict, reason
  /// and window, and the same figures to the last bit.
  ///
  /// - Parameters:
  ///   - path: The database.
  ///   - sourceLocation: The place of the expectation.
  /// - Returns: How many decisions there are.
  /// - Throws: If the program cannot be run.
  @discardableResult
  public static func expectIdentical(
    in path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Int {
    let folder = try TemporaryFolder()
    let program = AnalyzeProgram(in: folder.url)
    let ids = try await decisions(in: path)
    for id in ids {
      let outcome = try await program.run("audit", "replay", id, "--database", path)
      #expect(outcome.status == 0, sourceLocation: sourceLocation)
      #expect(
        outcome.output.hasSuffix(
          "\nreplayed: identical, the same verdict and the same figures to the last bit\n"),
        "\(outcome.output)", sourceLocation: sourceLocation)
      #expect(outcome.errors == "", sourceLocation: sourceLocation)
    }
    return ids.count
  }

  /// Expects the same of the file, and of what becomes of it when it is backed up, is brought up to
  /// date as an earlier program left it, and is pruned.
  ///
  /// - Parameters:
  ///   - path: The database; it stays as it is.
  ///   - sourceLocation: The place of the expectation.
  /// - Throws: If a program cannot be run.
  public static func expectIdenticalWhereverItGoes(
    _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let count = try await expectIdentical(in: path, sourceLocation: sourceLocation)
    guard count > 0 else { return }
    let folder = try TemporaryFolder()
    let program = AnalyzeProgram(in: folder.url)
    func succeed(_ arguments: String...) async throws {
      let outcome = try await program.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
    }
    try await succeed("database", "backup", "copy.db", "--database", path)
    try await EarlierSchema.write(folder.path("copy.db"), as: folder.path("old.db"), schema: 9)
    try await succeed("database", "migrate", "--database", "old.db")
    try await succeed(
      "database", "prune", "--keep-detail", "1h", "--now", "2030-01-01T00:00:00Z", "--database",
      "old.db")
    let later = try await expectIdentical(
      in: folder.path("old.db"), sourceLocation: sourceLocation)
    #expect(later == count, sourceLocation: sourceLocation)
  }

  private static func decisions(in path: String) async throws -> [String] {
    try await Shell.run("sqlite3", path, "SELECT id FROM decision ORDER BY id")
      .split(separator: "\n").map(String.init)
  }

  /// The databases of a folder that have decisions with evidence.
  static func databases(in folder: URL) async throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.isRegularFileKey]
    ).filter { file in
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        return false
      }
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      return try handle.read(upToCount: 15) == Data("SQLite format 3".utf8)
    }.map(\.path).sorted()
    var databases: [String] = []
    for file in files {
      let found = try await Shell.run(
        "sqlite3", file, "SELECT 1 FROM sqlite_schema WHERE name = 'evidence_part'")
      if found == "1\n" { databases.append(file) }
    }
    return databases
  }
}
