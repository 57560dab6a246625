import Foundation
import TestSupport
import Testing

/// A disk that is full, by a limit on the size of files.
@Suite struct FullDiskTests {
  @Test func `a full disk is named, and what was stored before stays`() async throws {
    let metrics = try await VictoriaMetricsServer.start()
    let history = CounterHistory(
      seed: 5, start: ConservationTests.start, end: ConservationTests.end)
    try await metrics.importSamples(history.samples)
    let folder = try TemporaryFolder()
    try folder.write(ConservationTests.manifest, to: "vs.yaml")
    func collect(until seconds: Int64, limitKilobytes: String) async throws -> String {
      // SIGXFSZ is ignored, so that the program sees the error of a full disk.
      try await Shell.run(
        "bash", "-c",
        """
        trap '' XFSZ; cd "$1"; ulimit -f "$2"; shift 2; "$@" 2>&1; echo "status $?"
        """, "bash", folder.url.path, limitKilobytes, AnalyzeProgram.executable.path, "collect",
        "--victoria-metrics", metrics.baseURL.absoluteString, "--virtual-service-file", "vs.yaml",
        "--step", "1s", "--latency-offset", "1s", "--settle", "0s", "--since",
        "2026-11-24T08:00:00Z", "--now",
        ConservationTests.text(ConservationTests.start + seconds + 1))
    }
    #expect(try await collect(until: 60, limitKilobytes: "unlimited").hasSuffix("status 0\n"))
    let before = try await StoredSums.byVersion(and: "response_code", in: folder)

    let outcome = try await collect(until: 1800, limitKilobytes: "60")
    #expect(outcome.hasPrefix("analyze: cannot store what was collected in analyze.db: "))
    #expect(outcome.contains("disk"))
    #expect(outcome.hasSuffix("status 1\n"))
    #expect(outcome.split(separator: "\n").count == 2)
    let after = try await StoredSums.byVersion(and: "response_code", in: folder)
    #expect(after == before)

    #expect(try await collect(until: 1800, limitKilobytes: "unlimited").hasSuffix("status 0\n"))
    let checks = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "PRAGMA integrity_check",
      "SELECT count(*) FROM interval")
    #expect(checks == "ok\n1800\n")
  }
}
