import Rollouts
import Store
import VictoriaMetrics

/// Turns the answers of VictoriaMetrics into counts, and leaves out the intervals whose counts
/// cannot be trusted.
struct CountTranslation {
  let profile: MetricsProfile
  let labels: VersionLabels
  let intervals: [Interval]
  private let positionByEnd: [Timestamp: Int]
  private let none: Counts
  /// Takes credentials out of what is recorded of the server's answers.
  private let redacting: @Sendable (String) -> String
  private var counts: [SeriesKey: Counts] = [:]
  /// Why counts cannot be trusted, by the position of their interval.
  private var untrusted: [Int: String] = [:]
  /// What was left out of intervals that can be trusted otherwise.
  private(set) var warnings: [String] = []

  /// Counts by the position of their interval; `nil` where there is none.
  private typealias Counts = [Int?]

  init(
    profile: MetricsProfile, labels: VersionLabels, intervals: [Interval],
    redacting: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.profile = profile
    self.labels = labels
    self.intervals = intervals
    self.redacting = redacting
    positionByEnd = Dictionary(
      uniqueKeysWithValues: intervals.enumerated().map { ($0.element.end, $0.offset) })
    none = Counts(repeating: nil, count: intervals.count)
  }

  /// What was read, once all answers were added.
  var collected: CollectedCounts {
    let trusted = intervals.indices.filter { untrusted[$0] == nil }
    return CollectedCounts(
      intervals: trusted.map { intervals[$0] },
      untrusted: Dictionary(
        uniqueKeysWithValues: untrusted.map { (intervals[$0.key], $0.value) }),
      counts: counts.mapValues { counts in
        var byEnd = [Timestamp: Int](minimumCapacity: trusted.count)
        for position in trusted { byEnd[intervals[position].end] = counts[position] }
        return byEnd
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
      Self.add(increases, to: &counts[key, default: none])
    }
  }

  /// Adds increases of cumulative duration buckets, which become buckets side by side.
  ///
  /// - Parameter answer: The series.
  /// - Throws: A `CountError` if a value lies beside the grid: then it is another query's answer.
  mutating func addDurations(_ answer: [RangeSeries]) throws(CountError) {
    var cumulative: [VersionAndReporter: [Double: Counts]] = [:]
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
      Self.add(increases, to: &cumulative[key, default: [:]][bound, default: none])
    }
    for (key, buckets) in cumulative { addSideBySide(buckets, of: key) }
  }

  private static func add(_ increases: [Growth], to counts: inout Counts) {
    for (position, count) in increases { counts[position] = (counts[position] ?? 0) + count }
  }

  /// Adds buckets that do not contradict each other.
  ///
  /// A proxy that restarts resets all its buckets, but one that soon counts more than before shows
  /// no reset: then they do, and the durations of that interval are left out. The requests are
  /// counted by other series and stay.
  private mutating func addSideBySide(
    _ cumulative: [Double: Counts], of key: VersionAndReporter
  ) {
    let buckets = cumulative.sorted { $0.key < $1.key }
    var sideBySide = [Counts](repeating: none, count: buckets.count)
    for (position, interval) in intervals.enumerated() {
      let upToBound = buckets.enumerated().compactMap { index, bucket in
        bucket.value[position].map { (index: index, count: $0) }
      }
      guard let largest = upToBound.last else { continue }
      let isWhole = buckets[largest.index].key == .infinity
      let isAscending = zip(upToBound, upToBound.dropFirst()).allSatisfy { $0.count <= $1.count }
      guard isWhole || largest.count == 0, isAscending else {
        warnings.append(
          CountError.bucketsContradict(version: key.version, at: interval.end).description)
        continue
      }
      var below = 0
      for (index, count) in upToBound {
        sideBySide[index][position] = count - below
        below = count
      }
    }
    for (bucket, counted) in zip(buckets, sideBySide) {
      let measure = SeriesMeasure.duration(upperBoundMilliseconds: bucket.key)
      counts[SeriesKey(version: key.version, reporter: key.reporter, measure: measure)] = counted
    }
  }

  private struct VersionAndReporter: Hashable {
    let version: String
    let reporter: Reporter
  }

  /// Leaves out the intervals in which something was counted that nobody can place.
  private mutating func distrust(_ increases: [Growth], _ error: CountError) {
    for (position, count) in increases where count != 0 && untrusted[position] == nil {
      untrusted[position] = redacting(error.description)
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

  /// How much a counter grew in the interval at a position.
  private typealias Growth = (position: Int, count: Int)

  /// The trustworthy increases of a series; the intervals of the others are left out.
  private mutating func increases(
    _ series: RangeSeries
  ) throws(CountError) -> [Growth] {
    var increases: [Growth] = []
    for sample in series.samples {
      let moment = Timestamp(millisecondsSince1970: sample.millisecondsSince1970)
      guard let position = positionByEnd[moment] else { throw .offGrid(at: moment) }
      do {
        increases.append((position, try Increase.count(sample.value)))
      } catch {
        distrust([(position, 1)], error)
      }
    }
    return increases
  }
}
