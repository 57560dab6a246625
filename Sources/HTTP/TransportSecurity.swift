/// Whom to trust, and how to prove who asks, over TLS.
public struct TransportSecurity: Sendable {
  /// The authorities that may sign the server's certificate; `nil` for those of the system.
  public var certificateAuthorities: PEMSource?
  /// What to show to servers that want to know who asks.
  public var clientCertificate: ClientCertificate?
  /// The name that the certificate must bear, where it differs from the host of the URL.
  public var serverName: String?
  /// Whether any certificate is accepted, so that anybody on the way can read and answer.
  public var skipsVerification: Bool

  /// The system's authorities and full verification, unless said otherwise.
  public init(
    certificateAuthorities: PEMSource? = nil, clientCertificate: ClientCertificate? = nil,
    serverName: String? = nil, skipsVerification: Bool = false
  ) {
    self.certificateAuthorities = certificateAuthorities
    self.clientCertificate = clientCertificate
    self.serverName = serverName
    self.skipsVerification = skipsVerification
  }
}

/// A certificate and its private key.
public struct ClientCertificate: Sendable, Equatable {
  /// The certificate, and those between it and its authority.
  public var certificate: PEMSource
  /// The private key, not encrypted.
  public var key: PEMSource

  /// A pair that belongs together.
  public init(certificate: PEMSource, key: PEMSource) {
    self.certificate = certificate
    self.key = key
  }
}

/// Where PEM text is taken from.
public enum PEMSource: Sendable, Equatable {
  /// A file, read anew with each connection, so that a rotated one is noticed.
  case file(String)
  /// The text itself.
  case bytes([UInt8])
}

extension PEMSource: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The path, or `<redacted>` for bytes, which may be a key.
  public var description: String {
    switch self {
    case .file(let path): path
    case .bytes: "<redacted>"
    }
  }
  /// The same as `description`.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows no bytes.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
