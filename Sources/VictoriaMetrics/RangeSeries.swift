/// One series of a range query's answer.
public struct RangeSeries: Sendable, Equatable {
  /// The labels by name; a label that is absent counts as empty.
  public let labels: [String: String]
  /// The values in the order of time.
  public let samples: [RangeSample]

  /// A series.
  public init(labels: [String: String], samples: [RangeSample]) {
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

/// The answer to a range query.
///
/// Source: https://docs.victoriametrics.com/#prometheus-querying-api-usage,
/// https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
struct RangeAnswer: Decodable {
  let status: String
  let error: String?
  let isPartial: Bool?
  let data: Matrix?

  struct Matrix: Decodable {
    let resultType: String
    let result: [RangeSeries]
  }
}

extension RangeSeries: Decodable {
  private enum CodingKeys: String, CodingKey {
    case labels = "metric"
    case samples = "values"
  }
}

extension RangeSample: Decodable {
  /// Reads a pair of seconds since 1970 and a value in quotes.
  ///
  /// - Parameter decoder: Where the pair is read from.
  /// - Throws: A `DecodingError` if it has another shape.
  public init(from decoder: any Decoder) throws {
    var pair = try decoder.unkeyedContainer()
    let milliseconds = try (pair.decode(Double.self) * 1000).rounded()
    guard let exact = Int64(exactly: milliseconds) else {
      throw DecodingError.dataCorruptedError(in: pair, debugDescription: "no such time")
    }
    millisecondsSince1970 = exact
    value = try pair.decode(String.self)
  }
}
