import Foundation
import HTTP

extension VirtualServiceWatch {
  /// The objects of a namespace, and what the list is as of.
  struct List: Decodable {
    struct Metadata: Decodable {
      let resourceVersion: String
    }

    let metadata: Metadata
    let items: [VirtualService]
  }

  private static let transientStatuses: Set<Int> = [429, 500, 502, 503, 504]
  /// Beyond the time at which the server ends a watch by itself.
  private static let spareTime = Duration.seconds(30)
  private static let largestErrorBytes = 64 * 1024
  /// The longest pause that a server can ask for.
  private static let longestPause = Duration.seconds(300)

  private var resource: String { "virtualservices?fieldSelector=metadata.name%3D\(name.escaped)" }

  /// The state now.
  ///
  /// - Returns: A list with the object or without, and the API version that it came in.
  /// - Throws: A `WatchFailure`.
  func list() async throws(WatchFailure) -> (List, version: String) {
    let response: HTTPResponse
    let version: String
    do throws(KubernetesError) {
      // The watch has pauses of its own, and tells that it waits.
      (response, version) = try await session.read(
        resource, in: namespace, subject: subject, retrying: RetryPolicy(attempts: 1))
    } catch {
      throw failure(of: error, retryAfter: nil)
    }
    do {
      return (try JSONDecoder().decode(List.self, from: Data(response.body)), version)
    } catch {
      throw .fatal(session.unreadable(response.body, subject: subject))
    }
  }

  /// The events from a resource version on.
  ///
  /// - Parameters:
  ///   - version: The API version.
  ///   - resourceVersion: After which the events begin.
  /// - Returns: The body of an answer of status 200.
  /// - Throws: A `WatchFailure`.
  func stream(
    version: String, resourceVersion: String
  ) async throws(WatchFailure) -> HTTPBodyStream {
    let seconds = Swift.max(1, settings.timeoutSeconds)
    let path = KubernetesSession.path(resource, in: namespace, version: version)
    let query =
      "&watch=true&allowWatchBookmarks=true&timeoutSeconds=\(seconds)"
      + "&resourceVersion=\(resourceVersion.escaped)"
    let response: HTTPStreamedResponse
    do throws(KubernetesError) {
      response = try await session.ask(
        path + query, subject: subject, deadline: .seconds(seconds) + Self.spareTime,
        maximumResponseBytes: .max
      ) { http, request async throws(HTTPError) in try await http.stream(request) }
    } catch {
      throw failure(of: error, retryAfter: nil)
    }
    guard response.status != 200 else { return response.body }
    var body: [UInt8] = []
    do throws(HTTPError) {
      for try await chunk in response.body where body.count < Self.largestErrorBytes {
        body += chunk
      }
    } catch {
      let redacted = error.redacted(by: session.redaction)
      throw failure(
        of: session.named(.unreachable(subject: subject, redacted)), retryAfter: nil)
    }
    let error = KubernetesError.answered(
      response.status, body, subject: subject, session.redaction)
    let retryAfter = response.headers.retryAfter.map { Swift.min($0, Self.longestPause) }
    throw failure(of: session.named(error), retryAfter: retryAfter)
  }

  private func failure(of error: KubernetesError, retryAfter: Duration?) -> WatchFailure {
    switch error {
    case .through(_, let inner):
      switch failure(of: inner, retryAfter: retryAfter) {
      case .fatal: .fatal(error)
      case .refused: .refused(reason: "\(error)", retryAfter: retryAfter)
      case let other: other
      }
    case .refused(_, 410, let message): .expired(reason: message)
    case .refused(_, let status, _) where Self.transientStatuses.contains(status):
      .refused(reason: "\(error)", retryAfter: retryAfter)
    case .unreachable(_, let problem) where problem.isTransient:
      .refused(reason: "\(error)", retryAfter: retryAfter)
    case .unreachable(_, .timedOut):
      .refused(reason: "\(error)", retryAfter: retryAfter)
    default: .fatal(error)
    }
  }
}
