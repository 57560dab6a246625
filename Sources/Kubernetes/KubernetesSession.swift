import HTTP
import Synchronization

/// Sends GET requests, and nothing else, with the credentials of a connection.
final class KubernetesSession: Sendable {
  /// The versions of Istio's API that are understood, the preferred first.
  private static let versions = ["v1", "v1beta1", "v1alpha3"]

  private let baseURL: String
  private let connectionName: String?
  private let credentials: CredentialStore
  private let servedVersion = Mutex<String?>(nil)

  init(baseURL: String, connectionName: String?, credentials: CredentialStore) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    self.connectionName = connectionName
    self.credentials = credentials
  }

  /// Takes the credentials that were sent so far out of a text.
  var redaction: Redaction { credentials.inUse.redaction }

  /// The path of a resource of Istio's in a namespace.
  static func path(_ resource: String, in namespace: String, version: String) -> String {
    "/apis/networking.istio.io/\(version)/namespaces/\(namespace.escaped)/\(resource)"
  }

  /// Reads a resource in the first of Istio's API versions that the server serves.
  ///
  /// - Parameters:
  ///   - resource: What follows the namespace in the path, escaped.
  ///   - namespace: The namespace.
  ///   - subject: What is read, for messages.
  ///   - retryPolicy: How often a request is sent, within 30 s.
  /// - Returns: An answer of status 200, and the version.
  /// - Throws: A `KubernetesError`.
  func read(
    _ resource: String, in namespace: String, subject: String, retrying retryPolicy: RetryPolicy
  ) async throws(KubernetesError) -> (response: HTTPResponse, version: String) {
    let known = servedVersion.withLock { $0 }
    let versions = (known.map { [$0] } ?? []) + Self.versions.filter { $0 != known }
    for version in versions {
      let path = Self.path(resource, in: namespace, version: version)
      let response = try await ask(path, subject: subject) {
        http, request async throws(HTTPError) in try await http.send(request, retrying: retryPolicy)
      }
      if response.status == 200 {
        servedVersion.withLock { $0 = version }
        return (response, version)
      }
      let failure = KubernetesError.answered(
        response.status, response.body, subject: subject, redaction)
      guard case .notServed = failure else {
        throw named(failure)
      }
    }
    throw named(.notServed(subject: subject))
  }

  /// Asks for a path, a second time if the credentials had run out.
  ///
  /// - Parameters:
  ///   - path: What follows the base URL, escaped.
  ///   - subject: What is read, for messages.
  ///   - deadline: How long the whole answer may take.
  ///   - maximumResponseBytes: The largest answer that is accepted.
  ///   - send: How the request is sent.
  /// - Returns: An answer of any status but 401.
  /// - Throws: A `KubernetesError`.
  func ask<Answer: AnswerWithStatus>(
    _ path: String, subject: String, deadline: Duration = .seconds(30),
    maximumResponseBytes: Int = 64 * 1024 * 1024,
    _ send: (HTTPClient, HTTPRequest) async throws(HTTPError) -> Answer
  ) async throws(KubernetesError) -> Answer {
    var access = try await credentials.access()
    var isRenewed = false
    while true {
      credentials.inUse.add(access.authorization)
      credentials.inUse.add(access.http.proxyCredentials)
      let request = HTTPRequest(
        url: baseURL + path, headers: ["Accept": "application/json"],
        authorization: access.authorization, deadline: deadline,
        maximumResponseBytes: maximumResponseBytes)
      let answer: Answer
      do {
        answer = try await send(access.http, request)
      } catch {
        throw named(.unreachable(subject: subject, error.redacted(by: redaction)))
      }
      // A base URL has no credentials, so the server's own words say most.
      guard answer.status == 401, connectionName != nil else { return answer }
      guard !isRenewed, let renewed = try await credentials.renewed(after: access) else {
        throw .unauthorized(subject: subject, tried: credentials.description)
      }
      access = renewed
      isRenewed = true
    }
  }

  /// What came instead of an object.
  func unreadable(_ body: [UInt8], subject: String) -> KubernetesError {
    let said = redaction.redacting(String(decoding: body, as: UTF8.self)).firstLineShown
    return named(.unreadable(subject: subject, reason: "\"\(said)\""))
  }

  /// An error that says which connection to check.
  func named(_ error: KubernetesError) -> KubernetesError {
    guard let connectionName else { return error }
    switch error {
    case .unreachable, .notServed, .unreadable: return .through(connection: connectionName, error)
    case .refused(_, let status, _) where status != 403:
      return .through(connection: connectionName, error)
    default: return error
    }
  }
}

/// An answer, whole or not.
protocol AnswerWithStatus: Sendable {
  var status: Int { get }
}

extension HTTPResponse: AnswerWithStatus {}
extension HTTPStreamedResponse: AnswerWithStatus {}

extension String {
  /// The text as a part of a path or a query.
  var escaped: String {
    utf8.map { byte in
      let isUnreserved =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || "-_~".utf8.contains(byte)
        || (byte == 0x2E && self != "." && self != "..")
      let digits = String(byte, radix: 16, uppercase: true)
      return isUnreserved
        ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
