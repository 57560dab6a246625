import Foundation
import TestSupport
import Testing

/// A service with two versions, collected and judged by the whole program at times of its own.
///
/// Its rollout begins at second 0 (08:00), when the weights 90/10 are first seen.
struct GateStage {
  /// What the gate answered.
  struct Answer: Equatable {
    let status: Int32
    let reason: String
  }

  let folder: TemporaryFolder
  let program: AnalyzeProgram
  var stepSeconds = 15

  static let start = ConservationTests.start

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(ConservationTests.manifest, to: "vs.yaml")
    program = AnalyzeProgram(in: folder.url)
  }

  /// A counter that grows by as much at each scrape from a time on; a counter that exists before it
  /// counts shows zeros.
  ///
  /// - Parameters:
  ///   - version: The version that it counts requests to.
  ///   - seconds: When it is scraped, in seconds since the rollout began.
  ///   - every: How many seconds scrapes are apart.
  ///   - labels: Labels in place of Istio's for this service.
  ///   - name: The metric.
  ///   - growth: How much it grows by up to a scrape, by the time of that.
  /// - Returns: The samples.
  static func counter(
    _ version: String, _ seconds: ClosedRange<Int64>, every: Int64 = 15,
    labels: [String: String] = [:], name: String = "istio_requests_total",
    growth: (Int64) -> Double
  ) -> [ImportedSample] {
    let all = [
      "reporter": "source", "destination_service_name": "app-backend",
      "destination_service_namespace": "istio", "destination_version": version,
      "response_code": "200",
    ].merging(labels) { $1 }
    var value = 0.0
    return stride(from: seconds.lowerBound, through: seconds.upperBound, by: Int(every)).map {
      value += growth($0)
      return ImportedSample(name, all, value: value, timeMilliseconds: (start + $0) * 1000)
    }
  }

  /// Both versions with steady traffic, as configured.
  static func steady(_ seconds: ClosedRange<Int64>) -> [ImportedSample] {
    counter("v1", seconds) { _ in 90 } + counter("v2", seconds) { _ in 10 }
  }

  @discardableResult
  func collect(
    from url: String, at seconds: Int64, _ arguments: String..., expecting status: Int32 = 0
  ) async throws -> AnalyzeProgram.Outcome {
    let outcome = try await program.run(
      [
        "collect", "--victoria-metrics", url, "--virtual-service-file", "vs.yaml", "--step",
        "\(stepSeconds)s", "--latency-offset", "1s", "--settle", "1s", "--since",
        ConservationTests.text(Self.start), "--now",
        ConservationTests.text(Self.start + seconds + 1),
      ] + arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    return outcome
  }

  /// Asks the gate, a second after the collector ran.
  func gate(at seconds: Int64) async throws -> Answer {
    let outcome = try await program.run(
      "gate", "--format", "json", "--now", ConservationTests.text(Self.start + seconds + 2))
    let answer = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let reasons = (answer as? [String: Any])?["reasons"] as? [String]
    return Answer(status: outcome.status, reason: reasons?.first ?? outcome.errors)
  }

  func query(_ sql: String) async throws -> String {
    try await Shell.run("sqlite3", folder.path("analyze.db"), sql)
  }
}

extension VictoriaMetricsServer {
  var address: String { baseURL.absoluteString }
}
