import Foundation
import TestSupport
import Testing

/// What a VictoriaMetrics holds of one series.
struct StoredSeries: Decodable {
  let metric: [String: String]
  let values: [Double]
  let timestamps: [Int64]

  var name: String { metric["__name__"] ?? "" }

  /// The values by time.
  ///
  /// A piece that was sent twice stands there twice, without -dedup.minScrapeInterval: a test fails
  /// here if it does so with other values.
  func valuesByTime() throws -> [Int64: Double] {
    var byTime: [Int64: Double] = [:]
    for (time, value) in zip(timestamps, values) {
      try #require(byTime[time] == nil || byTime[time] == value)
      byTime[time] = value
    }
    return byTime
  }

  /// All series whose names begin so.
  static func all(in metrics: VictoriaMetricsServer) async throws -> [StoredSeries] {
    try await metrics.flush()
    let text = try await metrics.get(
      "/api/v1/export", ["match[]": #"{__name__=~"analyze_.*"}"#, "start": "0"])
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(StoredSeries.self, from: Data($0.utf8))
    }
  }
}

/// What counters must stand at, by version and time, from the database by other means.
enum CountedInDatabase {
  static func sums(_ condition: String, in path: String) async throws -> [String: [Int64: Double]] {
    let text = try await Shell.run(
      "sqlite3", path,
      """
      WITH counted AS (
        SELECT version.name AS version, interval.end_at, (
          SELECT coalesce(sum(count), 0) FROM observation JOIN series ON series.id = series_id
          WHERE interval_id = interval.id AND series.version_id = version.id
            AND response_code IS NOT NULL AND \(condition)) AS count
        FROM interval JOIN version USING (target_id)
      )
      SELECT version, end_at, sum(count) OVER (PARTITION BY version ORDER BY end_at) FROM counted
      """)
    var sums: [String: [Int64: Double]] = [:]
    for line in text.split(separator: "\n") {
      let columns = line.split(separator: "|")
      let end = try #require(Int64(columns[1]))
      sums[String(columns[0]), default: [:]][end] = Double(
        try #require(Int(columns[2])))
    }
    return sums
  }
}
