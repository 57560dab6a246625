import HTTP

extension VictoriaMetricsClient {
  /// How much is read of an answer that is not one.
  static var maximumErrorBytes: Int { 64 * 1024 }
  /// How much is kept of an answer to show what came instead of one.
  private static var maximumOpeningBytes: Int { 4096 }

  /// Asks the query API, and refuses answers that are not complete.
  func answer<Kept: Sendable>(
    _ path: String, _ form: QueryForm, _ forms: [ResultForm], _ initial: Kept,
    _ keep: @escaping @Sendable (inout Kept, RangeSeries) -> Void
  ) async throws(VictoriaMetricsError) -> Kept {
    let (answer, kept) = try await ask(path, PostedBody(form)) { body async throws(FailedAttempt) in
      let kept = Box(initial)
      let reader = QueryAnswerReader(forms: forms, maximumSeries: connection.maximumSeries) {
        keep(&kept.value, $0)
      }
      return (try await read(body, with: reader), kept.value)
    }
    if let error = answer.error {
      throw .refused(server: shownURL, status: 200, message: credentials.redacting(error).onOneLine)
    }
    guard !answer.isPartial else { throw .partial(server: shownURL) }
    guard answer.warnings.isEmpty else {
      throw .warned(
        server: shownURL, warnings: answer.warnings.map { credentials.redacting($0).firstLineShown }
      )
    }
    let types = forms.map(\.resultType)
    guard answer.status == "success", answer.hasResult, let type = answer.resultType,
      types.contains(type)
    else {
      let wanted = types.joined(separator: " or ")
      throw .unreadable(server: shownURL, reason: "no \(wanted) of values")
    }
    return kept
  }

  private func read(
    _ body: HTTPBodyStream, with initialReader: QueryAnswerReader
  ) async throws(FailedAttempt) -> QueryAnswer {
    var reader = initialReader
    var opening: [UInt8] = []
    do {
      for try await chunk in body {
        opening += chunk.prefix(Self.maximumOpeningBytes - opening.count)
        try reader.read(chunk)
      }
      return try reader.finish()
    } catch let error as HTTPError {
      throw failure(error)
    } catch AnswerProblem.tooManySeries {
      throw FailedAttempt(
        .tooManySeries(server: shownURL, limit: connection.maximumSeries))
    } catch {
      throw FailedAttempt(
        .unreadable(server: shownURL, reason: quotedFirstLine(of: opening)))
    }
  }

  /// What came instead of an answer.
  func quotedFirstLine(of bytes: [UInt8]) -> String {
    "\"\(credentials.redacting(String(decoding: bytes, as: UTF8.self)).firstLineShown)\""
  }
}

/// What one attempt has kept so far.
private final class Box<Value> {
  var value: Value

  init(_ value: Value) {
    self.value = value
  }
}
