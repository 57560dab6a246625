import Foundation
import HTTP

/// A program that gives credentials, as an `exec` user of a kubeconfig describes it.
///
/// Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
struct CredentialPlugin: Sendable, Equatable {
  /// What a plugin is told of the cluster.
  struct ClusterInformation: Sendable, Equatable {
    let server: String
    let serverName: String?
    let skipsVerification: Bool
    let authorities: PEMSource?
    let proxy: Secret?
    let configuration: JSONTree?
  }

  /// What a plugin gave.
  struct Outcome: Sendable {
    let token: Secret?
    let certificate: ClientCertificate?
    let expiresAt: Date?
  }

  /// How long a plugin may take; some wait for the user to log in with a browser.
  var deadline = Duration.seconds(60)
  static let outputLimitBytes = 1024 * 1024

  let apiVersion: String
  let command: String
  let arguments: [Secret]
  /// All variables that it gets, but for the one that describes the cluster.
  let environment: [String: Secret]
  let installHint: String?
  let cluster: ClusterInformation?
  /// The user and the file, for messages.
  let owner: String

  func failure(_ problem: String) -> KubernetesError {
    .noCredentials(source: "credentials of \(owner) from \"\(command)\"", problem: problem)
  }

  // MARK: What goes in

  private struct Input: Encodable {
    struct Specification: Encodable {
      let interactive = false
      let cluster: Cluster?
    }

    struct Cluster: Encodable {
      let server: String
      let serverName: String?
      let skipsVerification: Bool?
      let authorities: Data?
      let proxyURL: String?
      let config: JSONTree?

      enum CodingKeys: String, CodingKey {
        case server
        case serverName = "tls-server-name"
        case skipsVerification = "insecure-skip-tls-verify"
        case authorities = "certificate-authority-data"
        case proxyURL = "proxy-url"
        case config
      }
    }

    let kind = "ExecCredential"
    let apiVersion: String
    let spec: Specification
  }

  /// The value of `KUBERNETES_EXEC_INFO`.
  func information() throws(KubernetesError) -> String {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let description = try cluster.map { cluster in
        Input.Cluster(
          server: cluster.server, serverName: cluster.serverName,
          skipsVerification: cluster.skipsVerification ? true : nil,
          authorities: try Self.bytes(of: cluster.authorities), proxyURL: cluster.proxy?.revealed,
          config: cluster.configuration)
      }
      let input = Input(
        apiVersion: apiVersion, spec: Input.Specification(cluster: description))
      return String(decoding: try encoder.encode(input), as: UTF8.self)
    } catch {
      throw failure("the cluster cannot be described to it; check certificate-authority")
    }
  }

  private static func bytes(of source: PEMSource?) throws -> Data? {
    switch source {
    case nil: nil
    case .bytes(let bytes): Data(bytes)
    case .file(let path): try Data(contentsOf: URL(filePath: path))
    }
  }

  // MARK: What comes out

  private struct Output: Decodable {
    struct Status: Decodable {
      let token: String?
      let clientCertificateData: String?
      let clientKeyData: String?
      let expirationTimestamp: String?
    }

    let kind: String
    let apiVersion: String
    let status: Status?
  }

  private static func output(_ bytes: [UInt8]) -> Output? {
    // Why it is none is not told: it would show a part of it.
    try? JSONDecoder().decode(Output.self, from: Data(bytes))
  }

  /// The token in what the plugin wrote to standard output before it failed; `nil` if there is none.
  func token(in bytes: [UInt8]) -> Secret? {
    Self.output(bytes)?.status?.token.ifNotEmpty.map(Secret.init)
  }

  /// Reads what the plugin wrote to standard output, which is never shown.
  func outcome(of bytes: [UInt8]) throws(KubernetesError) -> Outcome {
    guard let output = Self.output(bytes), output.kind == "ExecCredential" else {
      throw failure("what it wrote is no ExecCredential in JSON; try it in a shell")
    }
    guard output.apiVersion == apiVersion else {
      var redaction = Redaction(secretsGiven)
      if let token = token(in: bytes) { redaction.add(token) }
      let version = redaction.redacting(output.apiVersion).onOneLine
      throw failure(
        "it answers in \(version) and exec.apiVersion says \(apiVersion); correct the latter")
    }
    guard let status = output.status else {
      throw failure("what it wrote has no status; try it in a shell")
    }
    let certificate = status.clientCertificateData.ifNotEmpty
    let key = status.clientKeyData.ifNotEmpty
    guard (certificate == nil) == (key == nil) else {
      throw failure("it gave only one of client certificate and key; try it in a shell")
    }
    let token = status.token.ifNotEmpty.map(Secret.init)
    guard token != nil || certificate != nil else {
      throw failure("it gave neither token nor client certificate; try it in a shell")
    }
    var expiresAt: Date?
    if let text = status.expirationTimestamp.ifNotEmpty {
      guard let date = Date(rfc3339: text) else {
        throw failure("its expirationTimestamp is no RFC 3339 time; try it in a shell")
      }
      expiresAt = date
    }
    var pair: ClientCertificate?
    if let certificate, let key {
      pair = ClientCertificate(
        certificate: .bytes(Array(certificate.utf8)), key: .bytes(Array(key.utf8)))
    }
    return Outcome(token: token, certificate: pair, expiresAt: expiresAt)
  }
}

extension Date {
  /// Reads a time such as `2026-11-24T02:06:01Z`, with or without fractions of a second.
  init?(rfc3339 text: String) {
    let styles = [false, true].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
    let dates = styles.compactMap { style in
      do { return try style.parse(text) } catch { return nil }
    }
    guard let date = dates.first else { return nil }
    self = date
  }
}
