import Foundation
import TestSupport
import Testing

/// `deploy/grafana/dashboard.json`, held against what the export writes.
@Suite struct DashboardTests {
  private struct Dashboard: Decodable {
    struct Query: Decodable {
      let expr: String
    }
    struct Panel: Decodable {
      let id: Int
      let title: String
      let targets: [Query]
    }
    struct Variable: Decodable {
      let name: String
      let definition: String?
    }
    struct Templating: Decodable {
      let list: [Variable]
    }
    let schemaVersion: Int
    let panels: [Panel]
    let templating: Templating
  }

  private struct Answer: Decodable {
    struct Data: Decodable {
      let result: [Series]
    }
    struct Series: Decodable {
      let metric: [String: String]
    }
    let status: String
    let data: Data
  }

  private let dashboard: Dashboard

  init() throws {
    let file = Checkout.root.appending(path: "deploy/grafana/dashboard.json")
    dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: file))
  }

  /// A query as Grafana sends it, with all of a variable's values chosen.
  private func sent(_ expression: String) -> String {
    let values = [
      "$__rate_interval": "1m", "$__interval": "15s", "$__range": "1h", "$reporter": "source",
      "$target": ".*", "$canary": ".*", "$check": ".*",
    ]
    return values.sorted { $0.key.count > $1.key.count }
      .reduce(expression) { $0.replacing($1.key, with: $1.value) }
  }

  @Test func `it is one for Grafana 10 and later, with panels of their own numbers`() {
    #expect(dashboard.schemaVersion == 39)
    #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
    #expect(dashboard.panels.count >= 6)
  }

  @Test func `every query is accepted, and finds what the export writes`() async throws {
    let folder = try TemporaryFolder()
    let program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
    _ = try await program.run("gate", "--now", "2026-11-24T08:30:00Z")
    let metrics = try await VictoriaMetricsServer.start()
    let outcome = try await program.run(
      "export", "--to-victoria-metrics", metrics.baseURL.absoluteString, "--cursor", "cursor")
    #expect(outcome.status == 0)
    let written = try await Set(StoredSeries.all(in: metrics).map(\.name))
    var used: Set<String> = []
    for panel in dashboard.panels {
      for query in panel.targets {
        let expression = sent(query.expr)
        #expect(!expression.contains("$"), "\(panel.title)")
        used.formUnion(query.expr.matches(of: #/analyze_[a-z_]+/#).map { String($0.output) })
        for (path, times) in [
          ("/api/v1/query", ["time": "2026-11-24T08:30:00Z"]),
          (
            "/api/v1/query_range",
            ["start": "2026-11-24T08:00:00Z", "end": "2026-11-24T08:30:00Z", "step": "15s"]
          ),
        ] {
          let text = try await metrics.get(path, times.merging(["query": expression]) { $1 })
          let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
          #expect(answer.status == "success")
          #expect(!answer.data.result.isEmpty, "\(panel.title): \(expression)")
        }
      }
    }
    #expect(used == written)
  }

  @Test func `every variable that a query uses is one of the dashboard's`() {
    let names = Set(dashboard.templating.list.map(\.name))
    let used = dashboard.panels.flatMap(\.targets).flatMap {
      $0.expr.matches(of: #/\$([a-z]+)/#).map { String($0.1) }
    }
    #expect(Set(used).isSubset(of: names))
    #expect(Set(used) == ["target", "reporter", "canary", "check"])
  }
}
