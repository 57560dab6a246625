import Rollouts
import Store
import VictoriaMetrics

/// A check of the user's own and the queries that count for it.
public struct CustomQueries: Sendable, Equatable {
  /// The check's name.
  public var check: String
  /// The queries.
  public var counts: CustomCounts

  /// A check of the user's own.
  public init(check: String, counts: CustomCounts) {
    self.check = check
    self.counts = counts
  }
}

/// Turns the answers to a user's own queries into counts of good and bad events, and leaves out the
/// intervals whose counts cannot be trusted.
struct CustomCheckCounts {
  private let check: String
  private let labels: VersionLabels
  private let intervalByEnd: [Timestamp: Interval]
  /// Takes credentials out of what is recorded of the server's answers.
  private let redacting: @Sendable (String) -> String
  private var seriesCount = 0
  private var namesVersion = false
  private var untrusted: [Interval: CountError] = [:]
  private var firstFraction: CountError?
  private var good: [Key: Int] = [:]
  private var bad: [Key: Int] = [:]

  private struct Key: Hashable {
    let interval: Interval
    let version: String
  }

  init(
    check: String, labels: VersionLabels, intervals: [Interval],
    redacting: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.check = check
    self.labels = labels
    self.redacting = redacting
    intervalByEnd = Dictionary(uniqueKeysWithValues: intervals.map { ($0.end, $0) })
  }

  /// What was counted, once both answers were added.
  var observations: [CustomObservation] {
    Set(good.keys).union(bad.keys).filter { untrusted[$0.interval] == nil }.map { key in
      CustomObservation(
        check: check, interval: key.interval, version: key.version, good: good[key] ?? 0,
        bad: bad[key] ?? 0)
    }.sorted { ($0.interval, $0.version) < ($1.interval, $1.version) }
  }

  /// The intervals that are left out, in order.
  var gaps: [CustomGap] {
    untrusted.sorted { $0.key < $1.key }.map { interval, error in
      CustomGap(
        check: check, interval: interval, reason: redacting(error.description))
    }
  }

  /// What is wrong with queries whose values are fractions in every interval with an event, such as
  /// those of a rate; `nil` where any interval is counted.
  var mistake: CollectingError? {
    guard let firstFraction, observations.allSatisfy({ $0.good + $0.bad == 0 }) else { return nil }
    return .customCount(check: check, firstFraction)
  }

  /// What the user should know although it is no error.
  var warnings: [String] {
    if let first = gaps.first {
      let intervals = gaps.count == 1 ? "1 interval" : "\(gaps.count) intervals"
      return [
        "the check \(check) of the policy is left out of \(intervals): \(first.reason); correct its "
          + "queries"
      ]
    }
    guard seriesCount > 0, !namesVersion else { return [] }
    return [
      "the check \(check) of the policy counts nothing: none of the \(seriesCount) series of its "
        + "queries names a version of the route in its label \"\(labels.versionLabel)\"; group them "
        + "by it"
    ]
  }

  /// Adds counts of good events.
  ///
  /// - Parameter answer: The series.
  /// - Throws: A `CountError` if a value lies beside the grid: then it is another query's answer.
  mutating func addGood(_ answer: [RangeSeries]) throws(CountError) {
    try add(answer, to: \.good)
  }

  /// Adds counts of bad events.
  ///
  /// - Parameter answer: The series.
  /// - Throws: A `CountError` if a value lies beside the grid: then it is another query's answer.
  mutating func addBad(_ answer: [RangeSeries]) throws(CountError) {
    try add(answer, to: \.bad)
  }

  private mutating func add(
    _ answer: [RangeSeries], to column: WritableKeyPath<CustomCheckCounts, [Key: Int]>
  ) throws(CountError) {
    seriesCount += answer.count
    for series in answer {
      guard let version = labels.versionNamed(by: series) else { continue }
      namesVersion = true
      for sample in series.samples {
        let moment = Timestamp(millisecondsSince1970: sample.millisecondsSince1970)
        guard let interval = intervalByEnd[moment] else { throw .offGrid(at: moment) }
        do {
          let count = try Increase.count(sample.value)
          self[keyPath: column][Key(interval: interval, version: version), default: 0] += count
        } catch {
          distrust(interval, error)
        }
      }
    }
  }

  private mutating func distrust(_ interval: Interval, _ error: CountError) {
    untrusted[interval] = untrusted[interval] ?? error
    if case .notWhole = error { firstFraction = firstFraction ?? error }
  }
}

extension VersionLabels {
  /// The version of the route that the version label names; `nil` if it names none.
  func versionNamed(by series: RangeSeries) -> String? {
    let label = series.labels[versionLabel] ?? ""
    return destinations.first { $0.labelValue == label }?.entry.version
  }
}
