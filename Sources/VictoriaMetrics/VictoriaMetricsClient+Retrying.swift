import HTTP

/// What came of one request.
struct FailedAttempt: Error {
  let error: VictoriaMetricsError
  let isWorthRetrying: Bool
  /// How long the server asks to wait.
  let pause: Duration?

  init(_ error: VictoriaMetricsError, isWorthRetrying: Bool = false, pause: Duration? = nil) {
    self.error = error
    self.isWorthRetrying = isWorthRetrying
    self.pause = pause
  }
}

extension VictoriaMetricsClient {
  /// Sends a request, again where it is worth it, all within the connection's total deadline.
  ///
  /// A pause that would reach past the deadline is not begun.
  ///
  /// - Parameters:
  ///   - path: What stands behind the base URL.
  ///   - posted: What is posted; `nil` sends a GET.
  ///   - statuses: Those of an answer that is read.
  ///   - read: Reads the body of an answer with such a status.
  /// - Returns: What was read.
  /// - Throws: The error of the last attempt.
  func ask<Answer>(
    _ path: String, _ posted: PostedBody?, statuses: Set<Int> = [200],
    read: (HTTPBodyStream) async throws(FailedAttempt) -> Answer
  ) async throws(VictoriaMetricsError) -> Answer {
    let policy = connection.retryPolicy
    let end = ContinuousClock.now + connection.totalDeadline
    var attempt = 1
    while true {
      let failed: FailedAttempt
      do throws(FailedAttempt) {
        return try await askOnce(path, posted, until: end, statuses: statuses, read: read)
      } catch {
        failed = error
      }
      let delay = policy.delay(afterAttempt: attempt, retryAfter: failed.pause)
      guard failed.isWorthRetrying, attempt < policy.attempts, ContinuousClock.now + delay < end
      else { throw failed.error }
      do {
        try await Task.sleep(for: delay, tolerance: .zero, clock: .continuous)
      } catch {
        throw .unreachable(.cancelled(url: HTTPRequest(url: connection.baseURL + path).shownURL))
      }
      attempt += 1
    }
  }

  private func askOnce<Answer>(
    _ path: String, _ posted: PostedBody?, until end: ContinuousClock.Instant,
    statuses: Set<Int>, read: (HTTPBodyStream) async throws(FailedAttempt) -> Answer
  ) async throws(FailedAttempt) -> Answer {
    let request = try request(path, posted, until: end)
    let response: HTTPStreamedResponse
    do {
      response = try await http.stream(request)
    } catch {
      throw failure(error)
    }
    if let now = connection.now { dates.note(response.headers, receivedAt: now()) }
    if let target = response.redirectTarget {
      throw FailedAttempt(.redirected(server: shownURL, to: credentials.redacting(target)))
    }
    guard statuses.contains(response.status) else { throw try await refusal(response) }
    return try await read(response.body)
  }

  private func request(
    _ path: String, _ posted: PostedBody?, until end: ContinuousClock.Instant
  ) throws(FailedAttempt) -> HTTPRequest {
    var request = HTTPRequest(
      url: connection.baseURL + path,
      deadline: min(connection.requestDeadline, end - ContinuousClock.now),
      maximumResponseBytes: connection.maximumResponseBytes)
    do throws(VictoriaMetricsError) {
      request.headers = try connection.currentHeaders()
      request.authorization = try connection.authorization?.current()
    } catch {
      throw FailedAttempt(error)
    }
    for field in request.headers.fields {
      // Such as "Bearer TOKEN", of which a server may repeat only the latter.
      let words = field.value.split(separator: " ", maxSplits: 1)
      credentials.add(words.dropFirst().map { Secret(String($0)) } + [Secret(field.value)])
    }
    credentials.add(request.authorization)
    if let posted {
      request.method = "POST"
      request.headers.add("Content-Type", posted.contentType)
      request.body = posted.bytes
    }
    return request
  }

  /// What a failure on the way means.
  func failure(_ error: HTTPError) -> FailedAttempt {
    switch error {
    case .tooLarge(_, let limitBytes):
      FailedAttempt(.tooLarge(server: shownURL, limitBytes: limitBytes))
    case .timedOut(let url, let duration) where duration < connection.requestDeadline:
      // What passed is the deadline of all attempts, not what was left of it.
      FailedAttempt(.unreachable(.timedOut(url: url, after: connection.totalDeadline)))
    default:
      FailedAttempt(
        .unreachable(error.redacted(by: credentials.redaction)), isWorthRetrying: error.isTransient)
    }
  }

  /// What a status other than 200 means.
  private func refusal(_ response: HTTPStreamedResponse) async throws(FailedAttempt)
    -> FailedAttempt
  {
    var bytes: [UInt8] = []
    do {
      for try await chunk in response.body {
        bytes += chunk.prefix(Self.maximumErrorBytes - bytes.count)
        if bytes.count == Self.maximumErrorBytes { break }
      }
    } catch .cancelled(let url) {
      throw FailedAttempt(.unreachable(.cancelled(url: url)))
    } catch {
      // The status counts, and what came of its explanation; more there is not to be had.
    }
    return FailedAttempt(
      .refused(server: shownURL, status: response.status, message: message(in: bytes)),
      isWorthRetrying: connection.retryPolicy.statuses.contains(response.status),
      pause: response.headers.retryAfter)
  }

  /// The server's words: those of the query API's errors, or the first line of anything else.
  private func message(in bytes: [UInt8]) -> String {
    var reader = QueryAnswerReader(
      forms: [.value, .values, .point], maximumSeries: .max
    ) { _ in }
    do throws(AnswerProblem) {
      try reader.read(bytes)
      if let error = try reader.finish().error {
        return credentials.redacting(error).onOneLine
      }
    } catch {
      // Proxies and gateways answer with text or HTML of their own.
    }
    return credentials.redacting(String(decoding: bytes, as: UTF8.self)).firstLineShown
  }
}
