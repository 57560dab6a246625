import HTTP
import TestSupport
import VictoriaMetrics

/// A connection without a proxy that asks again at once.
func direct(
  _ baseURL: String, _ authorization: VictoriaMetricsAuthorization? = nil,
  headers: [String: Secret] = [:]
) throws -> VictoriaMetricsConnection {
  var connection = try VictoriaMetricsConnection(
    baseURL: baseURL, authorization: authorization,
    headers: headers.mapValues(SecretSource.text))
  connection.proxyURL = Secret("")
  connection.retryPolicy = RetryPolicy(jitter: { 0 })
  return connection
}

extension VictoriaMetricsConnection {
  /// What five minutes in steps of one are answered.
  func outcome() async -> Result<[RangeSeries], VictoriaMetricsError> {
    do throws(VictoriaMetricsError) {
      return .success(
        try await VictoriaMetricsClient(connection: self).queryRange(
          "up", startSeconds: 1_795_484_050, endSeconds: 1_795_484_350, stepSeconds: 60))
    } catch {
      return .failure(error)
    }
  }
}

extension FaultServer.Step {
  /// An answer without series.
  static let noSeries = respond(
    text: #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#)

  /// An answer to an instant query.
  static func vector(_ result: String) -> FaultServer.Step {
    respond(text: #"{"status":"success","data":{"resultType":"vector","result":\#(result)}}"#)
  }
}
