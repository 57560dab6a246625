import HTTP
import TestSupport
import VictoriaMetrics

/// Asks a server that does the same for every request.
///
/// - Parameter steps: What it does.
/// - Returns: The answer, and the server's address.
/// - Throws: If there is no server.
func ask(
  _ steps: [FaultServer.Step]
) async throws -> (answer: Result<[RangeSeries], VictoriaMetricsError>, url: String) {
  try await withFaultServer({ _ in steps }) { server in
    (await ask(VictoriaMetricsClient(baseURL: server.url, http: .direct())), server.url)
  }
}

/// Asks for five minutes in steps of one.
func ask(
  _ client: VictoriaMetricsClient, _ query: String = "up"
) async -> Result<[RangeSeries], VictoriaMetricsError> {
  do throws(VictoriaMetricsError) {
    return .success(
      try await client.queryRange(
        query, startSeconds: 1_795_484_050, endSeconds: 1_795_484_350, stepSeconds: 60))
  } catch {
    return .failure(error)
  }
}

extension VictoriaMetricsClient {
  /// Evaluates a query and keeps every series.
  func queryRange(
    _ query: String, startSeconds: Int64, endSeconds: Int64, stepSeconds: Int
  ) async throws(VictoriaMetricsError) -> [RangeSeries] {
    try await queryRange(
      query, startSeconds: startSeconds, endSeconds: endSeconds, stepSeconds: stepSeconds, into: []
    ) { $0.append($1) }
  }
}

extension HTTPClient {
  /// A client that uses no proxy, whatever the environment says.
  static func direct() -> HTTPClient {
    HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret("")))
  }
}
