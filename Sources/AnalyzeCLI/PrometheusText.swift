import VictoriaMetrics

/// Figures in Prometheus' text format; names begin with `analyze_collect_`.
///
/// A metric without a sample is left out.
struct PrometheusText {
  /// The labels of one series, and its value.
  typealias Sample<Value> = (labels: [String: String], value: Value)

  /// What was added so far; ends in a line end.
  private(set) var text = ""

  /// Adds a metric that only grows.
  mutating func counter(_ name: String, _ help: String, _ samples: [Sample<Int>]) {
    add("counter", name, help, samples.map { ($0.labels, String($0.value)) })
  }

  /// Adds a metric that goes up and down.
  mutating func gauge(_ name: String, _ help: String, _ samples: [Sample<Double>]) {
    add("gauge", name, help, samples.map { ($0.labels, String($0.value)) })
  }

  private mutating func add(
    _ type: String, _ name: String, _ help: String, _ samples: [Sample<String>]
  ) {
    guard !samples.isEmpty else { return }
    let name = "analyze_collect_\(name)"
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    for sample in samples {
      text += "\(name)\(PrometheusLabels.text(sample.labels)) \(sample.value)\n"
    }
  }
}
