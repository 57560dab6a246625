/// Puts tokens together to an answer of the query API.
struct QueryAnswerShape: JSONTokenReceiver {
  private enum Place {
    case answer, warnings, data, result, series, labels, samples, sample
  }

  /// More warnings than these are not kept.
  private static let maximumWarnings = 10
  /// More labels than these no series has: VictoriaMetrics keeps 40 (`-maxLabelsPerTimeseries`).
  ///
  /// Each is held against those before it, which must not take long whatever a server answers.
  private static let maximumLabels = 256
  /// About how many samples a series has, where a collector runs regularly.
  private static let usualSamples = 8
  /// How many keys an object may have that are not labels.
  private static let maximumKeys = 100

  private(set) var answer = QueryAnswer()
  private let forms: [ResultForm]
  private let maximumSeries: Int
  private let receiveSeries: (RangeSeries) -> Void

  private var places: [Place] = []
  /// How many objects and arrays lie open that are passed over.
  private var skippedDepth = 0
  private var isComplete = false
  /// The keys seen in `answer`, `data` and `series`, of which one lies in the other.
  private var keys: [[String]] = []
  private var key = ""
  private var identities: [SeriesLabels] = []
  private var seriesCount = 0
  private var labels: SeriesLabels?
  private var samples: [RangeSample] = []
  private var form: ResultForm?
  private var seconds: String?
  private var value: String?

  init(
    forms: [ResultForm], maximumSeries: Int, receiveSeries: @escaping (RangeSeries) -> Void
  ) {
    self.forms = forms
    self.maximumSeries = maximumSeries
    self.receiveSeries = receiveSeries
  }

  mutating func receive(_ token: JSONToken) throws(AnswerProblem) {
    guard skippedDepth == 0 else { return skip(token) }
    switch places.last {
    case nil:
      guard token == .beginObject, !isComplete else { throw Self.unexpected("the answer") }
      enter(.answer)
    case .answer: try receiveInAnswer(token)
    case .warnings: try receiveWarning(token)
    case .data: try receiveInData(token)
    case .result: try receiveInResult(token)
    case .series: try receiveInSeries(token)
    case .labels: try receiveLabel(token)
    case .samples: try receiveInSamples(token)
    case .sample: try receiveInSample(token)
    }
  }

  private static func unexpected(_ place: String) -> AnswerProblem {
    .malformed("\(place) has another shape")
  }

  // MARK: Objects in general

  private mutating func enter(_ place: Place) {
    places.append(place)
    switch place {
    case .answer, .data, .series: keys.append([])
    case .warnings, .result, .labels, .samples, .sample: break
    }
  }

  private mutating func leaveObject() {
    places.removeLast()
    keys.removeLast()
  }

  private mutating func note(_ newKey: String) throws(AnswerProblem) {
    guard !keys[keys.count - 1].contains(newKey) else { throw .malformed("a key occurs twice") }
    guard keys[keys.count - 1].count < Self.maximumKeys else {
      throw .malformed("an object has more than \(Self.maximumKeys) keys")
    }
    keys[keys.count - 1].append(newKey)
    key = newKey
  }

  private mutating func skip(_ token: JSONToken) {
    switch token {
    case .beginObject, .beginArray: skippedDepth += 1
    case .endObject, .endArray: skippedDepth -= 1
    case .key, .string, .number, .boolean, .null: break
    }
  }

  // MARK: The answer around the series

  private mutating func receiveInAnswer(_ token: JSONToken) throws(AnswerProblem) {
    switch (key, token) {
    case (_, .key(let newKey)): try note(newKey)
    case (_, .endObject):
      leaveObject()
      isComplete = true
    case ("status", .string(let text)): answer.status = text
    case ("error", .string(let text)): answer.error = text
    case ("isPartial", .boolean(let isPartial)): answer.isPartial = isPartial
    case ("warnings", .beginArray): enter(.warnings)
    case ("data", .beginObject): enter(.data)
    case ("error", .null), ("isPartial", .null), ("warnings", .null), ("data", .null): break
    case ("status", _), ("error", _), ("isPartial", _), ("warnings", _):
      throw Self.unexpected(key)
    // An error's answer, or one of another part of the API, may have other data.
    default: skip(token)
    }
  }

  private mutating func receiveWarning(_ token: JSONToken) throws(AnswerProblem) {
    switch token {
    case .string(let text):
      if answer.warnings.count < Self.maximumWarnings { answer.warnings.append(text) }
    case .endArray: places.removeLast()
    default: throw Self.unexpected("warnings")
    }
  }

