/// A piece of JSON text.
enum JSONToken: Equatable {
  case beginObject, endObject, beginArray, endArray
  case key(String)
  case string(String)
  /// A number as it was written.
  case number(String)
  case boolean(Bool)
  case null
}

/// Takes tokens in the order of the text.
protocol JSONTokenReceiver {
  mutating func receive(_ token: JSONToken) throws(AnswerProblem)
}

/// Why an answer cannot be used.
enum AnswerProblem: Error, Equatable {
  /// It is not JSON, or not of the query API.
  case malformed(String)
  /// It has more series than allowed.
  case tooManySeries
}
