import Synchronization

/// Sends requests to `http` and `https` addresses, many at a time, over connections that it keeps.
///
/// Redirects are not followed but returned, so that credentials go to no other host than the one
/// that was named. Letting go of the client ends what is under way and closes the connections.
public final class HTTPClient: Sendable {
  private let configuration: HTTPClientConfiguration
  private let driver: CurlDriver
  /// The address that was read last: most requests of a client have the same.
  private let lastURL = Mutex<CheckedURL?>(nil)

  /// A client with one thread and no connections yet.
  public init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
    self.configuration = configuration
    driver = CurlDriver(maximumConnectionsPerHost: configuration.maximumConnectionsPerHost)
  }

  deinit {
    driver.shutDown()
  }

  /// The passwords of the proxies that requests may go through, as they are written and sent.
  public var proxyCredentials: [Secret] {
    ProxyName.credentials(configured: configuration.proxyURL)
  }

  /// The thread on which answers arrive, for tasks that spend their time on them.
  ///
  /// One that prefers it goes on without another thread being woken. What blocks it holds up all
  /// requests.
  public var taskExecutor: any TaskExecutor { driver }

  /// Sends a request once and reads the whole answer, whatever its status.
  ///
  /// - Parameter request: What to ask.
  /// - Returns: The answer; a body is complete as far as HTTP can tell.
  /// - Throws: `HTTPError` where there is no whole answer within the request's deadline and limit.
  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let exchange = try begin(request, bufferLimitBytes: .max)
    let body = try await exchange.wholeBody()
    let head = try await exchange.head()
    return HTTPResponse(
      status: head.status, headers: head.headers, body: body, redirectTarget: head.redirectTarget)
  }

  /// Sends a request once and returns as soon as the header of the answer is there.
  ///
  /// - Parameter request: What to ask; its deadline and limit hold for the whole body.
  /// - Returns: Status and headers, and the body to be read.
  /// - Throws: `HTTPError` where there is no header of an answer within the deadline.
  public func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStreamedResponse {
    let exchange = try begin(request, bufferLimitBytes: max(1, configuration.streamBufferBytes))
    let head = try await exchange.head()
    return HTTPStreamedResponse(
      status: head.status, headers: head.headers, body: HTTPBodyStream(exchange: exchange),
      redirectTarget: head.redirectTarget)
  }

  private func begin(
    _ request: HTTPRequest, bufferLimitBytes: Int
  ) throws(HTTPError) -> Exchange {
    let url = try checked(request.url)
    guard !Task.isCancelled else { throw .cancelled(url: url.shown) }
    let plan = TransferPlan(
      request: request, url: url, configuration: configuration,
      deadline: ContinuousClock.now + request.deadline,
      sink: ResponseSink(bufferLimitBytes: bufferLimitBytes))
    return Exchange(client: self, driver: driver, plan: plan)
  }

  private func checked(_ text: String) throws(HTTPError) -> CheckedURL {
    try lastURL.withLock { last throws(HTTPError) in
      if let last, last.text == text { return last }
      let url = try CheckedURL(text)
      last = url
      return url
    }
  }
}
