import Foundation

/// Takes credentials out of what a server or a program said, before anybody gets to see it.
public struct Redaction: Sendable, Equatable {
  /// A shorter secret is no more than a part of ordinary words.
  private static let leastLength = 4
  /// From which length on the beginning of a secret counts at the end of a text that was cut.
  private static let leastBeginning = 8
  /// As many as are kept; those that were added first go first.
  private static let limit = 64
  private static let replacement = Secret("").description

  /// Each secret in the forms in which it may be repeated.
  private var forms: [[String]] = []

  /// Takes nothing out.
  public init() {}

  /// Takes these secrets out, and their forms in a URL and in JSON.
  public init(_ secrets: [Secret]) {
    for secret in secrets { add(secret) }
  }

  /// Takes out one more secret.
  public mutating func add(_ secret: Secret) {
    guard secret.revealed.count >= Self.leastLength else { return }
    if let position = forms.firstIndex(where: { $0.first == secret.revealed }) {
      forms.append(forms.remove(at: position))
    } else {
      forms.append(Self.forms(of: secret.revealed))
    }
    if forms.count > Self.limit { forms.removeFirst() }
  }

  /// Takes out who asked, also as the `Authorization` field says it.
  public mutating func add(_ authorization: HTTPAuthorization) {
    switch authorization {
    case .basic(let user, let password):
      add(password)
      add(HTTPAuthorization.basicCredentials(user: user, password: password))
    case .bearer(let token): add(token)
    }
  }

  /// The text without the secrets.
  ///
  /// It has to be the text as it came: of one that was shortened, a secret may be left in part. The
  /// beginning of a secret at the very end of the text is taken out too.
  public func redacting(_ text: String) -> String {
    // The longest first: one secret may be a part of another.
    let all = forms.joined().sorted { ($0.count, $0) > ($1.count, $1) }
    var text = text
    for form in all where text.contains(form) {
      text = text.replacing(form, with: Self.replacement)
    }
    guard let length = all.map({ Self.beginning(of: $0, atEndOf: text) }).max(), length > 0 else {
      return text
    }
    return text.dropLast(length) + Self.replacement
  }

  /// What both take out.
  public func union(_ other: Redaction) -> Redaction {
    var union = self
    union.forms += other.forms.filter { !forms.contains($0) }
    return union
  }

  private static func forms(of secret: String) -> [String] {
    let inJSON = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let inURL = secret.addingPercentEncoding(withAllowedCharacters: unreserved)
    return ([secret, inJSON] + [inURL].compactMap { $0 }).reduce(into: []) { forms, form in
      if !forms.contains(form) { forms.append(form) }
    }
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

  /// How many characters at the end of the text are the beginning of the secret.
  private static func beginning(of secret: String, atEndOf text: String) -> Int {
    guard secret.count > leastBeginning else { return 0 }
    let lengths = stride(from: min(secret.count - 1, text.count), through: leastBeginning, by: -1)
    return lengths.first { text.hasSuffix(secret.prefix($0)) } ?? 0
  }
}

extension Redaction: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// How many secrets there are.
  public var description: String { "\(forms.count) secrets" }
  /// How many secrets there are.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows no secret.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPError {
  /// The same failure without secrets in the words that may be the other side's.
  public func redacted(by redaction: Redaction) -> HTTPError {
    let said = redaction.redacting
    return switch self {
    case .cannotConnect(let origin, let reason):
      .cannotConnect(origin: origin, reason: said(reason))
    case .cannotReachProxy(let origin, let proxy, let reason):
      .cannotReachProxy(origin: origin, proxy: proxy, reason: said(reason))
    case .connectionLost(let url, let reason): .connectionLost(url: url, reason: said(reason))
    case .truncated(let url, let reason): .truncated(url: url, reason: said(reason))
    case .protocolError(let url, let reason): .protocolError(url: url, reason: said(reason))
    case .tls(let origin, let problem): .tls(origin: origin, problem: problem.redacted(said))
    case .invalidURL, .invalidRequest, .cannotResolve, .refusedByProxy, .timedOut, .tooLarge,
      .cancelled:
      self
    }
  }
}

extension TLSProblem {
  fileprivate func redacted(_ said: (String) -> String) -> TLSProblem {
    switch self {
    case .untrustedCertificate(let reason): .untrustedCertificate(reason: said(reason))
    case .clientCertificateRefused(let reason): .clientCertificateRefused(reason: said(reason))
    case .handshake(let reason): .handshake(reason: said(reason))
    case .wrongHostName, .unusableCertificate: self
    }
  }
}
