import Foundation
import TestSupport
import Testing

/// What `workshop/README.md` says that the doctor says, beside what it does say in each case.
@Suite struct DoctorTextTests {
  /// The cases, in the order of the text.
  enum Situation: Int, CaseIterable {
    case noSidecars, noSidecarsOfCallers, noSidecarsOfService
    case unreachable, noFreshCounts, noTraffic
    case noDestinationRule, noPodsOfV2
  }

  private let folder: TemporaryFolder
  private let now = Int64(Date.now.timeIntervalSince1970)

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: Situation.allCases)
  func `the doctor says what the text says`(in situation: Situation) async throws {
    let findings = try Self.findings()
    try #require(findings.count == Situation.allCases.count)
    let metrics = try await VictoriaMetricsServer.start()
    try await metrics.importSamples(samples(in: situation))
    let address = situation == .unreachable ? "http://127.0.0.1:1" : metrics.baseURL.absoluteString
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "doctor", "--victoria-metrics", address, "--latency-offset", "1s", "--virtual-service-file",
      try manifest(in: situation))
    let finding = findings[situation.rawValue]
    #expect(
      outcome.output.firstMatch(of: try Self.pattern(of: finding)) != nil,
      "not said: \(finding)\nbut:\n\(outcome.output)\(outcome.errors)")
    // A note may stand beside something that is broken.
    if finding.hasPrefix("broken") { #expect(outcome.status == 1) }
  }

  /// The findings of the blocks `doctor`, each with its remedy, where it has one.
  private static func findings() throws -> [String] {
    let text = try String(
      contentsOf: Checkout.root.appending(path: "workshop/README.md"), encoding: .utf8)
    let lines = text.matches(of: /```doctor\n([^`]+)```/).flatMap { $0.1.split(separator: "\n") }
    return lines.reduce(into: []) { findings, line in
      if line.hasPrefix(" "), !findings.isEmpty {
        findings[findings.count - 1] += "\n\(line)"
      } else {
        findings.append(String(line))
      }
    }
  }

  /// Matches whole lines of an output that a finding stands for; `…` is anything within a line.
  private static func pattern(of finding: String) throws -> Regex<AnyRegexOutput> {
    let lines = finding.split(separator: "\n").map { line in
      line.split(separator: "…", omittingEmptySubsequences: false)
        .map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".*")
    }
    return try Regex("(?m)^ *" + lines.joined(separator: "\n *") + "$")
  }

  /// The workshop's own manifests, as one file.
  private func manifest(in situation: Situation) throws -> String {
    let names =
      ["virtual-service"] + (situation == .noDestinationRule ? [] : ["destination-rule"])
    let texts = try names.map {
      try String(
        contentsOf: Checkout.root.appending(path: "workshop/k8s/\($0).yaml"), encoding: .utf8)
    }
    return try folder.write(texts.joined(separator: "---\n"), to: "manifest.yaml")
  }

  private func samples(in situation: Situation) -> [ImportedSample] {
    switch situation {
    case .noSidecars, .unreachable: []
    case .noSidecarsOfCallers: traffic(reporters: ["destination"])
    case .noSidecarsOfService: traffic(reporters: ["source"])
    case .noFreshCounts: traffic(until: now - 400)
    case .noTraffic: traffic(requestsPerSample: 0)
    case .noDestinationRule: traffic()
    case .noPodsOfV2: traffic(versions: ["v1"])
    }
  }

  /// Counters of ten minutes, a sample each 15 s.
  private func traffic(
    reporters: [String] = ["source", "destination"], versions: [String] = ["v1", "v2"],
    until end: Int64? = nil, requestsPerSample: Double = 10
  ) -> [ImportedSample] {
    let start = (end ?? now) - 600
    var samples: [ImportedSample] = []
    for reporter in reporters {
      for version in versions {
        let labels = [
          "reporter": reporter, "destination_service_name": "app-backend",
          "destination_service_namespace": "istio", "destination_version": version,
          "response_code": "200",
        ]
        for index in 0...40 {
          samples.append(
            ImportedSample(
              "istio_requests_total", labels, value: Double(index) * requestsPerSample,
              timeMilliseconds: (start + Int64(index) * 15) * 1000))
        }
      }
    }
    return samples
  }
}
