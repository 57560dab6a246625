import Rollouts
import VictoriaMetrics

/// Samples in Prometheus' text format, each with its time.
///
/// **Source:** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
struct SampleLines {
  /// The labels that every series has.
  let labels: [String: String]
  private(set) var text = ""
  private(set) var count = 0

  init(labels: [String: String]) {
    self.labels = labels
  }

  /// Adds a sample of a counter.
  mutating func add(
    _ series: ExportedSeries, _ own: [String: String], _ value: Int, at moment: Timestamp
  ) {
    add(series, own, text: String(value), at: moment)
  }

  /// Adds a sample of a figure; one that is not known, or infinite, is left out.
  mutating func add(
    _ series: ExportedSeries, _ own: [String: String], _ value: Double?, at moment: Timestamp
  ) {
    guard let value, value.isFinite else { return }
    add(series, own, text: "\(value)", at: moment)
  }

  private mutating func add(
    _ series: ExportedSeries, _ own: [String: String], text value: String, at moment: Timestamp
  ) {
    let all = PrometheusLabels.text(labels.merging(own) { _, own in own })
    text += "\(series.rawValue)\(all) \(value) \(moment.millisecondsSince1970)\n"
    count += 1
  }
}

/// The series that are written.
public enum ExportedSeries: String, CaseIterable, Sendable {
  /// The configured share of a version, 0…1, at each change and at the end of each interval.
  case weightShare = "analyze_weight_share"
  /// Requests since the beginning of the record.
  case requests = "analyze_requests_total"
  /// Those of them that failed.
  case errors = "analyze_errors_total"
  /// What a check of a decision found: natural logarithm of the e-value.
  case evidence = "analyze_evidence"
  /// How much of it decides.
  case requiredEvidence = "analyze_evidence_required"
  /// 1 for the verdict of a decision, 0 for the others.
  case verdict = "analyze_verdict"

  /// The labels that these series bring with them.
  public static let ownLabels: Set<String> = [
    "target", "version", "reporter", "check", "canary", "direction", "verdict",
  ]
}
