/// Labels in Prometheus' text format.
///
/// **Source:** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
public enum PrometheusLabels {
  /// The labels of a series in braces, in the order of their names; nothing where there are none.
  ///
  /// - Parameter labels: The values by name.
  /// - Returns: Text such as `{target="app",version="v1"}`.
  public static func text(_ labels: [String: String]) -> String {
    guard !labels.isEmpty else { return "" }
    // Values are quoted as in MetricsQL.
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\(MetricsQL.quoted($0.value))" }
    return "{" + pairs.joined(separator: ",") + "}"
  }
}
