import Rollouts
import Store

/// Counters of requests and errors, interval by interval.
///
/// At the end of an interval a counter stands at what the database has counted up to then, but never
/// below what it stood at before: a correction that takes something away holds it until it is made
/// up for.
struct RequestCounters {
  private var totals: [CountedSeries: RequestCounts]
  private var written: [CountedSeries: RequestCounts]

  /// Counters that go on.
  ///
  /// - Parameters:
  ///   - totals: What the database counts up to the last interval that was written.
  ///   - written: What the counters stood at then.
  init(totals: [CountedSeries: RequestCounts], written: [CounterValue]) {
    self.totals = totals
    self.written = written.reduce(into: [:]) { counts, value in
      guard let reporter = Reporter(rawValue: value.reporter) else { return }
      counts[CountedSeries(version: value.version, reporter: reporter)] = RequestCounts(
        requests: value.requests, errors: value.errors)
    }
  }

  /// What the counters stand at.
  var values: [CounterValue] {
    written.sorted { $0.key < $1.key }.map { series, counts in
      CounterValue(
        version: series.version, reporter: series.reporter.rawValue, requests: counts.requests,
        errors: counts.errors)
    }
  }

  /// Counts an interval, and adds what every counter stands at then.
  ///
  /// A new counter begins with 0 at the beginning of its first interval, so that its growth there is
  /// seen.
  mutating func add(_ interval: SettledInterval, to lines: inout SampleLines) {
    for (series, counts) in interval.counts { totals[series, default: RequestCounts()] += counts }
    for (series, total) in totals.sorted(by: { $0.key < $1.key }) {
      if written[series] == nil {
        Self.add(series, RequestCounts(), at: interval.interval.start, to: &lines)
      }
      let before = written[series] ?? RequestCounts()
      let value = RequestCounts(
        requests: max(before.requests, total.requests), errors: max(before.errors, total.errors))
      written[series] = value
      Self.add(series, value, at: interval.interval.end, to: &lines)
    }
  }

  private static func add(
    _ series: CountedSeries, _ counts: RequestCounts, at moment: Timestamp,
    to lines: inout SampleLines
  ) {
    let labels = ["version": series.version, "reporter": series.reporter.rawValue]
    lines.add(.requests, labels, counts.requests, at: moment)
    lines.add(.errors, labels, counts.errors, at: moment)
  }
}
