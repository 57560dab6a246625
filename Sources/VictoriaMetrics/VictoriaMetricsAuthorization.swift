import HTTP

/// Who asks VictoriaMetrics.
public enum VictoriaMetricsAuthorization: Sendable, Equatable {
  /// A user name, without a colon, and a password.
  case basic(user: String, password: SecretSource)
  /// A token.
  case bearer(SecretSource)
}

/// Where a password, a token or the value of a header is taken from.
public enum SecretSource: Sendable, Equatable {
  /// The text itself.
  case text(Secret)
  /// A file, read anew with each request, so that a rotated one is noticed.
  ///
  /// It holds one line, of at most 64 KiB; white space at its end does not count.
  case file(path: String)
}

extension VictoriaMetricsAuthorization {
  /// What to send, with files as they are now.
  func current() throws(VictoriaMetricsError) -> HTTPAuthorization {
    switch self {
    case .basic(let user, let source):
      let password = try source.current("password")
      guard !password.text.hasControlCharacter else {
        throw .unusableSetting(name: password.name, reason: "it has a control character")
      }
      return .basic(user: user, password: Secret(password.text))
    case .bearer(let source):
      let token = try source.current("token")
      guard !token.text.isEmpty else {
        throw .unusableSetting(name: token.name, reason: "it is empty")
      }
      guard token.text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .unusableSetting(name: token.name, reason: "it has a character that cannot be sent")
      }
      return .bearer(Secret(token.text))
    }
  }

  /// Finds what is wrong before the first request; files are looked at with each request only.
  func check() throws(VictoriaMetricsError) {
    switch self {
    case .basic(let user, let password):
      guard !user.contains(":"), !user.hasControlCharacter else {
        throw .unusableSetting(
          name: "the user name", reason: "it has a colon or a control character")
      }
      if case .text = password { _ = try current() }
    case .bearer(let token):
      if case .text = token { _ = try current() }
    }
  }
}

extension SecretSource {
  /// The text as it is now, and what to call it in messages.
  func current(
    _ kind: String
  ) throws(VictoriaMetricsError) -> (name: String, text: String) {
    switch self {
    case .text(let secret): return ("the \(kind)", secret.revealed)
    case .file(let path):
      let file = SecretFile(path: path, name: "the \(kind) file \(path)")
      return (file.name, try file.read())
    }
  }
}
