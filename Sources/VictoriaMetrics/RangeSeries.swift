/// One series of a range query's answer.
public struct RangeSeries: Sendable, Equatable {
  /// The labels by name; a label that is absent counts as empty.
  public let labels: SeriesLabels
  /// The values in the order of time, each later than the one before.
  public let samples: [RangeSample]

  /// A series.
  public init(labels: SeriesLabels, samples: [RangeSample]) {
    self.labels = labels
    self.samples = samples
  }
}

/// One value of a series.
public struct RangeSample: Sendable, Equatable {
  /// When, in milliseconds since 1970.
  public let millisecondsSince1970: Int64
  /// The value as the server wrote it: decimal, or `NaN`, `+Inf`, `-Inf`.
  public let value: String

  /// A value.
  public init(millisecondsSince1970: Int64, value: String) {
    self.millisecondsSince1970 = millisecondsSince1970
    self.value = value
  }
}

/// One series of an instant query's answer, with its value at one time.
public struct InstantSample: Sendable, Equatable {
  /// The labels by name; none for a scalar.
  public let labels: SeriesLabels
  /// When, in milliseconds since 1970: the time that was asked for, not that of the sample.
  public let millisecondsSince1970: Int64
  /// The value as the server wrote it: decimal, or `NaN`, `+Inf`, `-Inf`.
  public let value: String

  /// A value.
  public init(labels: SeriesLabels, millisecondsSince1970: Int64, value: String) {
    self.labels = labels
    self.millisecondsSince1970 = millisecondsSince1970
    self.value = value
  }
}
