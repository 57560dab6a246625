/// Why there is no answer, or no whole one.
///
/// Addresses in it bear neither user info nor query. `origin` is scheme, host and port.
public enum HTTPError: Error, Equatable {
  /// The address cannot be used.
  case invalidURL(url: String, reason: String)
  /// A method or header cannot be sent as it is.
  case invalidRequest(url: String, reason: String)
  /// The host has no address.
  case cannotResolve(origin: String, host: String)
  /// No connection came about.
  case cannotConnect(origin: String, reason: String)
  /// The proxy on the way to the server could not be reached.
  case cannotReachProxy(origin: String, proxy: String, reason: String)
  /// The proxy on the way to the server answered in its place.
  case refusedByProxy(origin: String, proxy: String, status: Int)
  /// No trustworthy connection came about.
  case tls(origin: String, problem: TLSProblem)
  /// The deadline passed.
  case timedOut(url: String, after: Duration)
  /// The connection broke before or within the answer.
  case connectionLost(url: String, reason: String)
  /// The answer ended before it was complete.
  case truncated(url: String, reason: String)
  /// The answer's body has more bytes than allowed.
  case tooLarge(url: String, limitBytes: Int)
  /// What came is not HTTP, or not as agreed.
  case protocolError(url: String, reason: String)
  /// The task was cancelled, or the client was let go.
  case cancelled(url: String)

  /// Whether the proxy's settings are to be looked at, not the server's.
  public var concernsProxy: Bool {
    switch self {
    case .cannotReachProxy, .refusedByProxy: true
    default: false
    }
  }

  /// Whether the same request may well succeed a little later.
  public var isTransient: Bool {
    switch self {
    case .cannotResolve, .cannotConnect, .cannotReachProxy, .connectionLost, .truncated: true
    case .refusedByProxy(_, _, let status): status >= 500
    case .invalidURL, .invalidRequest, .tls, .timedOut, .tooLarge, .protocolError, .cancelled:
      false
    }
  }
}

/// What is wrong between the two ends of TLS.
public enum TLSProblem: Equatable, Sendable {
  /// The server's certificate does not lead to a trusted authority, or is not valid now.
  case untrustedCertificate(reason: String)
  /// The server's certificate is for other names than this.
  case wrongHostName(String)
  /// The server wants another client certificate, or one at all.
  case clientCertificateRefused(reason: String)
  /// A certificate or key of ours cannot be used.
  case unusableCertificate(reason: String)
  /// Anything else.
  case handshake(reason: String)
}

extension HTTPError: CustomStringConvertible {
  /// What could not be done and why, in one line.
  public var description: String {
    switch self {
    case .invalidURL(let url, let reason):
      "cannot use the address \(url): \(reason)"
    case .invalidRequest(let url, let reason):
      "cannot ask \(url): \(reason)"
    case .cannotResolve(let origin, let host):
      "cannot reach \(origin): no address is known for the host \(host)"
    case .cannotConnect(let origin, let reason):
      "cannot reach \(origin): \(reason)"
    case .cannotReachProxy(let origin, let proxy, let reason):
      "cannot reach \(origin) through the proxy \(proxy): \(reason)"
    case .refusedByProxy(let origin, let proxy, let status):
      "cannot reach \(origin) through the proxy \(proxy): it answered \(status)"
        + (status == 407 ? ", that it wants a user and a password that it knows" : "")
    case .tls(let origin, let problem):
      "cannot reach \(origin): \(problem)"
    case .timedOut(let url, let duration):
      "cannot read \(url): no complete answer within \(duration.inSeconds)"
    case .connectionLost(let url, let reason):
      "cannot read \(url): the connection was lost (\(reason))"
    case .truncated(let url, let reason):
      "cannot read \(url): the answer ended early (\(reason))"
    case .tooLarge(let url, let limitBytes):
      "cannot read \(url): the answer is larger than \(limitBytes) bytes; ask for less"
    case .protocolError(let url, let reason):
      "cannot read \(url): \(reason)"
    case .cancelled(let url):
      "cannot read \(url): the request was cancelled"
    }
  }
}

extension TLSProblem: CustomStringConvertible {
  /// What is wrong, without the server's name in front.
  public var description: String {
    switch self {
    case .untrustedCertificate(let reason):
      "certificate is not trusted (\(reason))"
        + (reason.contains("issuer") || reason.contains("self-signed")
          ? "; give the certificate of the authority that signed it" : "")
    case .wrongHostName(let name):
      "certificate is not for the name \(name)"
    case .clientCertificateRefused(let reason):
      "the server wants a client certificate that it accepts (\(reason))"
    case .unusableCertificate(let reason):
      "cannot use the given certificate or key: \(reason)"
    case .handshake(let reason):
      "no TLS connection (\(reason))"
    }
  }
}

extension Duration {
  /// The length in seconds, to the millisecond: `30 s`, `0.25 s`.
  var inSeconds: String {
    let milliseconds = wholeMilliseconds
    let fraction = String(String(milliseconds % 1000 + 1000).dropFirst())
    let digits = fraction.reversed().drop { $0 == "0" }.reversed()
    return "\(milliseconds / 1000)" + (digits.isEmpty ? "" : "." + String(digits)) + " s"
  }

  /// The length in milliseconds, rounded up, 0 for negative ones, at most what `Int32` holds.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let limit = Int(Int32.max)
    guard seconds < Int64(limit / 1000) else { return limit }
    return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
