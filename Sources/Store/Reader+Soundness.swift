import GRDB
import Ledger
import Rollouts

extension Reader {
  /// The first thing in which the file contradicts itself: a row that an index does not lead to is
  /// on record and in no report.
  func damage() throws -> LedgerFault? {
    if let finding = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)"),
      finding != "ok"
    {
      return .damagedFile(finding: finding.split(separator: "\n").joined(separator: " "))
    }
    guard let row = try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") else { return nil }
    let (table, parent): (String, String) = (row["table"], row["parent"])
    return .damagedFile(finding: "a row of \(table) refers to a row of \(parent) that is not there")
  }

  /// The first hour whose sum is not that of its intervals; reports on long times go by the sums.
  func otherSum() throws -> LedgerFault? {
    let row = try Row.fetchOne(
      database,
      sql: """
        WITH counted AS (
          SELECT interval.target_id, (end_at + :hour - 1) / :hour * :hour AS end_at, series_id,
            sum(count) AS count
          FROM interval JOIN observation ON interval_id = interval.id
          GROUP BY 1, 2, 3
        ),
        other AS (
          SELECT coalesce(summed.target_id, counted.target_id) AS target_id,
            coalesce(summed.end_at, counted.end_at) AS end_at,
            coalesce(summed.series_id, counted.series_id) AS series_id,
            coalesce(summed.count, 0) AS summed, coalesce(counted.count, 0) AS counted
          FROM hourly_count AS summed
          FULL JOIN counted ON counted.target_id = summed.target_id
            AND counted.end_at = summed.end_at AND counted.series_id = summed.series_id
          WHERE coalesce(summed.count, 0) <> coalesce(counted.count, 0)
          LIMIT 1
        )
        SELECT target.name AS target, version.name AS version, end_at, summed, counted
        FROM other
        JOIN target ON target.id = other.target_id
        JOIN series ON series.id = series_id
        JOIN version ON version.id = version_id
        """,
      arguments: ["hour": Pruning.hourMilliseconds])
    guard let row else { return nil }
    let end = Timestamp(millisecondsSince1970: row["end_at"])
    return .otherSum(
      of: "\(row["version"] as String) of \(row["target"] as String)", hourEnd: end.rfc3339,
      summed: row["summed"], counted: row["counted"])
  }
}
