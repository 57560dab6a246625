import HTTP

extension VictoriaMetricsClient {
  /// Writes samples.
  ///
  /// A request that fails for the moment is sent again: samples that arrive twice have the same
  /// times and values. The server does not say whether it dropped a line, as it does with samples
  /// that are older than its retention.
  ///
  /// **Source:** https://docs.victoriametrics.com/#how-to-import-data-in-prometheus-exposition-format
  ///
  /// - Parameter samples: Lines of Prometheus' text format, each with a time in milliseconds since
  ///   1970.
  /// - Throws: A `VictoriaMetricsError`; whether the samples were taken is not known then.
  public func importSamples(_ samples: String) async throws(VictoriaMetricsError) {
    try await ask("/api/v1/import/prometheus", PostedBody(samples: samples), statuses: [200, 204]) {
      body async throws(FailedAttempt) in
      do throws(HTTPError) {
        for try await _ in body {}
      } catch {
        throw failure(error)
      }
    }
  }
}
