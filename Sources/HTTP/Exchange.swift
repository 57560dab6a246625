/// The task's end of one exchange; letting go of it ends the exchange.
final class Exchange: Sendable {
  // The client ends all exchanges when it is let go, so it is kept.
  private let client: HTTPClient
  private let driver: CurlDriver
  private let identifier: CurlDriver.Identifier
  private let plan: TransferPlan

  init(client: HTTPClient, driver: CurlDriver, plan: TransferPlan) {
    self.client = client
    self.driver = driver
    self.plan = plan
    identifier = driver.start(plan)
  }

  deinit {
    if !plan.sink.isFinished { driver.cancel(identifier) }
  }

  var sink: ResponseSink { plan.sink }

  func head() async throws(HTTPError) -> ResponseHead {
    try await cancellable { sink async throws(HTTPError) in try await sink.head() }
  }

  func wholeBody() async throws(HTTPError) -> [UInt8] {
    try await cancellable { sink async throws(HTTPError) in try await sink.wholeBody() }
  }

  func nextChunk() async throws(HTTPError) -> [UInt8]? {
    let (chunk, wasPaused) = try await cancellable { sink async throws(HTTPError) in
      try await sink.takeChunk()
    }
    if wasPaused { driver.resume(identifier) }
    return chunk
  }

  /// Waits in a way that the task's cancellation ends at once.
  private func cancellable<Value: Sendable>(
    _ wait: @Sendable (ResponseSink) async throws(HTTPError) -> Value
  ) async throws(HTTPError) -> Value {
    let result: Result<Value, HTTPError> = await withTaskCancellationHandler {
      do throws(HTTPError) {
        return .success(try await wait(plan.sink))
      } catch {
        return .failure(error)
      }
    } onCancel: {
      plan.sink.finish(.failure(.cancelled(url: plan.url.shown)))
      driver.cancel(identifier)
    }
    return try result.get()
  }
}
