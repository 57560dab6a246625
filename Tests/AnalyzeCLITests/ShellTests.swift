import Foundation
import TestSupport
import Testing

/// The queries of `reports/canary`, run by hand, give the numbers of the report.
@Suite struct ShellTests {
  typealias Row = [String: Any]

  let folder: TemporaryFolder
  let report: Row

  init() async throws {
    folder = try TemporaryFolder()
    try SampleDatabase(canaryErrorsInThousand: 25).write(to: folder.path("analyze.db"))
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "report", "--since", "2026-11-24T08:00:00Z", "--until", "2026-11-24T08:30:00Z", "--format",
      "json", "--now", "2026-11-24T08:30:45Z")
    report = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? Row)
  }

  /// Runs a query as docs/database.md tells people to.
  private func rows(_ section: String) async throws -> [Row] {
    let file = Checkout.root.appending(path: "reports/canary/\(section).sql").path
    let text = try await Shell.run(
      "sqlite3", "-json", folder.path("analyze.db"), ".parameter init",
      ".parameter set :target 'app-backend'",
      ".parameter set :from unixepoch('2026-11-24T08:00:00Z')*1000",
      ".parameter set :to unixepoch('2026-11-24T08:30:00Z')*1000", ".read \(file)")
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Row])
  }

  private func versions() throws -> [String: Row] {
    let versions = try #require(report["versions"] as? [Row])
    return Dictionary(uniqueKeysWithValues: versions.map { ($0["version"] as? String ?? "", $0) })
  }

  @Test func `requests, errors and response classes`() async throws {
    let versions = try versions()
    let rows = try await rows("errors")
    #expect(rows.count == versions.count)
    for row in rows {
      let figures = try #require(versions[row["version"] as? String ?? ""])
      #expect(row["requests"] as? Int == figures["requests"] as? Int)
      #expect(row["errors"] as? Int == figures["errors"] as? Int)
      let rate = try #require(figures["errorRate"] as? Row)
      let estimate = try #require(rate["estimate"] as? Double)
      let byHand = try #require(row["error_rate"] as? Double)
      #expect(abs(byHand / estimate - 1) < 1e-14)
      let responses = try #require(figures["responses"] as? [String: Int])
      for (responseClass, count) in responses { #expect(row[responseClass] as? Int == count) }
    }
  }

  @Test func `latency quantiles`() async throws {
    let versions = try versions()
    let rows = try await rows("latency")
    #expect(rows.count == 4 * versions.count)
    for row in rows {
      let figures = try #require(versions[row["version"] as? String ?? ""])
      let latency = try #require(figures["latencyMilliseconds"] as? Row)
      let quantile = try #require(latency[row["quantile"] as? String ?? ""] as? Row)
      // The shell prints 15 digits.
      let estimate = try #require(quantile["estimate"] as? Double)
      let byHand = try #require(row["estimate_milliseconds"] as? Double)
      #expect(abs(byHand / estimate - 1) < 1e-14)
    }
  }

  @Test func `the weight timeline`() async throws {
    let rows = try await rows("weights")
    let entries = try #require(report["weights"] as? [Row])
    #expect(rows.count == 2 * entries.count && entries.count == 3)
    for row in rows {
      let entry = try #require(
        entries.first { $0["generation"] as? Int == row["generation"] as? Int })
      let shares = try #require(entry["weights"] as? [String: Double])
      #expect(row["share"] as? Double == shares[row["version"] as? String ?? ""])
      #expect(row["changed_by"] as? String == entry["changedBy"] as? String)
    }
  }

  @Test func `configured against observed shares`() async throws {
    let rows = try await rows("traffic_split")
    let split = try #require(report["trafficSplit"] as? Row)
    let observed = try #require(split["observed"] as? [String: Double])
    let expected = try #require(split["expected"] as? [String: Double])
    #expect(observed.count == 2)
    for row in rows.suffix(2) {
      let version = row["version"] as? String ?? ""
      #expect(row["observed_share"] as? Double == observed[version])
      #expect(row["configured_share"] as? Double == expected[version])
    }
  }

  @Test func `data quality`() async throws {
    let row = try #require(try await rows("data_quality").first)
    let quality = try #require(report["dataQuality"] as? Row)
    #expect(row["intervals_expected"] as? Int == quality["intervalsExpected"] as? Int)
    #expect(row["intervals_present"] as? Int == 120)
    #expect(row["intervals_present"] as? Int == quality["intervalsPresent"] as? Int)
    #expect(row["reporter"] as? String == quality["reporter"] as? String)
  }

  @Test func `without parameters a query looks at the hour up to the newest interval`() async throws
  {
    let file = Checkout.root.appending(path: "reports/canary/errors.sql")
    let text = try await Shell.run(
      "sqlite3", "-json", folder.path("analyze.db"),
      input: try String(contentsOf: file, encoding: .utf8))
    let rows = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Row])
    let requests = rows.compactMap { $0["requests"] as? Int }.reduce(0, +)
    #expect(requests == 120 * 300)
  }
}
