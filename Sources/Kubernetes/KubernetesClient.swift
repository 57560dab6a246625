import Foundation
import HTTP

/// Reads Istio's objects from a Kubernetes API server; never writes.
///
/// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/
public struct KubernetesClient: Sendable {
  let session: KubernetesSession

  /// A client of the server at a base URL such as `http://127.0.0.1:8001` of `kubectl proxy`.
  public init(baseURL: String, http: HTTPClient) {
    session = KubernetesSession(
      baseURL: baseURL, connectionName: nil,
      credentials: CredentialStore(
        Credentials.anonymous, now: { .distantPast },
        makeClient: { _ in http }))
  }

  /// A client with the address and the credentials of a connection.
  public init(connection: KubernetesConnection) {
    session = KubernetesSession(
      baseURL: connection.baseURL, connectionName: connection.name,
      credentials: CredentialStore(connection.credentials, now: connection.now) { certificate in
        var security = connection.security
        security.clientCertificate = security.clientCertificate ?? certificate
        // Over HTTP/1.1 each watch holds a connection.
        return HTTPClient(
          configuration: HTTPClientConfiguration(
            security: security, proxyURL: connection.proxy, userAgent: connection.userAgent,
            maximumConnectionsPerHost: 256))
      })
  }

  /// A text without the credentials that were sent so far.
  public func redacting(_ text: String) -> String { session.redaction.redacting(text) }

  /// Reads one VirtualService.
  ///
  /// - Parameters:
  ///   - namespace: Its namespace.
  ///   - name: Its name.
  /// - Returns: The object.
  /// - Throws: A `KubernetesError`.
  public func virtualService(
    namespace: String, name: String
  ) async throws(KubernetesError) -> VirtualService {
    try await read(
      VirtualService.self, "virtualservices/\(name.escaped)", in: namespace,
      subject: "VirtualService \(namespace)/\(name)")
  }

  /// Reads the DestinationRules of a namespace.
  ///
  /// - Parameter namespace: The namespace.
  /// - Returns: The objects; none if there are none.
  /// - Throws: A `KubernetesError`.
  public func destinationRules(
    namespace: String
  ) async throws(KubernetesError) -> [DestinationRule] {
    try await read(
      List.self, "destinationrules", in: namespace,
      subject: "the DestinationRules of namespace \(namespace)"
    ).items
  }

  /// Follows one VirtualService: its state now, and each change as it happens.
  ///
  /// - Parameters:
  ///   - namespace: Its namespace.
  ///   - name: Its name.
  ///   - settings: How long and how often.
  /// - Returns: The events; iterating begins the watch, cancelling the task or leaving the loop
  ///   ends it.
  public func watch(
    namespace: String, name: String, settings: WatchSettings = WatchSettings()
  ) -> VirtualServiceWatch {
    VirtualServiceWatch(session: session, namespace: namespace, name: name, settings: settings)
  }

  private struct List: Decodable {
    let items: [DestinationRule]
  }

  private func read<Object: Decodable>(
    _ type: Object.Type, _ resource: String, in namespace: String, subject: String
  ) async throws(KubernetesError) -> Object {
    let response = try await session.read(
      resource, in: namespace, subject: subject, retrying: RetryPolicy()
    ).response
    do {
      return try JSONDecoder().decode(type, from: Data(response.body))
    } catch {
      throw session.unreadable(response.body, subject: subject)
    }
  }
}
