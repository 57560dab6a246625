/// Databases as earlier programs left them.
public enum EarlierSchema {
  /// Writes what a database holds into a new one that has only the first migrations; what they have
  /// no place for is left out.
  ///
  /// - Parameters:
  ///   - path: The database.
  ///   - older: The new one.
  ///   - schema: How many migrations it has.
  /// - Throws: A `ShellError` if a statement cannot be run.
  public static func write(_ path: String, as older: String, schema: Int) async throws {
    let isApplied = "CAST(substr(name, 1, 4) AS INTEGER) <= \(schema)"
    let script = try await Shell.run(
      "sqlite3", path,
      """
      SELECT 'PRAGMA application_id = ' || application_id || ';' FROM pragma_application_id;
      SELECT 'PRAGMA user_version = \(schema);';
      SELECT sql || ';' FROM sqlite_schema WHERE name = 'migration';
      SELECT sql FROM migration WHERE \(isApplied) ORDER BY name;
      """)
    _ = try await Shell.run("sqlite3", "-bail", older, input: script)
    // The sums of hours come with the counts.
    let copying = try await Shell.run(
      "sqlite3", older,
      """
      SELECT 'INSERT INTO main.' || tables.name || ' (' || group_concat(columns.name, ', ')
        || ') SELECT ' || group_concat(columns.name, ', ') || ' FROM new.' || tables.name
        || iif(tables.name = 'migration', ' WHERE \(isApplied)', '') || ';'
      FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
      WHERE tables.type = 'table' AND tables.name <> 'hourly_count'
      GROUP BY tables.name ORDER BY tables.name = 'observation', tables.rowid;
      """)
    _ = try await Shell.run(
      "sqlite3", "-bail", older, input: "ATTACH '\(path)' AS new;\n" + copying)
  }
}
