import Rollouts

/// What one version did in one stretch of the timeline: an interval, or several together.
public struct RequestPoint: Sendable {
  /// The stretch.
  public let window: TimeWindow
  /// How many stored intervals it has.
  public let intervals: Int
  /// Requests.
  public let requests: Int
  /// Those that count as errors.
  public let errors: Int
}

/// How long the requests to one version took in one stretch of the timeline.
public struct DurationPoint: Sendable {
  /// Requests that took longer than `lowerMilliseconds` and at most `upperMilliseconds`.
  public struct Bucket: Sendable {
    /// The lower bound, not included.
    public let lowerMilliseconds: Double
    /// The upper bound; `nil` in the last bucket, which has none.
    public let upperMilliseconds: Double?
    /// How many.
    public let requests: Int
  }

  /// The stretch.
  public let window: TimeWindow
  /// The buckets that hold requests, the fastest first.
  public let buckets: [Bucket]

  /// The bucket that holds the quantile; `nil` without requests.
  ///
  /// - Parameter rank: The quantile, between 0 and 1.
  /// - Returns: The bucket.
  public func bucket(ofQuantile rank: Double) -> Bucket? {
    let total = Double(buckets.reduce(0) { $0 + $1.requests })
    var upTo = 0
    return buckets.first { bucket in
      upTo += bucket.requests
      return Double(upTo) >= rank * total
    }
  }
}

/// One version over time.
public struct VersionTimeline: Sendable {
  /// The version.
  public let version: String
  /// Its requests and errors in each observed stretch, in the order of time.
  public let requests: [RequestPoint]
  /// Its durations in each stretch in which it had any, in the order of time.
  public let durations: [DurationPoint]
}

/// What is not known of the window, and what is left out of the judgement.
public struct Knowledge: Sendable {
  /// The stretches of which it is not known which weights were in force.
  public let unknownWeights: [TimeWindow]
  /// The stretches after a change of weights that are not judged.
  public let warmUps: [TimeWindow]
}

/// The answer of one query of a report.
public struct ReportSection: Sendable, Equatable {
  /// The name of the query's file without its ending.
  public let name: String
  /// The answer.
  public let table: Table

  /// The answer of one query.
  public init(name: String, table: Table) {
    self.name = name
    self.table = table
  }
}
