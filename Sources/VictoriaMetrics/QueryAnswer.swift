/// What an answer of the query API says, beside its series.
///
/// Source: https://docs.victoriametrics.com/#prometheus-querying-api-usage,
/// https://prometheus.io/docs/prometheus/latest/querying/api/
struct QueryAnswer: Equatable {
  var status: String?
  var error: String?
  var isPartial = false
  var warnings: [String] = []
  var resultType: String?
  var hasResult = false
  /// What the series were made of; `nil` if there were none.
  var form: ResultForm?

  /// Whether the result is what its type says.
  var isConsistent: Bool {
    guard let form else { return resultType != ResultForm.point.resultType }
    return form.resultType == resultType
  }
}

/// What the result of a query is made of.
enum ResultForm {
  /// Series with a value each (`vector`).
  case value
  /// Series with values (`matrix`).
  case values
  /// One value without labels (`scalar`).
  case point

  /// How the API calls it.
  var resultType: String {
    switch self {
    case .value: "vector"
    case .values: "matrix"
    case .point: "scalar"
    }
  }
}

/// Reads an answer of the query API as its bytes come, and hands on each series once it is whole.
///
/// Keys may come in any order, and unknown ones are passed over. A key or a series that occurs
/// twice, and times that do not rise, are refused, since they would count something twice.
struct QueryAnswerReader {
  private var tokenizer = JSONTokenizer()
  private var shape: QueryAnswerShape

  /// A reader before the first byte.
  ///
  /// - Parameters:
  ///   - forms: What the result may be made of.
  ///   - maximumSeries: How many series there may be.
  ///   - receive: Takes a series.
  init(
    forms: [ResultForm], maximumSeries: Int, receive: @escaping (RangeSeries) -> Void
  ) {
    shape = QueryAnswerShape(forms: forms, maximumSeries: maximumSeries, receiveSeries: receive)
  }

  /// Takes the next bytes of the body.
  mutating func read(_ bytes: [UInt8]) throws(AnswerProblem) {
    try tokenizer.read(bytes, to: &shape)
  }

  /// Takes note that the body has ended.
  mutating func finish() throws(AnswerProblem) -> QueryAnswer {
    try tokenizer.finish(&shape)
    guard shape.answer.status != nil else { throw .malformed("it has no status") }
    guard shape.answer.isConsistent else { throw .malformed("the result is not of its type") }
    return shape.answer
  }
}