  private mutating func receiveInData(_ token: JSONToken) throws(AnswerProblem) {
    switch (key, token) {
    case (_, .key(let newKey)): try note(newKey)
    case (_, .endObject): leaveObject()
    case ("resultType", .string(let text)): answer.resultType = text
    case ("result", .beginArray):
      answer.hasResult = true
      enter(.result)
    case ("resultType", _), ("result", _): throw Self.unexpected(key)
    default: skip(token)
    }
  }

  private mutating func receiveInResult(_ token: JSONToken) throws(AnswerProblem) {
    switch token {
    case .beginObject where form != .point:
      labels = nil
      samples.reserveCapacity(Self.usualSamples)
      form = nil
      enter(.series)
    // A scalar is a sample where others have a list of series.
    case .number where seriesCount == 0 && form == nil:
      form = .point
      labels = [:]
      places[places.count - 1] = .sample
      try receiveInSample(token)
    case .endArray:
      places.removeLast()
      // All at once: a set that grows hashes what it has again and again.
      guard Set(identities).count == identities.count else {
        throw .malformed("a series occurs twice")
      }
    default: throw Self.unexpected("the result")
    }
  }

  // MARK: Series

  private mutating func receiveInSeries(_ token: JSONToken) throws(AnswerProblem) {
    switch (key, token) {
    case (_, .key(let newKey)): try note(newKey)
    case (_, .endObject):
      leaveObject()
      try endSeries()
    case ("metric", .beginObject):
      labels = SeriesLabels()
      enter(.labels)
    case ("values", .beginArray) where form == nil:
      form = .values
      enter(.samples)
    case ("value", .beginArray) where form == nil:
      form = .value
      enter(.sample)
    case ("metric", _), ("values", _), ("value", _): throw Self.unexpected("a series")
    default: skip(token)
    }
  }

  private mutating func endSeries() throws(AnswerProblem) {
    guard let labels, let form, forms.contains(form) else { throw Self.unexpected("a series") }
    answer.form = form
    seriesCount += 1
    guard seriesCount <= maximumSeries else { throw .tooManySeries }
    identities.append(labels)
    receiveSeries(RangeSeries(labels: labels, samples: samples))
    samples = []
  }

  private mutating func receiveLabel(_ token: JSONToken) throws(AnswerProblem) {
    switch token {
    case .key(let newKey): key = newKey
    case .string(let text):
      guard labels.map({ $0.count < Self.maximumLabels }) ?? false else {
        throw .malformed("a series has more than \(Self.maximumLabels) labels")
      }
      guard labels?.add(text, named: key) ?? false else {
        throw .malformed("a key occurs twice")
      }
    case .endObject: places.removeLast()
    default: throw Self.unexpected("a label")
    }
  }

  private mutating func receiveInSamples(_ token: JSONToken) throws(AnswerProblem) {
    switch token {
    case .beginArray: enter(.sample)
    case .endArray: places.removeLast()
    default: throw Self.unexpected("a sample")
    }
  }

  private mutating func receiveInSample(_ token: JSONToken) throws(AnswerProblem) {
    switch token {
    case .number(let text) where seconds == nil: seconds = text
    case .string(let text) where seconds != nil && value == nil: value = text
    case .endArray:
      guard let seconds, let value else { throw Self.unexpected("a sample") }
      places.removeLast()
      (self.seconds, self.value) = (nil, nil)
      try add(try RangeSample(seconds: seconds, value: value))
      if form == .point { try endSeries() }
    default: throw Self.unexpected("a sample")
    }
  }

  private mutating func add(_ sample: RangeSample) throws(AnswerProblem) {
    if let last = samples.last {
      guard last.millisecondsSince1970 < sample.millisecondsSince1970 else {
        throw .malformed("the times of a series do not rise")
      }
    }
    samples.append(sample)
  }
}

extension RangeSample {
  /// A sample as the API writes it: seconds since 1970, and a value in quotes.
  fileprivate init(seconds: String, value: String) throws(AnswerProblem) {
    guard let exact = Self.milliseconds(ofSeconds: seconds) else {
      throw .malformed("there is no such time")
    }
    self.init(millisecondsSince1970: exact, value: value)
  }

  private static func milliseconds(ofSeconds text: String) -> Int64? {
    // Points of a grid are whole seconds, which are read far faster than others.
    if let seconds = Int64(text) {
      let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
      return overflow ? nil : milliseconds
    }
    return Double(text).flatMap { Int64(exactly: ($0 * 1000).rounded()) }
  }
}
