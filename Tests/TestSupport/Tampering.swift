/// What somebody with a shell does to a database who leaves no other trace.
public enum Tampering {
  /// Alters a file without its triggers, which are there again afterwards, and without the checks of
  /// its columns.
  ///
  /// - Parameters:
  ///   - path: The database.
  ///   - sql: What is done to it.
  /// - Throws: A `ShellError` if the statements cannot be run.
  public static func alter(_ path: String, _ sql: String) async throws {
    let names = try await Shell.run(
      "sqlite3", path,
      "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'")
    let definitions = try await Shell.run(
      "sqlite3", path, "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'")
    _ = try await Shell.run(
      "sqlite3", "-bail", path,
      input: """
        PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
        \(names)
        \(sql);
        \(definitions)
        """)
  }
}
