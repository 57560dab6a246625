import VictoriaMetrics

/// What to ask for the requests to some services, as Istio's proxies count them.
///
/// Source: https://istio.io/latest/docs/reference/config/metrics/
struct IstioQueries: Sendable {
  static let requestsMetric = "istio_requests_total"
  static let durationsMetric = "istio_request_duration_milliseconds_bucket"

  /// Increases of requests by reporter, service, version and status code.
  let requests: String
  /// Increases of cumulative duration buckets by reporter, service, version and upper bound.
  let durations: String

  init(services: [ServiceName], stepSeconds: Int) {
    let names = Array(Set(services.map(\.name))).sorted()
    let namespaces = Array(Set(services.map(\.namespace))).sorted()
    let selector = [
      MetricsQL.filter("destination_service_name", in: names),
      MetricsQL.filter("destination_service_namespace", in: namespaces),
    ].joined(separator: ",")
    let labels = """
      reporter, destination_service_name, destination_service_namespace, destination_version
      """
    func increases(of metric: String, by label: String) -> String {
      "sum by (\(labels), \(label)) (increase(\(metric){\(selector)}[\(stepSeconds)s]))"
    }
    requests = increases(of: Self.requestsMetric, by: "response_code")
    durations = increases(of: Self.durationsMetric, by: "le")
  }
}
