import Rollouts
import Store
import VictoriaMetrics

/// Turns the answers of VictoriaMetrics into counts, and leaves out the intervals whose counts
/// cannot be trusted.
struct CountTranslation {
  let profile: MetricsProfile
  let labels: VersionLabels
  let intervals: [Interval]
  private let intervalByEnd: [Timestamp: Interval]
  private var counts: [SeriesKey: [Timestamp: Int]] = [:]
  private var untrusted: [Interval: String] = [:]
  /// What was left out of intervals that can be trusted otherwise.
  private(set) var warnings: [String] = []

  /// More requests than any service gets in an interval, and few enough to be summed.
  private static let largestCount = 1_000_000_000_000

  init(profile: MetricsProfile, labels: VersionLabels, intervals: [Interval]) {
    self.profile = profile
    self.labels = labels
    self.intervals = intervals
    intervalByEnd = Dictionary(uniqueKeysWithValues: intervals.map { ($0.end, $0) })
  }

  /// What was read, once all answers were added.
  var collected: CollectedCounts {
    guard !untrusted.isEmpty else { return CollectedCounts(intervals: intervals, counts: counts) }
    return CollectedCounts(
      intervals: intervals.filter { untrusted[$0] == nil }, untrusted: untrusted,
      counts: counts.mapValues { counts in
        counts.filter { end, _ in intervalByEnd[end].map { untrusted[$0] == nil } ?? false }
      })
  }

  /// Adds increases of requests by status code.
  ///
  /// - Parameter answer: The series.
  /// - Throws: A `CountError` if a value lies beside the grid: then it is another query's answer.
  mutating func addRequests(_ answer: [RangeSeries]) throws(CountError) {
    for series in answer {
      guard let version = labels.version(of: series) else { continue }
      let increases = try increases(series)
      guard let reporter = reporter(of: series) else {
        distrust(
          increases, CountError.unknownReporter(series.labels[profile.labels.reporter ?? ""]))
        continue
      }
      let key = SeriesKey(
        version: version, reporter: reporter, measure: .response(status(of: series)))
      guard !increases.isEmpty else { continue }
      counts[key, default: [:]].merge(increases, uniquingKeysWith: +)
    }
  }

  /// Adds increases of cumulative duration buckets, which become buckets side by side.
  ///
  /// - Parameter answer: The series.
  /// - Throws: A `CountError` if a value lies beside the grid: then it is another query's answer.
  mutating func addDurations(_ answer: [RangeSeries]) throws(CountError) {
    var cumulative: [VersionAndReporter: [Double: [Timestamp: Int]]] = [:]
    for series in answer {
      guard let version = labels.version(of: series) else { continue }
      let increases = try increases(series)
      guard let reporter = reporter(of: series) else {
        distrust(
          increases, CountError.unknownReporter(series.labels[profile.labels.reporter ?? ""]))
        continue
      }
      guard let bound = upperBoundMilliseconds(of: series) else {
        distrust(increases, CountError.unreadableBound(series.labels[profile.labels.upperBound]))
        continue
      }
      let key = VersionAndReporter(version: version, reporter: reporter)
      guard !increases.isEmpty else { continue }
      cumulative[key, default: [:]][bound, default: [:]].merge(increases, uniquingKeysWith: +)
    }
    for (key, buckets) in cumulative { addSideBySide(buckets, of: key) }
  }

  /// Adds buckets that do not contradict each other.
  ///
  /// A proxy that restarts resets all its buckets, but one that soon counts more than before shows
  /// no reset: then they do, and the durations of that interval are left out. The requests are
  /// counted by other series and stay.
  private mutating func addSideBySide(
    _ cumulative: [Double: [Timestamp: Int]], of key: VersionAndReporter
  ) {
    let moments = Set(cumulative.values.flatMap(\.keys))
    let buckets = cumulative.sorted { $0.key < $1.key }
    let bounds = buckets.map(\.key)
    var sideBySide = [[Timestamp: Int]](repeating: [:], count: bounds.count)
    for moment in moments.sorted() {
      let upToBound = buckets.enumerated().compactMap { position, bucket in
        bucket.value[moment].map { (position: position, count: $0) }
      }
      let isWhole = upToBound.last.map { bounds[$0.position] } == .infinity
      let isAscending = zip(upToBound, upToBound.dropFirst()).allSatisfy { $0.count <= $1.count }
      guard isWhole || upToBound.last?.count == 0, isAscending else {
        warnings.append(CountError.bucketsContradict(version: key.version, at: moment).description)
        continue
      }
      var below = 0
      for (position, count) in upToBound {
        sideBySide[position][moment] = count - below
        below = count
      }
    }
    for (bound, counted) in zip(bounds, sideBySide) {
      let measure = SeriesMeasure.duration(upperBoundMilliseconds: bound)
      counts[SeriesKey(version: key.version, reporter: key.reporter, measure: measure)] = counted
    }
  }

  private struct VersionAndReporter: Hashable {
    let version: String
    let reporter: Reporter
  }

  /// Leaves out the intervals in which something was counted that nobody can place.
  private mutating func distrust(_ increases: [(Timestamp, Int)], _ error: CountError) {
    for (moment, count) in increases where count != 0 {
      guard let interval = intervalByEnd[moment], untrusted[interval] == nil else { continue }
      untrusted[interval] = error.description
    }
  }

  private func reporter(of series: RangeSeries) -> Reporter? {
    guard let name = profile.labels.reporter else { return profile.reporter }
    let label = series.labels[name] ?? ""
    // A waypoint stands before the service and counts what it answers, as the service's own proxy
    // would.
    return label == "waypoint" ? .destination : Reporter(rawValue: label)
  }

  private func status(of series: RangeSeries) -> ResponseStatus {
    let code = series.labels[profile.labels.responseCode] ?? ""
    let grpc = profile.labels.grpcStatus.flatMap { series.labels[$0] } ?? ""
    return ResponseStatus(
      code: code.isEmpty ? "0" : code, grpcStatus: grpc.isEmpty ? nil : grpc)
  }

  private func upperBoundMilliseconds(of series: RangeSeries) -> Double? {
    let label = series.labels[profile.labels.upperBound] ?? ""
    if label == "+Inf" { return .infinity }
    guard let bound = Double(label), bound > 0, bound.isFinite else { return nil }
    return bound * profile.durationUnitMilliseconds
  }

  /// The trustworthy increases of a series; the intervals of the others are left out.
  private mutating func increases(
    _ series: RangeSeries
  ) throws(CountError) -> [(Timestamp, Int)] {
    var increases: [(Timestamp, Int)] = []
    for sample in series.samples {
      let moment = Timestamp(millisecondsSince1970: sample.millisecondsSince1970)
      guard intervalByEnd[moment] != nil else { throw .offGrid(at: moment) }
      if let count = Int(sample.value), (0...Self.largestCount).contains(count) {
        increases.append((moment, count))
      } else {
        distrust([(moment, 1)], CountError(value: sample.value))
      }
    }
    return increases
  }
}
