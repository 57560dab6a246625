import TestSupport

/// What a database holds, summed by version and by a column of `series`.
enum StoredSums {
  static func byVersion(
    and column: String, in folder: TemporaryFolder
  ) async throws -> [String: [String: Int]] {
    let text = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      SELECT version.name, iif(typeof(\(column)) = 'text', \(column),
        iif(\(column) > 1e300, '+Inf', CAST(\(column) AS INTEGER))), sum(count)
      FROM observation JOIN series ON series.id = series_id
      JOIN version ON version.id = version_id
      WHERE \(column) IS NOT NULL GROUP BY 1, 2
      """)
    var sums: [String: [String: Int]] = [:]
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: "|").map(String.init)
      sums[cells[0], default: [:]][cells[1]] = Int(cells[2])
    }
    return sums
  }
}
