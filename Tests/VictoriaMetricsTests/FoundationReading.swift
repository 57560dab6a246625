import Foundation

@testable import VictoriaMetrics

/// The same answers as Foundation reads them, from the whole body.
struct FoundationAnswer: Decodable {
  let whole: WholeAnswer

  static func read(_ body: [UInt8]) throws -> WholeAnswer {
    try JSONDecoder().decode(FoundationAnswer.self, from: Data(body)).whole
  }

  private enum CodingKeys: String, CodingKey {
    case status, error, isPartial, warnings, data
  }

  private struct Pair: Decodable {
    let sample: RangeSample

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      let exact: Int64?
      // A whole number is exact where a `Double` is not.
      if let seconds = try? pair.decode(Int64.self) {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        exact = overflow ? nil : milliseconds
      } else {
        exact = try Int64(exactly: (pair.decode(Double.self) * 1000).rounded())
      }
      guard let exact else {
        throw DecodingError.dataCorruptedError(in: pair, debugDescription: "no such time")
      }
      sample = RangeSample(
        millisecondsSince1970: exact, value: try pair.decode(String.self))
    }
  }

  private struct Series: Decodable {
    let metric: [String: String]
    let values: [Pair]?
    let value: Pair?
  }

  private struct Content: Decodable {
    let resultType: String?
    let result: [Series]?
    let point: Pair?

    private enum CodingKeys: String, CodingKey {
      case resultType, result
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      resultType = try container.decodeIfPresent(String.self, forKey: .resultType)
      guard resultType == "scalar" else {
        (result, point) = (try container.decodeIfPresent([Series].self, forKey: .result), nil)
        return
      }
      (result, point) = (nil, try container.decode(Pair.self, forKey: .result))
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var answer = QueryAnswer()
    answer.status = try container.decode(String.self, forKey: .status)
    answer.error = try container.decodeIfPresent(String.self, forKey: .error)
    answer.isPartial = try container.decodeIfPresent(Bool.self, forKey: .isPartial) ?? false
    answer.warnings = try container.decodeIfPresent([String].self, forKey: .warnings) ?? []
    // Other parts of the API answer with other data, which is not a result.
    let isObject = (try? container.nestedContainer(keyedBy: CodingKeys.self, forKey: .data)) != nil
    let content = isObject ? try container.decode(Content.self, forKey: .data) : nil
    answer.resultType = content?.resultType
    answer.hasResult = content?.result != nil || content?.point != nil
    var series = content?.result ?? []
    answer.form = series.first.map { $0.values != nil ? .values : .value }
    var read = series.map { series in
      RangeSeries(
        labels: SeriesLabels(series.metric),
        samples: series.values?.map(\.sample) ?? series.value.map { [$0.sample] } ?? [])
    }
    series = []
    if let point = content?.point {
      answer.form = .point
      read = [RangeSeries(labels: [:], samples: [point.sample])]
    }
    whole = WholeAnswer(answer: answer, series: read)
  }
}
