import Foundation
import TestSupport
import Testing

@Suite struct ManyTargetsTests {
  private let folder: TemporaryFolder
  private let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  /// A cluster and its metrics; those of checkout are refused, and the weights of search do not
  /// add up to 100.
  private static let script: FaultServer.Script = { request in
    if request.target == "/api/v1/query_range" {
      let isRefused = String(decoding: request.body, as: UTF8.self).contains("checkout")
      return isRefused ? [.respond(422, text: "no")] : [.respond(text: CollectTests.empty)]
    }
    let name = request.target.split(separator: "/").last ?? ""
    if name == "destinationrules" { return [.respond(text: #"{"items": []}"#)] }
    guard ["cart", "checkout", "search"].contains(name) else { return [.respond(403, text: "no")] }
    let weights = name == "search" ? (8, 2) : (90, 10)
    return [
      .respond(
        text: """
          {"metadata": {"name": "\(name)", "namespace": "shop"}, "spec": {"hosts": ["\(name)"],
          "http": [{"route": [
          {"destination": {"host": "\(name)", "subset": "v1"}, "weight": \(weights.0)},
          {"destination": {"host": "\(name)", "subset": "v2"}, "weight": \(weights.1)}]}]}}
          """)
    ]
  }

  private func withServer(_ body: (FaultServer) async throws -> Void) async throws {
    try await withFaultServer(Self.script) { server in
      try folder.write(
        """
        victoriaMetrics: \(server.url)
        kubernetes: \(server.url)
        targets:
        - {name: cart, virtualService: shop/cart}
        - {name: checkout, virtualService: shop/checkout}
        - {name: search, virtualService: shop/search}
        """, to: "analyze.yaml")
      try await body(server)
    }
  }

  private static func failure(_ server: FaultServer) -> String {
    "cannot query VictoriaMetrics at \(server.url): it answered 422: no"
  }
  private static let warning =
    "the weights of VirtualService shop/search add up to 10, not to 100; they are read as v1 80 %, "
    + "v2 20 %"

  @Test func `all targets of the file are collected, and each message names its target`()
    async throws
  {
    try await withServer { server in
      let outcome = try await program.run("collect")
      #expect(outcome.status == 3)
      #expect(
        outcome.errors == """
          analyze: warning: search: \(Self.warning)
          analyze: checkout: \(Self.failure(server))

          """)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.map { $0.prefix { $0 != ":" } } == ["cart", "search"])
      let alone = try await program.run("collect", "--target", "search")
      #expect(alone.status == 0)
      #expect(alone.output.hasPrefix("search: "))
      #expect(alone.errors == "analyze: warning: \(Self.warning)\n")
    }
  }

  @Test func `with --every each log line names its target, and failures count by target`()
    async throws
  {
    try await withServer { server in
      let process = try program.start([
        "collect", "--every", "1h", "--log-format", "json", "--telemetry-file", "analyze.prom",
      ])
      let telemetry = folder.path("analyze.prom")
      #expect(await eventually { FileManager.default.fileExists(atPath: telemetry) })
      kill(process.processIdentifier, SIGTERM)
      let outcome = try await blocking { AnalyzeProgram.outcome(of: process) }
      let entries = try logEntries(outcome.errors)
      for (target, message) in [
        ("checkout", Self.failure(server)), ("search", Self.warning),
        ("cart", "the weights are not watched, trying again in"),
      ] {
        #expect(
          entries.contains { $0["target"] == target && $0["message"]?.hasPrefix(message) == true })
      }
      #expect(entries.allSatisfy { $0["target"] != nil })
      let text = try String(contentsOfFile: telemetry, encoding: .utf8)
      #expect(text.contains(#"failures_total{reason="count",target="search"} 0"#))
      #expect(text.firstMatch(of: /failures_total{reason="source",target="checkout"} [1-9]/) != nil)
    }
  }
}

/// The members of each line of a log in JSON.
///
/// - Parameter text: What a program wrote to standard error.
/// - Returns: The members that are texts.
/// - Throws: If a line is no JSON.
func logEntries(_ text: String) throws -> [[String: String]] {
  try text.split(separator: "\n").map { line in
    let members = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return try #require(members).compactMapValues { $0 as? String }
  }
}
