import Rollouts
import Store
import VictoriaMetrics

/// Turns the answers of VictoriaMetrics into counts, and refuses those that cannot be trusted.
struct CountTranslation {
  let labels: VersionLabels
  let intervals: [Interval]
  private let ends: Set<Timestamp>
  private var counts: [SeriesKey: [Timestamp: Int]] = [:]

  init(labels: VersionLabels, intervals: [Interval]) {
    self.labels = labels
    self.intervals = intervals
    ends = Set(intervals.map(\.end))
  }

  /// What was read, once all answers were added.
  var collected: CollectedCounts { CollectedCounts(intervals: intervals, counts: counts) }

  /// Adds increases of requests by status code.
  mutating func addRequests(_ answer: [RangeSeries]) throws(CountError) {
    let metric = IstioQueries.requestsMetric
    for series in answer {
      guard let version = try labels.version(of: series) else { continue }
      let key = SeriesKey(
        version: version, reporter: try Self.reporter(of: series, metric: metric),
        measure: .response(code: series.labels["response_code"] ?? "0"))
      for (moment, count) in try increases(series, metric: metric) {
        counts[key, default: [:]][moment, default: 0] += count
      }
    }
  }

  /// Adds increases of cumulative duration buckets, which become buckets side by side.
  mutating func addDurations(_ answer: [RangeSeries]) throws(CountError) {
    let metric = IstioQueries.durationsMetric
    var cumulative: [VersionAndReporter: [Double: [Timestamp: Int]]] = [:]
    for series in answer {
      guard let version = try labels.version(of: series) else { continue }
      let key = VersionAndReporter(
        version: version, reporter: try Self.reporter(of: series, metric: metric))
      let bound = try Self.upperBound(of: series, metric: metric)
      for (moment, count) in try increases(series, metric: metric) {
        cumulative[key, default: [:]][bound, default: [:]][moment, default: 0] += count
      }
    }
    for (key, buckets) in cumulative {
      try addSideBySide(buckets, of: key, metric: metric)
    }
  }

  private mutating func addSideBySide(
    _ cumulative: [Double: [Timestamp: Int]], of key: VersionAndReporter, metric: String
  ) throws(CountError) {
    var below: [Timestamp: Int] = [:]
    for (bound, countsUpToBound) in cumulative.sorted(by: { $0.key < $1.key }) {
      let series = SeriesKey(
        version: key.version, reporter: key.reporter,
        measure: .duration(upperBoundMilliseconds: bound))
      counts[series, default: [:]] = [:]
      for (moment, count) in countsUpToBound {
        let inBucket = count - below[moment, default: 0]
        guard inBucket >= 0 else {
          throw .bucketsDecrease(metric: metric, version: key.version, at: moment)
        }
        below[moment] = count
        counts[series, default: [:]][moment] = inBucket
      }
    }
  }

  private struct VersionAndReporter: Hashable {
    let version: String
    let reporter: Reporter
  }

  private static func reporter(
    of series: RangeSeries, metric: String
  ) throws(CountError) -> Reporter {
    let label = series.labels["reporter"] ?? ""
    // A waypoint stands before the service and counts what it answers, as the service's own proxy
    // would.
    if label == "waypoint" { return .destination }
    guard let reporter = Reporter(rawValue: label) else {
      throw .label(metric: metric, name: "reporter", value: label)
    }
    return reporter
  }

  private static func upperBound(
    of series: RangeSeries, metric: String
  ) throws(CountError) -> Double {
    let label = series.labels["le"] ?? ""
    guard let bound = label == "+Inf" ? .infinity : Double(label), bound > 0 else {
      throw .label(metric: metric, name: "le", value: label)
    }
    return bound
  }

  private func increases(
    _ series: RangeSeries, metric: String
  ) throws(CountError) -> [(Timestamp, Int)] {
    var increases: [(Timestamp, Int)] = []
    for sample in series.samples {
      let moment = Timestamp(millisecondsSince1970: sample.millisecondsSince1970)
      guard ends.contains(moment) else { throw .offGrid(metric: metric, at: moment) }
      guard let count = Int(sample.value) else {
        throw .notWhole(metric: metric, value: sample.value, at: moment)
      }
      guard count >= 0 else {
        throw .negative(metric: metric, value: sample.value, at: moment)
      }
      increases.append((moment, count))
    }
    return increases
  }
}
