import HTTP

/// A kubeconfig as it is written.
///
/// Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
struct KubeconfigFile: Decodable, Sendable {
  var currentContext: String?
  var clusters: [NamedCluster]?
  var users: [NamedUser]?
  var contexts: [NamedContext]?

  enum CodingKeys: String, CodingKey {
    case currentContext = "current-context"
    case clusters, users, contexts
  }

  struct NamedCluster: Decodable, Sendable {
    var name: String
    var cluster: Cluster?
  }

  struct NamedUser: Decodable, Sendable {
    var name: String
    var user: User?
  }

  struct NamedContext: Decodable, Sendable {
    var name: String
    var context: Context?
  }

  struct Context: Decodable, Sendable {
    var cluster: String?
    var user: String?
    var namespace: String?
  }

  struct Cluster: Decodable, Sendable {
    var server: String?
    var certificateAuthority: String?
    var certificateAuthorityData: String?
    var insecureSkipTLSVerify: Bool?
    var tlsServerName: String?
    var proxyURL: SecretText?
    var extensions: [NamedExtension]?

    enum CodingKeys: String, CodingKey {
      case server
      case certificateAuthority = "certificate-authority"
      case certificateAuthorityData = "certificate-authority-data"
      case insecureSkipTLSVerify = "insecure-skip-tls-verify"
      case tlsServerName = "tls-server-name"
      case proxyURL = "proxy-url"
      case extensions
    }
  }

  struct NamedExtension: Decodable, Sendable {
    var name: String
    var `extension`: JSONTree?
  }

  struct User: Decodable, Sendable {
    var clientCertificate: String?
    var clientCertificateData: SecretText?
    var clientKey: String?
    var clientKeyData: SecretText?
    var token: SecretText?
    var tokenFile: String?
    var username: String?
    var password: SecretText?
    var impersonatedUser: String?
    var authProvider: Present?
    var exec: Plugin?

    enum CodingKeys: String, CodingKey {
      case clientCertificate = "client-certificate"
      case clientCertificateData = "client-certificate-data"
      case clientKey = "client-key"
      case clientKeyData = "client-key-data"
      case token, tokenFile, username, password
      case impersonatedUser = "as"
      case authProvider = "auth-provider"
      case exec
    }
  }

  /// A credential plugin.
  struct Plugin: Decodable, Sendable {
    var apiVersion: String?
    var command: String?
    var args: [SecretText]?
    var env: [Variable]?
    var installHint: String?
    var provideClusterInfo: Bool?
    var interactiveMode: String?
  }

  struct Variable: Decodable, Sendable {
    var name: String
    var value: SecretText?
  }

  /// A part of which only the presence counts.
  struct Present: Decodable, Sendable {
    init(from decoder: any Decoder) throws {}
  }

  /// A text that may be a secret.
  struct SecretText: Decodable, Sendable {
    var secret: Secret

    init(from decoder: any Decoder) throws {
      secret = Secret(try decoder.singleValueContainer().decode(String.self))
    }
  }
}
