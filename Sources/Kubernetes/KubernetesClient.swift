import Foundation
import HTTP

/// Reads Istio's objects from a Kubernetes API server; never writes.
///
/// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/
public struct KubernetesClient: Sendable {
  /// The versions of Istio's API that are understood, the preferred first.
  private static let versions = ["v1", "v1beta1", "v1alpha3"]

  private let baseURL: String
  private let http: HTTPClient

  /// A client of the server at a base URL such as `http://127.0.0.1:8001` of `kubectl proxy`.
  public init(baseURL: String, http: HTTPClient) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    self.http = http
  }

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
      VirtualService.self, "virtualservices/\(Self.escaped(name))", in: namespace,
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

  private struct List: Decodable {
    let items: [DestinationRule]
  }

  private struct Status: Decodable {
    let kind: String
    let message: String?
  }

  private func read<Object: Decodable>(
    _ type: Object.Type, _ resource: String, in namespace: String, subject: String
  ) async throws(KubernetesError) -> Object {
    for version in Self.versions {
      let path =
        "/apis/networking.istio.io/\(version)/namespaces/\(Self.escaped(namespace))/\(resource)"
      let response: HTTPResponse
      do {
        response = try await http.send(
          HTTPRequest(url: baseURL + path, headers: ["Accept": "application/json"]))
      } catch {
        throw .unreachable(subject: subject, error)
      }
      // An API version that the server does not serve is answered in plain text.
      let status = try? JSONDecoder().decode(Status.self, from: Data(response.body))
      switch response.status {
      case 200: return try decode(type, response, subject: subject)
      case 404 where status?.kind == "Status": throw .notFound(subject: subject)
      case 404: continue
      default:
        let message = status?.message?.onOneLine ?? response.firstLine
        throw .refused(subject: subject, status: response.status, message: message)
      }
    }
    throw .notServed(subject: subject)
  }

  /// A name as one part of a path: Kubernetes' own names stay as they are, others end nowhere else.
  private static func escaped(_ name: String) -> String {
    let allowed = CharacterSet(charactersIn: "-.").union(.alphanumerics)
      .intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
    return name.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }

  private func decode<Object: Decodable>(
    _ type: Object.Type, _ response: HTTPResponse, subject: String
  ) throws(KubernetesError) -> Object {
    do {
      return try JSONDecoder().decode(type, from: Data(response.body))
    } catch {
      throw .unreadable(
        subject: subject, reason: "\"\(response.firstLine)\"")
    }
  }
}
