import FlyingFox
import Foundation
import Synchronization

/// Answers `/`, `/healthz` and `/metrics`, as long as the bug lets it.
struct BackendHandler: HTTPHandler {
  let version: String
  let settings: BackendSettings
  let ledger: RequestLedger
  let isDraining: @Sendable () -> Bool

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    var response = try await answer(to: request)
    if isDraining() {
      response.headers[.connection] = "close"
    }
    return response
  }

  private func answer(to request: HTTPRequest) async throws -> HTTPResponse {
    guard request.method == .GET || request.method == .HEAD else {
      return text("only GET is answered here\n", statusCode: .methodNotAllowed)
    }
    guard request.path != "/" else { return try await answerRoot() }
    // The bug takes the whole process with it, its health check included.
    if let limit = settings.hangAfterRequests, ledger.started >= limit {
      await hang()
    }
    return switch request.path {
    case "/healthz": text("ok\n")
    case "/metrics": text(ledger.metrics(version: version))
    default: text("there is nothing at this path; try /\n", statusCode: .notFound)
    }
  }

  private func answerRoot() async throws -> HTTPResponse {
    let number = ledger.start()
    if let limit = settings.hangAfterRequests, number > limit {
      await hang()
    }
    if isDrawn(share: settings.delayShare) {
      try await Task.sleep(for: .milliseconds(settings.delayMilliseconds))
    }
    guard !isDrawn(share: settings.failShare) else {
      ledger.answer(code: 500)
      return text(
        "\(version) - Request \(number) failed, as FAIL_SHARE says\n",
        statusCode: .internalServerError)
    }
    ledger.answer(code: 200)
    return text("\(version) - Request \(number)\n")
  }

  /// Holds the request, and with it the connection, until the process ends.
  ///
  /// Not even cancellation ends it: the server cancels what takes too long, and would answer 500.
  private func hang() async {
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  }

  private func isDrawn(share: Double) -> Bool {
    share > 0 && Double.random(in: 0..<1) < share
  }

  private func text(_ body: String, statusCode: HTTPStatusCode = .ok) -> HTTPResponse {
    HTTPResponse(
      statusCode: statusCode,
      headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
      body: Data(body.utf8))
  }
}
