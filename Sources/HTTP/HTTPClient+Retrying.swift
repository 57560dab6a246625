internal import CCurl

extension HTTPClient {
  /// Sends a request, again where it is worth it, all within the request's deadline.
  ///
  /// Only for requests that may arrive twice without harm. A pause that would reach past the
  /// deadline is not begun: the last answer or error is given instead.
  ///
  /// - Parameters:
  ///   - request: What to ask; its deadline holds for all attempts together.
  ///   - policy: How often, when, and after what.
  /// - Returns: The first answer whose status is not worth another attempt, or the last one.
  /// - Throws: `HTTPError` of the last attempt.
  public func send(
    _ request: HTTPRequest, retrying policy: RetryPolicy
  ) async throws(HTTPError) -> HTTPResponse {
    let deadline = ContinuousClock.now + request.deadline
    var attempt = 1
    while true {
      let result = await attemptResult(request, until: deadline)
      let (isWorthwhile, retryAfter) = assess(result, policy)
      let delay = policy.delay(afterAttempt: attempt, retryAfter: retryAfter)
      guard isWorthwhile, attempt < policy.attempts, ContinuousClock.now + delay < deadline else {
        return try result.get()
      }
      do {
        try await Task.sleep(for: delay, tolerance: .zero, clock: .continuous)
      } catch {
        throw .cancelled(url: CheckedURL.shown(request.url))
      }
      attempt += 1
    }
  }

  private func attemptResult(
    _ request: HTTPRequest, until deadline: ContinuousClock.Instant
  ) async -> Result<HTTPResponse, HTTPError> {
    var limited = request
    limited.deadline = deadline - ContinuousClock.now
    do throws(HTTPError) {
      return .success(try await send(limited))
    } catch .timedOut(let url, _) {
      // What passed is the deadline of all attempts, not what was left of it.
      return .failure(.timedOut(url: url, after: request.deadline))
    } catch {
      return .failure(error)
    }
  }

  private func assess(
    _ result: Result<HTTPResponse, HTTPError>, _ policy: RetryPolicy
  ) -> (isWorthwhile: Bool, retryAfter: Duration?) {
    switch result {
    case .success(let response):
      (policy.statuses.contains(response.status), response.headers.retryAfter)
    case .failure(let error):
      (error.isTransient, nil)
    }
  }
}

extension HTTPHeaders {
  /// How long the server asks to wait; `nil` if it does not say so in a way that can be read.
  ///
  /// Source: RFC 9110, section 10.2.3. A date is measured against the answer's own `Date`, so that
  /// clocks that differ do not matter.
  public var retryAfter: Duration? {
    guard let text = self["Retry-After"] else { return nil }
    if let seconds = Int64(text) {
      return seconds >= 0 ? .seconds(min(seconds, Int64(Int32.max))) : nil
    }
    guard let sent = dateSeconds else { return nil }
    let then = Int64(curl_getdate(text, nil))
    return then >= 0 ? .seconds(max(0, then - sent)) : nil
  }

  /// When the answer was written by the clock of whoever wrote it, in whole seconds since 1970;
  /// `nil` if that is not said in a way that can be read.
  ///
  /// Source: RFC 9110, section 6.6.1.
  public var dateSeconds: Int64? {
    guard let text = self["Date"] else { return nil }
    let seconds = Int64(curl_getdate(text, nil))
    return seconds >= 0 ? seconds : nil
  }
}
