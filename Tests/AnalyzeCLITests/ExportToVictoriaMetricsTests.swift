import Foundation
import Rollouts
import TestSupport
import Testing

@Suite struct ExportToVictoriaMetricsTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram
  let metrics: VictoriaMetricsServer

  init() async throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    metrics = try await VictoriaMetricsServer.start()
  }

  private var arguments: [String] {
    ["export", "--to-victoria-metrics", metrics.baseURL.absoluteString, "--cursor", "cursor"]
  }

  private func write(_ sample: SampleDatabase) throws {
    try sample.write(to: folder.path("analyze.db"))
  }

  private func export(_ more: String...) async throws -> String {
    let outcome = try await program.run(arguments + more)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    return outcome.output
  }

  /// Expects that the counters stand at what the database has counted, at the end of every interval.
  private func expectCountersOfDatabase() async throws {
    let series = try await StoredSeries.all(in: metrics)
    for (name, condition) in [
      ("analyze_requests_total", "1"), ("analyze_errors_total", "response_class = '5xx'"),
    ] {
      let expected = try await CountedInDatabase.sums(condition, in: folder.path("analyze.db"))
      let found = series.filter { $0.name == name }
      #expect(Set(found.map { $0.metric["version"] }) == Set(expected.keys.map(Optional.some)))
      for one in found {
        var values = try one.valuesByTime()
        let first = try #require(values.keys.min())
        #expect(values.removeValue(forKey: first) == 0)
        let version = try #require(one.metric["version"].flatMap { expected[$0] })
        #expect(values == version.filter { $0.key > first })
      }
    }
  }

  @Test func `counters stand at what the database has counted`() async throws {
    try write(SampleDatabase(canaryErrorsInThousand: 60))
    let said = try await export()
    let samples = try await StoredSeries.all(in: metrics).map(\.values.count).reduce(0, +)
    #expect(samples > 600)
    #expect(
      said == """
        \(samples) samples written
          app-backend: intervals up to 2026-11-24T08:30:00Z, no decision

        """)
    try await expectCountersOfDatabase()
    let answer = try await metrics.get(
      "/api/v1/query",
      [
        "query": #"sum(increase(analyze_requests_total{version="v2",reporter="source"}[30m]))"#,
        "time": "2026-11-24T08:30:00Z",
      ])
    let stored = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      "SELECT sum(requests) FROM response JOIN version ON version.id = version_id WHERE name = 'v2'"
    )
    #expect(answer.contains("\"\(stored.trimmingCharacters(in: .newlines))\"]"))
  }

  @Test func `a run goes on where the last one ended`() async throws {
    let middle = SampleDatabase.time("08:15:00")
    try write(SampleDatabase(end: middle))
    _ = try await export()
    #expect(try await export().hasPrefix("0 samples written\n"))
    try write(SampleDatabase(begin: middle))
    _ = try await export()
    try await expectCountersOfDatabase()
    let repeated = try await StoredSeries.all(in: metrics).filter {
      Set($0.timestamps).count < $0.timestamps.count
    }
    #expect(repeated.map(\.metric) == [])
  }

  @Test func `weights are known at each change and at the end of each interval`() async throws {
    try write(SampleDatabase())
    _ = try await export()
    let weights = try await StoredSeries.all(in: metrics).filter {
      $0.name == "analyze_weight_share"
    }
    #expect(weights.count == 2)
    let canary = try #require(weights.first { $0.metric["version"] == "v2" })
    let values = try canary.valuesByTime()
    for (clock, share) in [
      ("08:10:00", 0), ("08:10:01", 0.1), ("08:20:00", 0.1), ("08:20:15", 0.5),
    ] {
      #expect(values[SampleDatabase.time(clock).millisecondsSince1970] == share, "\(clock)")
    }
  }

  @Test func `each decision has its verdict and its evidence`() async throws {
    try write(SampleDatabase(canaryErrorsInThousand: 60))
    _ = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    _ = try await export()
    let series = try await StoredSeries.all(in: metrics)
    let verdicts = series.filter { $0.name == "analyze_verdict" }
    #expect(
      Dictionary(uniqueKeysWithValues: verdicts.map { ($0.metric["verdict"], $0.values) }) == [
        "block": [1], "promote": [0], "hold": [0], "unknown": [0],
      ])
    let text = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      """
      SELECT json_extract(value, '$.evidenceToBlock'), json_extract(value, '$.requiredEvidence')
      FROM decision, json_each(evidence, '$.checks') WHERE json_extract(value, '$.name') = 'errors'
      """)
    let errors = series.filter {
      $0.metric["check"] == "errors" && $0.metric["direction"] == "block"
    }
    let stored = text.trimmingCharacters(in: .newlines).split(separator: "|").compactMap {
      Double($0)
    }
    #expect(stored.count == 2)
    // VictoriaMetrics keeps twelve digits.
    for (name, value) in zip(["analyze_evidence", "analyze_evidence_required"], stored) {
      let found = try #require(errors.first { $0.name == name }?.values.first)
      #expect(abs(found - value) < 1e-9)
    }
    #expect(errors.first?.timestamps == [SampleDatabase.time("08:30:45").millisecondsSince1970])
    #expect(try await export().contains("decisions up to 1\n"))
  }

  @Test func `runs that are killed leave the same values as one that is not`() async throws {
    try write(SampleDatabase(stepSeconds: 1))
    var generator = SplitMix64(seed: 7)
    var killed = 0
    for _ in 0..<30 {
      let process = try program.start(arguments)
      try await Task.sleep(for: .milliseconds(Int.random(in: 20...250, using: &generator)))
      kill(process.processIdentifier, SIGKILL)
      let status = try await blocking { AnalyzeProgram.outcome(of: process).status }
      if status == 128 + SIGKILL { killed += 1 }
    }
    #expect(killed > 0)
    _ = try await export()
    try await expectCountersOfDatabase()
  }

  @Test func `pieces that were sent and not noted are sent again with the same values`()
    async throws
  {
    try write(SampleDatabase(stepSeconds: 1))
    _ = try await export()
    // As after a kill between the server's answer and the cursor, at the worst of moments.
    try FileManager.default.removeItem(atPath: folder.path("cursor"))
    _ = try await export()
    let series = try await StoredSeries.all(in: metrics)
    #expect(series.contains { Set($0.timestamps).count < $0.timestamps.count })
    try await expectCountersOfDatabase()
    let answer = try await metrics.get(
      "/api/v1/query",
      [
        "query": "sum(increase(analyze_requests_total[30m]))", "time": "2026-11-24T08:30:00Z",
      ])
    let stored = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "SELECT sum(requests) FROM response")
    #expect(answer.contains("\"\(stored.trimmingCharacters(in: .newlines))\"]"))
  }

  @Test func `a correction never lets a counter fall, and is made up for`() async throws {
    let middle = SampleDatabase.time("08:15:00")
    try write(SampleDatabase(end: middle))
    _ = try await export()
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      "UPDATE observation SET count = 1 WHERE interval_id IN (SELECT id FROM interval LIMIT 8)")
    try write(SampleDatabase(begin: middle))
    _ = try await export()
    let counted = try await CountedInDatabase.sums("1", in: folder.path("analyze.db"))
    let series = try await StoredSeries.all(in: metrics).filter {
      $0.name == "analyze_requests_total"
    }
    #expect(series.count == 2)
    let end = SampleDatabase.end.millisecondsSince1970
    for one in series {
      let values = try one.valuesByTime()
      let inOrder = values.sorted { $0.key < $1.key }.map(\.value)
      #expect(inOrder == inOrder.sorted())
      #expect(values[end] == one.metric["version"].flatMap { counted[$0]?[end] })
    }
  }

  @Test func `what is not settled is left for the next run`() async throws {
    try write(SampleDatabase())
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"),
      "UPDATE interval SET is_settled = 0 WHERE end_at > unixepoch('2026-11-24T08:20:00Z') * 1000")
    #expect(try await export().contains("intervals up to 2026-11-24T08:20:00Z,"))
    _ = try await Shell.run(
      "sqlite3", folder.path("analyze.db"), "UPDATE interval SET is_settled = 1")
    #expect(try await export().contains("intervals up to 2026-11-24T08:30:00Z,"))
    try await expectCountersOfDatabase()
  }

  @Test func `every series has the labels that are given, and keeps them`() async throws {
    try write(SampleDatabase())
    _ = try await export("--label", "cluster=eu-1", "--label", #"note=a "b"\c"#)
    let series = try await StoredSeries.all(in: metrics)
    #expect(series.allSatisfy { $0.metric["cluster"] == "eu-1" })
    #expect(series.allSatisfy { $0.metric["note"] == #"a "b"\c"# })
    #expect(series.allSatisfy { $0.metric["target"] == "app-backend" })
    let outcome = try await program.run(arguments + ["--label", "cluster=eu-2"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("wrote series with the labels cluster=eu-1, note=a "))
  }

  @Test func `a cluster's prefix, the credentials and the headers are used`() async throws {
    try write(SampleDatabase())
    try await withFaultServer { _ in
      [.respond(204, text: "")]
    } _: { server in
      try folder.write(
        "victoriaMetrics: {url: \"http://vmselect\", headers: {AccountID: \"7\"}}\n",
        to: "analyze.yaml")
      let outcome = try await AnalyzeProgram(
        in: folder.url, environment: ["ANALYZE_VICTORIA_METRICS_TOKEN": "a-token"]
      ).run(
        "export", "--to-victoria-metrics", "\(server.url)/insert/0/prometheus", "--cursor", "cursor"
      )
      #expect(outcome.status == 0)
      let request = try #require(server.requests.first)
      #expect(request.method == "POST")
      #expect(request.target == "/insert/0/prometheus/api/v1/import/prometheus")
      #expect(request.headers["authorization"] == "Bearer a-token")
      #expect(request.headers["accountid"] == "7")
      let cursor = try String(contentsOfFile: folder.path("cursor"), encoding: .utf8)
      #expect(!cursor.contains("a-token"))
    }
  }

  @Test func `a server that refuses leaves the cursor where it was`() async throws {
    try write(SampleDatabase())
    try await withFaultServer { _ in
      [.respond(400, text: "cannot parse the lines")]
    } _: { server in
      let outcome = try await program.run(
        "export", "--to-victoria-metrics", server.url, "--cursor", "cursor")
      #expect(outcome.status == 3)
      #expect(
        outcome.errors == """
          analyze: cannot write to VictoriaMetrics at \(server.url): it answered 400: cannot parse \
          the lines

          """)
      #expect(!FileManager.default.fileExists(atPath: folder.path("cursor")))
    }
    _ = try await export()
    try await expectCountersOfDatabase()
  }
}
