internal import CCurl

/// What the driver needs to know to run one exchange.
struct TransferPlan: Sendable {
  let request: HTTPRequest
  let url: CheckedURL
  let configuration: HTTPClientConfiguration
  let deadline: ContinuousClock.Instant
  let sink: ResponseSink
}

/// The exchanges for which something has come, and whose readers do not know it yet.
final class Arrivals {
  var transfers: [Transfer] = []
}

/// One exchange under way, with its libcurl handle, for the driver's thread only.
final class Transfer {
  let plan: TransferPlan
  let handle: UnsafeMutableRawPointer
  let errorText: UnsafeMutablePointer<CChar>
  /// Lists that libcurl reads while the exchange goes on.
  var lists: [UnsafeMutablePointer<curl_slist>] = []

  private var head = HeadReader()
  private var decoder: GzipDecoder?
  private var receivedBytes = 0
  /// Why we ended the exchange from within; libcurl only knows that we did.
  private var refusal: HTTPError?
  /// Whether something came since the reader was woken last.
  private var hasNews = false
  private let handles: EasyHandles
  private let arrivals: Arrivals

  /// Prepares an exchange.
  ///
  /// - Parameters:
  ///   - plan: What to do.
  ///   - handles: Lends a handle.
  ///   - arrivals: Is told when something has come.
  /// - Throws: `HTTPError` if libcurl does not take a part of it.
  init(_ plan: TransferPlan, handles: EasyHandles, arrivals: Arrivals) throws(HTTPError) {
    self.plan = plan
    self.handles = handles
    self.arrivals = arrivals
    handle = handles.take()
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setOptions()
  }

  deinit {
    handles.putBack(handle)
    for list in lists { curl_slist_free_all(list) }
    errorText.deallocate()
  }

  /// Takes one header line, and says whether to go on.
  func receiveHeader(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch head.read(bytes) {
    case .incomplete:
      return true
    case .malformed(let reason):
      return refuse(.protocolError(url: plan.url.shown, reason: reason))
    case .complete:
      return startBody()
    }
  }

  private func startBody() -> Bool {
    if let refusal = refusalByProxy(status: head.status) { return refuse(refusal) }
    switch head.headers["Content-Encoding"]?.lowercased() {
    case nil, "", "identity":
      break
    case "gzip", "x-gzip":
      decoder = GzipDecoder()
    case .some:
      return refuse(
        .protocolError(
          url: plan.url.shown, reason: "the answer has an encoding that was not asked for"))
    }
    let location = (300..<400).contains(head.status) ? head.headers["Location"] : nil
    plan.sink.receive(
      ResponseHead(
        status: head.status, headers: head.headers,
        redirectTarget: location.flatMap(plan.url.resolving)))
    announce()
    return true
  }

  /// Takes some of the body, and says whether to go on.
  func receiveBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let decoder else { return accept(bytes) }
    do {
      try decoder.decode(bytes, emit: accept)
      return refusal == nil
    } catch {
      return refuse(
        .protocolError(
          url: plan.url.shown, reason: "the answer is not valid gzip (\(error.reason))"))
    }
  }

  private func accept(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let limit = plan.request.maximumResponseBytes
    guard bytes.count <= limit - receivedBytes else {
      return refuse(.tooLarge(url: plan.url.shown, limitBytes: limit))
    }
    receivedBytes += bytes.count
    plan.sink.receive(bytes)
    announce()
    return true
  }

  private func announce() {
    guard !hasNews else { return }
    hasNews = true
    arrivals.transfers.append(self)
  }

  /// Lets the reader see what has come.
  func wakeReader() {
    hasNews = false
    plan.sink.wake()
  }

  private func refuse(_ error: HTTPError) -> Bool {
    refusal = error
    return false
  }

  /// Tells the reader how the exchange ended.
  func finish(with code: CURLcode) {
    plan.sink.finish(outcome(of: code))
  }

  private func outcome(of code: CURLcode) -> Result<Void, HTTPError> {
    if let refusal { return .failure(refusal) }
    guard code == CURLE_OK else { return .failure(failure(of: code)) }
    guard decoder?.isComplete ?? true else {
      return .failure(
        .truncated(url: plan.url.shown, reason: "its gzip stream has no end"))
    }
    guard head.isComplete else {
      return .failure(.protocolError(url: plan.url.shown, reason: "the answer has no header"))
    }
    return .success(())
  }
}
