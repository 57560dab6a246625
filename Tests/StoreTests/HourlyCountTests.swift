import Foundation
import Rollouts
import Store
import TestSupport
import Testing

@Suite struct HourlyCountTests {
  /// The hours must never say anything else than the observations do.
  private static let differences = """
    SELECT target_id, hour, series_id, sum(part) AS difference FROM (
      SELECT target_id, end_at AS hour, series_id, count AS part FROM hourly_count
      UNION ALL
      SELECT target_id, (end_at + 3599999) / 3600000 * 3600000, series_id, -count
      FROM interval JOIN observation ON observation.interval_id = interval.id
    ) GROUP BY target_id, hour, series_id HAVING difference <> 0;
    """

  @Test func `sums of hours follow every change of the counts`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("analyze.db")
    _ = try Database(path: path, mode: .create)
    let filled = """
      INSERT INTO target VALUES (1, 'app', 'istio', 'app', 'app');
      INSERT INTO version VALUES (1, 1, 'v1');
      INSERT INTO weight_state (id, target_id, route) VALUES (1, 1, '');
      INSERT INTO collection VALUES (1, 1, 0, 'test');
      INSERT INTO series (id, version_id, reporter, response_code, response_class)
      VALUES (1, 1, 'source', '200', '2xx'), (2, 1, 'source', '503', '5xx');
      WITH RECURSIVE slot (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM slot WHERE n < 60)
      INSERT INTO interval SELECT n, 1, (n - 1) * 420000, n * 420000, 1, 1 FROM slot;
      INSERT INTO observation SELECT id, 1, id * 7 % 11 + 1 FROM interval;
      INSERT INTO observation SELECT id, 2, 1 FROM interval WHERE id % 3 = 0;
      """
    let changes = [
      "", "UPDATE observation SET count = count + 5 WHERE interval_id % 4 = 0;",
      "DELETE FROM observation WHERE interval_id % 5 = 0;",
      "DELETE FROM interval WHERE id BETWEEN 10 AND 30;",
      "UPDATE observation SET series_id = 2 WHERE interval_id = 31 AND series_id = 1;",
    ]
    for (index, change) in changes.enumerated() {
      let found = try await Shell.run(
        "sqlite3", "-bail", path,
        input: "PRAGMA foreign_keys = ON;\n" + (index == 0 ? filled : change) + Self.differences)
      #expect(found == "", "after \(change)")
    }
    let total = try await Shell.run(
      "sqlite3", path, "SELECT sum(count) > 100, count(DISTINCT end_at) FROM hourly_count")
    #expect(total == "1|7\n")
  }
}
