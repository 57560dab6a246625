/// Which metrics count requests, and what their labels mean: what to ask, as data.
///
/// The queries are MetricsQL that yields, at each step, how much counters grew since the step
/// before. In them stand for themselves:
///
/// | placeholder | becomes |
/// | --- | --- |
/// | `{{step}}` | the width of an interval, such as `15s` |
/// | `{{services}}` | the names of the route's services, as a quoted regular expression |
/// | `{{namespaces}}` | their namespaces, likewise |
/// | `{{versions}}` | the values of the version label, likewise |
public struct MetricsProfile: Hashable, Sendable {
  /// What the labels of the answers are called; `nil`: the answers have none.
  public struct Labels: Hashable, Sendable {
    /// The version.
    public var version: String
    /// The service's name, where several services may answer.
    public var service: String?
    /// The service's namespace.
    public var namespace: String?
    /// Who counted: `source` or `destination`.
    public var reporter: String?
    /// The HTTP status code.
    public var responseCode: String
    /// The gRPC status, a number; absent or empty for other requests.
    public var grpcStatus: String?
    /// The upper bound of a cumulative duration bucket.
    public var upperBound: String

    /// The names of labels.
    public init(
      version: String, service: String? = nil, namespace: String? = nil, reporter: String? = nil,
      responseCode: String, grpcStatus: String? = nil, upperBound: String = "le"
    ) {
      self.version = version
      self.service = service
      self.namespace = namespace
      self.reporter = reporter
      self.responseCode = responseCode
      self.grpcStatus = grpcStatus
      self.upperBound = upperBound
    }
  }

  /// Its name.
  public var name: String
  /// Increases of requests by version and status code.
  public var requests: String
  /// Increases of cumulative duration buckets by version; `nil`: durations are not counted.
  public var durations: String?
  /// What the labels are called.
  public var labels: Labels
  /// What the version label holds for a destination, made of `{{host}}`, `{{name}}` (the host
  /// without its domain), `{{namespace}}`, `{{subset}}` and `{{version}}`; `nil`: the version.
  public var versionLabelValue: String?
  /// What one unit of a bucket's upper bound is, in milliseconds: 1, or 1000 for seconds.
  public var durationUnitMilliseconds: Double
  /// Who counted, where no label says so.
  public var reporter: Reporter

  /// A profile.
  public init(
    name: String, requests: String, durations: String?, labels: Labels,
    versionLabelValue: String? = nil, durationUnitMilliseconds: Double = 1,
    reporter: Reporter = .source
  ) {
    self.name = name
    self.requests = requests
    self.durations = durations
    self.labels = labels
    self.versionLabelValue = versionLabelValue
    self.durationUnitMilliseconds = durationUnitMilliseconds
    self.reporter = reporter
  }

  /// Istio's standard metrics.
  ///
  /// Source: https://istio.io/latest/docs/reference/config/metrics/
  public static let istio = MetricsProfile(
    name: "istio",
    requests: """
      sum by (reporter, destination_service_name, destination_service_namespace, \
      destination_version, response_code, grpc_response_status) \
      (increase(istio_requests_total{destination_service_name=~{{services}},\
      destination_service_namespace=~{{namespaces}}}[{{step}}]))
      """,
    durations: """
      sum by (reporter, destination_service_name, destination_service_namespace, \
      destination_version, le) \
      (increase(istio_request_duration_milliseconds_bucket{\
      destination_service_name=~{{services}},\
      destination_service_namespace=~{{namespaces}}}[{{step}}]))
      """,
    labels: Labels(
      version: "destination_version", service: "destination_service_name",
      namespace: "destination_service_namespace", reporter: "reporter",
      responseCode: "response_code", grpcStatus: "grpc_response_status"))

  /// The cluster metrics of a plain Envoy whose clusters are named HOST-SUBSET.
  ///
  /// Source: https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats
  public static let envoy = MetricsProfile(
    name: "envoy",
    requests: """
      sum by (envoy_cluster_name, envoy_response_code) \
      (increase(envoy_cluster_upstream_rq{envoy_cluster_name=~{{versions}}}[{{step}}]))
      """,
    durations: """
      sum by (envoy_cluster_name, le) (increase(\
      envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name=~{{versions}}}[{{step}}]))
      """,
    labels: Labels(version: "envoy_cluster_name", responseCode: "envoy_response_code"),
    versionLabelValue: "{{host}}-{{subset}}")
}
